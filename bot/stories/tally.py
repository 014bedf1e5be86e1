"""Who was heard: who said how much on which day, and mostly on what.

statements of some days -> people -> the same words once -> counted by day, who said most first
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.model import DisplayLevel, SourcedStatement, Span
from bot.stories.citations import cite_headline
from bot.stories.filters import find_best_topic
from bot.stories.people import EMPTY_DIRECTORY, Directory, Person, group_by_person

_ROWS = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One actor: statements on each day, and the headline of the story they spoke on most."""

    name: str
    role: str | None
    days: tuple[int, ...]
    mostly: str

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class Tally:
    """Who was heard on these days (in the zone of whoever asked), who said most first; `people` are all of them."""

    days: tuple[date, ...]
    topic: str | None
    rows: tuple[TallyRow, ...]
    people: int
    statements: int


def to_countable(one: SourcedStatement, topics: Sequence[str]) -> SourcedStatement | None:
    """Give a statement to count, without the weight of its article; None where it is not on topic or not to show."""
    stored = one.article
    if stored.policy.show is DisplayLevel.LINK or (
        topics and find_best_topic(tuple(topics), (stored,)) is None
    ):
        return None
    title = cite_headline(stored).span.text
    bare = replace(
        stored.analysis,
        title=Span(0, len(title), title),
        sentences=(),
        extract=(),
        statements=(),
        terms=(),
    )
    return replace(
        one, article=replace(stored, analysis=bare, article=replace(stored.article, body=""))
    )


def count_statements(
    said: Iterable[SourcedStatement],
    *,
    now: datetime,
    zone: str,
    days: int,
    topic: str | None = None,
    directory: Directory = EMPTY_DIRECTORY,
) -> Tally:
    """Count the statements of the last `days` local days, today the last of them; `said` comes from `counted`."""
    today = now.astimezone(ZoneInfo(zone)).date()
    dates = tuple(today - timedelta(days=back) for back in reversed(range(days)))
    heard = (_heard(person, dates, zone) for person in group_by_person(said, directory))
    rows = sorted((one for one in heard if one.total), key=lambda one: (-one.total, one.name))
    return Tally(dates, topic, tuple(rows[:_ROWS]), len(rows), sum(one.total for one in rows))


def _heard(person: Person, dates: Sequence[date], zone: str) -> TallyRow:
    by_day: Counter[date] = Counter()
    by_story: Counter[int] = Counter()
    titles: dict[int, str] = {}
    for one in _once(person.said):
        day = one.when.astimezone(ZoneInfo(zone)).date()
        if day in dates:
            by_day[day] += 1
            by_story[one.article.story] += 1
            titles.setdefault(one.article.story, " ".join(one.article.analysis.title.text.split()))
    mostly = titles[by_story.most_common(1)[0][0]] if by_story else ""
    return TallyRow(person.name, person.role, tuple(by_day[day] for day in dates), mostly)


def _once(said: Iterable[SourcedStatement]) -> list[SourcedStatement]:
    """Count the same words once, on the day they were first printed: papers copy each other."""
    first: dict[str, SourcedStatement] = {}
    for one in sorted(said, key=attrgetter("when")):
        words = " ".join(
            _WORD.findall(" ".join(span.text for span in one.statement.content).casefold())
        )
        first.setdefault(words, one)
    return list(first.values())
