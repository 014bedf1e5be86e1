"""How long a long briefing takes: `python -m tests.bench.transcripts`.

A made-up briefing of 9,000 words is read and analyzed in seconds of processor time, the grammar
being loaded already.
"""

import itertools
import time

from rich.console import Console

from bot.language.analysis import analyse
from bot.model import Article
from bot.reading import read

WORDS = 9_000
ANSWERS = """\
The ministry has looked at all {n} of the piers, and the harbor master told us on Monday that the \
north one can be used.  We will publish what the inspectors wrote.
I think that is a fair question.  The budget for the year {n} has not been agreed, and nobody in \
the cabinet has said that it will be cut.  The ferries will sail as they did last winter.
Well, as we talked about yesterday, Mayor Tom Hale wants {n} boats, and the President has promised \
him nothing -- that is where we are (inaudible) today.  (Laughter.)
""".splitlines()
QUESTION = "Can you tell us what the minister said to the union about the {n} ferries?"


def make_briefing() -> str:
    """Return a briefing of WORDS words at least."""
    turns = ["Press Briefing by Press Secretary Ida Berg", "1:00 P.M. EST"]
    size = 0
    for n, answer in zip(itertools.count(2), itertools.cycle(ANSWERS), strict=False):
        turns += [f"Q   {QUESTION.format(n=n)}", f"MS. BERG:  {answer.format(n=n)}"]
        size += len(turns[-1].split()) + len(turns[-2].split())
        if size >= WORDS:
            return "\n\n".join(turns)
    raise AssertionError


def main() -> None:
    """Print the words, turns, statements and seconds."""
    analyse(Article(body="The pier is safe, the mayor said on Monday."))
    data = make_briefing().encode()
    started = time.process_time()
    article = read(data).articles[0]
    analysis = analyse(article)
    seconds = time.process_time() - started
    counts = len(article.body.split()), len(article.turns), len(analysis.statements)
    line = "{} words, {} turns, {} statements, {:.2f} s".format(*counts, seconds)
    Console().print(line, highlight=False)


if __name__ == "__main__":
    main()
