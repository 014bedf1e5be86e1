"""Group articles by event when all are at hand; `arrival.py` does so as they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.language.language_detection import detect_language
from bot.language.terms import term_weights
from bot.stories.clustering import Report, cluster, pair_equals


@dataclass(frozen=True, slots=True)
class Item:
    """An article to group; `text` may be empty."""

    title: str
    text: str
    published: datetime | None = None
    id: object = None


def group_articles(items: Sequence[Item]) -> list[int]:
    """Return each item's story number, from 1 in the order of the stories' first items."""
    moments = [item.published for item in items]
    originals = list(range(len(items)))
    # Copies, word for word, count once.
    keys = [(item.title, item.text) if item.text else () for item in items]
    for before, i in pair_equals(keys, moments, 2):
        originals[i] = originals[before]
    unique = sorted(set(originals))
    groups = cluster([_report(items[i], moments[i]) for i in unique])
    leaders = dict(zip(unique, groups, strict=True))
    numbers: dict[int, int] = {}
    return [numbers.setdefault(leaders[original], len(numbers) + 1) for original in originals]


def _report(item: Item, published: datetime | None) -> Report:
    language = detect_language(item.text or item.title)
    return Report(term_weights(item.text, item.title, language), item.title, (published,))
