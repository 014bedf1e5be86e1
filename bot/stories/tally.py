"""Count who was heard: who said how much on which day, and mostly on what.

statements of some days -> people -> the same words once -> counted by day, who said most first
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from bot.model import Analysis, DisplayLevel, SourcedStatement, Span
from bot.stories.citations import cite_headline
from bot.stories.filters import find_best_topic
from bot.stories.people import EMPTY_DIRECTORY, Directory, Person, group_by_person
from bot.stories.repetition import lower_words

_MAX_ROWS = 8


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One actor: statements on each day, and the headline of the story they spoke on most."""

    name: str
    role: str | None
    days: tuple[int, ...]
    mostly: str

    @property
    def total(self) -> int:
        """The statements of all days."""
        return sum(self.days)


@dataclass(frozen=True, slots=True)
class Tally:
    """Who was heard on these days (of the asker's zone): of `people` those who said most."""

    days: tuple[date, ...]
    topic: str | None
    rows: tuple[TallyRow, ...]
    people: int
    statements: int


def to_countable(sourced: SourcedStatement, topics: Sequence[str]) -> SourcedStatement | None:
    """Return a statement to count, without its article's text; None if off topic or not to show."""
    stored = sourced.article
    if stored.policy.show is DisplayLevel.LINK:
        return None
    if topics and find_best_topic(topics, (stored,)) is None:
        return None
    title = cite_headline(stored).span.text
    analysis = Analysis(stored.analysis.language, Span(0, len(title), title), (), (), (), ())
    article = replace(stored.article, body="")
    return replace(sourced, article=replace(stored, analysis=analysis, article=article))


def count_statements(
    statements: Iterable[SourcedStatement],
    *,
    now: datetime,
    zone: str,
    days: int,
    topic: str | None = None,
    directory: Directory = EMPTY_DIRECTORY,
) -> Tally:
    """Count the statements (from `to_countable`) of the last `days` local days up to today."""
    today = now.astimezone(ZoneInfo(zone)).date()
    dates = tuple(today - timedelta(days=back) for back in reversed(range(days)))
    counted = (_count(person, dates, zone) for person in group_by_person(statements, directory))
    rows = sorted((row for row in counted if row.total), key=lambda row: (-row.total, row.name))
    total = sum(row.total for row in rows)
    return Tally(dates, topic, tuple(rows[:_MAX_ROWS]), len(rows), total)


def _count(person: Person, dates: Sequence[date], zone: str) -> TallyRow:
    by_day: Counter[date] = Counter()
    by_story: Counter[int] = Counter()
    titles: dict[int, str] = {}
    for sourced in _drop_repeats(person.said):
        day, story = sourced.when.astimezone(ZoneInfo(zone)).date(), sourced.article.story
        if day in dates:
            by_day[day] += 1
            by_story[story] += 1
            titles.setdefault(story, " ".join(sourced.article.analysis.title.text.split()))
    mostly = titles[by_story.most_common(1)[0][0]] if by_story else ""
    return TallyRow(person.name, person.role, tuple(by_day[day] for day in dates), mostly)


def _drop_repeats(statements: Iterable[SourcedStatement]) -> list[SourcedStatement]:
    """Keep the same words once, on the day they were first printed: papers copy each other."""
    first: dict[tuple[str, ...], SourcedStatement] = {}
    for sourced in sorted(statements, key=attrgetter("when")):
        words = " ".join(span.text for span in sourced.statement.content)
        first.setdefault(tuple(lower_words(words)), sourced)
    return list(first.values())
