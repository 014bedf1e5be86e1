"""What is pinned is what pyproject.toml allows, and libraries known from inside are bounded."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OPTIONAL = [Requirement(line) for name in ("chart", "mcp") for line in EXTRAS[name]]
RUN = [*map(Requirement, PROJECT["dependencies"]), *OPTIONAL]
# We extend their classes, read their states, or rely on what they raise, log or keep.
KNOWN_FROM_INSIDE = {
    *("aiosqlite", "apscheduler", "feedparser", "h11", "mammoth", "matplotlib", "mcp", "pebble"),
    *("procrastinate", "py3langid", "pypdfium2"),
    *("slack-bolt", "slack-sdk", "spacy", "sqlalchemy", "starlette", "sumy", "thinc"),
    *("trafilatura", "uvicorn", "watchfiles"),
}


def pins(name: str) -> dict[str, list[str]]:
    """Return the pinned versions of a requirements file; some differ by version of Python."""
    found: dict[str, list[str]] = {}
    text = (ROOT / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^ ;\\]+)", text, re.MULTILINE):
        found.setdefault(package.lower(), []).append(version)
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pins_are_within_the_bounds(name: str) -> None:
    """Each requirement is pinned to versions that it allows."""
    pinned = pins(name)
    extras = {requirement.name for requirement in OPTIONAL}
    for requirement in RUN:
        if requirement.name in extras and name == "requirements.txt":
            continue
        versions = pinned[requirement.name.lower()]
        assert versions
        assert all(requirement.specifier.contains(v, prereleases=True) for v in versions)


def test_what_is_known_from_inside_has_an_upper_bound() -> None:
    """A new version of such a library comes in when somebody has looked at it."""
    bounded = {
        requirement.name.lower()
        for requirement in RUN
        if any(each.operator in {"<", "==", "~="} for each in requirement.specifier)
    }
    assert bounded >= KNOWN_FROM_INSIDE
