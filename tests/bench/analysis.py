"""`python -m tests.bench.analysis COMMIT DATA [ROUNDS]`: what analysis alone costs, in two builds.

Each build analyzes the same texts in turn, in a process of its own: 300 of DATA's *.jsonl ({"text":
...} a line). Printed is the processor time of each, and the ratio.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.builds import ROOT, checked_out, console, read_texts

_ANALYZE = """
import json, sys, time
from bot.language.analysis import analyse
from bot.model import Article
articles = [Article(body=text) for text in json.load(open(sys.argv[1]))]
analyse(articles[0])  # loads the models
began = time.process_time()
for article in articles:
    analyse(article)
print(time.process_time() - began)
"""


def analyze(tree: Path, texts: Path) -> float:
    """Return the seconds of processor time that the build in a folder takes."""
    command = [sys.executable, "-c", _ANALYZE, str(texts)]
    done = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, check=True)
    return float(done.stdout)


def main(commit: str, data: str, rounds: str = "3") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, checked_out(commit) as tree:
        texts = Path(folder, "texts.json")
        texts.write_text(json.dumps(read_texts(Path(data))), encoding="utf-8")
        pairs = [(analyze(tree, texts), analyze(ROOT, texts)) for _ in range(int(rounds))]
    other, own = map(median, zip(*pairs, strict=True))
    ratios = sorted(mine / theirs for theirs, mine in pairs)
    spread = f"{median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    console.print(f"analysis: {commit} {other:.1f} s, this {own:.1f} s, ratio {spread}")


if __name__ == "__main__":
    main(*sys.argv[1:])
