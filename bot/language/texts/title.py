"""What heads an article whose source gave no headline? Its first sentence, cut at a clause."""

from collections.abc import Sequence

from bot.language.texts.boilerplate import is_boilerplate, without_dateline
from bot.language.texts.clauses import cut_at_clause
from bot.model import Span

_ROOM = 90
# "There are no credible plans | to send troops": cut at a mere word, a sentence may say something else.
_SPARE = 40


def title_of(body: str, sentences: Sequence[Span]) -> Span:
    """Give the start of the first sentence that tells something; all of an empty body where there is none."""
    telling = (sentence for sentence in sentences if not is_boilerplate(sentence.text))
    first = next(telling, None) or next(iter(sentences), None)
    if first is None:
        return Span.of(body, 0, 0)
    cut = cut_at_clause(body, without_dateline(body, first), _ROOM, spare=_SPARE)
    return _without_stop(body, cut)


def _without_stop(body: str, title: Span) -> Span:
    """Drop one closing full stop, as headlines do; "U.S." keeps its own."""
    if (
        title.text.endswith(".")
        and not title.text.endswith("..")
        and "." not in title.text.rsplit(maxsplit=1)[-1][:-1]
    ):
        return Span.of(body, title.start, title.end - 1) if len(title.text) > 1 else title
    return title
