"""docs/commands.md is generated from the table of commands."""

import re
from pathlib import Path

import pytest

from bot.listeners.command_line import parse_command
from bot.listeners.commands import COMMANDS
from bot.model.errors import UsageError
from tests.bench import soak
from tests.commands_page import manual

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_made_from_the_table():
    """The page is what the table of commands gives now."""
    assert PAGE.read_text(encoding="utf-8") == manual()


SUBSCRIBE_COMMANDS = re.findall(r"^\| (`.*?) \|", manual(), re.MULTILINE)


def test_the_soak_asks_every_command():
    """No command is left out where memory is measured under load."""
    lines = [line.format(page="https://example.org") for line in (*soak.USUAL, *soak.OTHERS)]
    assert {parse_command(line).word for line in lines} == {spec.word for spec in COMMANDS}


@pytest.mark.parametrize("cell", SUBSCRIBE_COMMANDS)
def test_every_phrase_of_the_page_is_understood(cell: str):
    """Each phrase of the page's schedule table works after `subscribe`."""
    for phrase in re.findall(r"`([^`]+)`", cell):
        try:
            parse_command(f"subscribe {phrase}")
        except UsageError as e:
            pytest.fail(f"{phrase}: {e}")
