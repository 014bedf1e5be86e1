"""`python -m tests.bench.stories`: how well stories are found, and what an article costs as the store grows.

Quality is measured on events of our own writing (tests/data/events.jsonl): a small set, and an easy one, since one hand
wrote it. Cost is measured on made-up articles, of 30 terms each, with the candidates that the store would give.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict

from rich.console import Console
from rich.table import Table

from bot.ports import Candidate
from bot.stories.arrival import choose_story
from bot.stories.grouping import Item, group
from tests.stories.test_grouping import NOW, TOLD, as_they_come, b_cubed, shuffled

SIZES = (1_000, 10_000, 100_000)
ASKED = 200  # articles timed at each size
CANDIDATES = 500  # the most that the store gives


def made_up(number: int) -> tuple[tuple[str, float], ...]:
    """Thirty terms: some of an event that four articles share, some that a thousandth of all articles share."""
    event = number // 4
    own = [f"event{event}-{i}" for i in range(12)]
    common = [f"word{(number * 7919 + i * 104_729) % 1_000}" for i in range(18)]
    return tuple((term, 0.18) for term in (*own, *common))


def cost(size: int) -> float:
    """Give the milliseconds that one article takes to find its story among `size` others."""
    index: dict[str, list[int]] = defaultdict(list)
    for number in range(size):
        for term, _ in made_up(number):
            index[term].append(number)
    asked = range(0, size, size // ASKED)
    seconds = 0.0
    for number in asked:
        terms = made_up(number)
        shared = Counter(other for term, _ in terms for other in index[term] if other != number)
        near = [
            Candidate(o, o // 4, f"Event {o // 4}", made_up(o), NOW, NOW) for o, _ in shared.most_common(CANDIDATES)
        ]
        began = time.process_time()
        choose_story(terms, f"Event {number // 4}", NOW, near)
        seconds += time.process_time() - began
    return 1_000 * seconds / len(asked)


def main() -> None:
    """Print quality, then cost."""
    events = [event for event, *_ in TOLD]
    orders = [shuffled(TOLD, seed) for seed in range(10)]
    arriving = [b_cubed([event for event, *_ in order], as_they_come(order)) for order in orders]
    headed = [(event, title) for event, title, _ in TOLD if title]
    table = Table("how", "B-cubed F", title=f"{len(TOLD)} articles, {len(set(events))} events of our own writing")
    table.add_row("as they arrive, worst of ten orders", f"{min(arriving):.3f}")
    table.add_row("all at hand", f"{b_cubed(events, group([Item(title, text) for _, title, text in TOLD])):.3f}")
    alone = group([Item(title, "") for _, title in headed])
    table.add_row("headlines alone", f"{b_cubed([event for event, _ in headed], alone):.3f}")
    costs = Table("articles in the store", "ms an article")
    for size in SIZES:
        costs.add_row(f"{size:,}", f"{cost(size):.2f}")
    Console().print(table, costs)


if __name__ == "__main__":
    main()
