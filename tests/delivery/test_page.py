"""docs/delivery.md tells of the ledger what the code does."""

import re
import shutil
from pathlib import Path

from bot.delivery.slack_errors import FailureAction
from bot.model import DeliveryState
from bot.model.digests import ENDS, OPEN, TRANSITIONS
from tests.delivery.test_crashes import points_of_a_tick

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")


def table(first: str) -> list[list[str]]:
    """Give the rows of the table whose first column has this heading."""
    _, _, rest = PAGE.partition(f"| {first} |")
    assert rest, f"no table begins with {first}"
    lines = rest.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_holds_the_rules() -> None:
    """Each step of the code is a row of the page, with its states, and no other."""
    told = {step: (set(sources.split(", ")), target) for step, sources, target, _ in table("step")}
    assert told == {
        step.value: ({s.value for s in move.sources}, move.target.value)
        for step, move in TRANSITIONS.items()
    }


def test_the_drawing_holds_the_rules() -> None:
    """Each arrow of the drawing is a move of the code, and each move an arrow."""
    arrows = set(re.findall(r"^ +(\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE))
    moves = {
        (source.value, move.target.value, step.value)
        for step, move in TRANSITIONS.items()
        for source in move.sources
    }
    assert arrows == moves


def test_every_state_is_open_or_an_end() -> None:
    """A state is gone on with or is the end of a step; none is both, none is lost."""
    assert set(DeliveryState) == OPEN | set(ENDS)
    assert not OPEN & set(ENDS)


async def test_every_crash_point_is_named(sqlite_template: Path, tmp_path: Path) -> None:
    """The points that a process passes while it posts are those of the page, in its order."""
    passed = await points_of_a_tick(
        f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'whole.db')}"
    )
    named = [point for point, *_ in table("killed")]
    assert list(dict.fromkeys(passed)) == named


def test_every_course_is_told() -> None:
    """What can become of a refusal is on the page."""
    assert {course for course, *_ in table("course")} == {course.value for course in FailureAction}


def test_one_place_changes_a_state() -> None:
    """No other statement of the store writes a delivery's state."""
    store = {
        path.name: path.read_text(encoding="utf-8")
        for path in (ROOT / "bot" / "store").glob("*.py")
    }
    writes = {
        name for name, code in store.items() for _ in re.findall(r"update\(deliveries\)", code)
    }
    assert writes == {"deliveries.py"}
    assert store["deliveries.py"].count('"state": transition.target') == 1
    assert "state=" not in store["deliveries.py"].replace("state=DeliveryState(row.state)", "")
