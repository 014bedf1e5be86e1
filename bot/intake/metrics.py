"""Prometheus metrics of the articles that come in."""

from prometheus_client import Counter

# Teams add feeds as they like: sources beyond this many share one label.
MAX_SOURCE_LABELS = 200
_OTHER_SOURCES = "other"

_ARTICLES = Counter(
    "dateline_articles",
    "Articles that came in, by source and what became of them.",
    ["source", "outcome"],
)
_STATEMENTS = Counter("dateline_statements", "Statements found in the articles that were stored.")

_labels: set[str] = set()


def count_article(source: str | None, outcome: str, statements: int = 0) -> None:
    """Count an article that came in, and the statements of a new one."""
    _ARTICLES.labels(_label(source or "unnamed"), outcome).inc()
    _STATEMENTS.inc(statements)


def _label(source: str) -> str:
    if source not in _labels and len(_labels) >= MAX_SOURCE_LABELS:
        return _OTHER_SOURCES
    _labels.add(source)
    return source
