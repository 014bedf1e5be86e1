"""docs/commands.md is generated from the table of commands."""

import re
from pathlib import Path

import pytest

from bot.listeners.command_line import parse_command
from bot.listeners.manual import manual
from bot.model.errors import UsageError

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_made_from_the_table():
    """The page is what the table of commands gives now."""
    assert PAGE.read_text(encoding="utf-8") == manual()


SUBSCRIBE_COMMANDS = re.findall(r"^\| (`.*?) \|", manual(), re.MULTILINE)


@pytest.mark.parametrize("cell", SUBSCRIBE_COMMANDS)
def test_every_phrase_of_the_page_is_understood(cell: str):
    """Each phrase of the page's schedule table works after `subscribe`."""
    for phrase in re.findall(r"`([^`]+)`", cell):
        try:
            parse_command(f"subscribe {phrase}")
        except UsageError as e:
            pytest.fail(f"{phrase}: {e}")
