"""A command that fails prints one clear message and an exit code, without a traceback."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.service import ROOT, command


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-alone"}, "SLACK_SIGNING_SECRET"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"DATELINE_FEED_FOLDER": "/proc/nowhere"}, "/proc/nowhere"),
    ],
    ids=["part of the credentials", "playground in public", "folder cannot be made"],
)
def test_wrong_settings_end_the_start(
    tmp_path: Path, settings: dict[str, str], message: str
) -> None:
    """A setting that cannot work ends `run` with exit code 2 and a message that names it."""
    code, _, err = command(tmp_path, "run", **settings)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_a_database_of_another_kind_is_refused(tmp_path: Path) -> None:
    """An unknown kind of database ends the command with exit code 2, naming the variable."""
    code, _, err = command(tmp_path, "db", "upgrade", DATABASE_URL="mysql://somewhere")
    assert (code, "DATABASE_URL" in err) == (2, True), err


def test_jobs_without_a_queue_are_no_failed_start(tmp_path: Path) -> None:
    """On SQLite, `jobs` says what to set and ends with exit code 2."""
    code, _, err = command(tmp_path, "jobs", "list")
    assert (code, "DATABASE_URL" in err, "can't start" in err) == (2, True, False), err


def test_doctor_tells_a_bad_folder_in_one_line(tmp_path: Path) -> None:
    """The cure for a bad folder is on its line of `doctor`'s table."""
    code, out, _ = command(tmp_path, "doctor", DATELINE_FEED_FOLDER="/proc/nowhere")
    assert code == 1
    assert "-> DATELINE_FEED_FOLDER" in out
    assert "can't start" not in out


def test_an_age_may_reach_back_before_all_time(tmp_path: Path) -> None:
    """`--since` beyond the calendar means everything, without a traceback."""
    for since in ("9" * 30 + "d", "9999999w", "100000d"):
        code, _, err = command(tmp_path, "digest", "--since", since)
        assert (code, "Traceback" in err) == (0, False)


@pytest.mark.parametrize("asked", ["digest", "sources", "feeds list", "db upgrade"])
def test_what_to_do_next_is_one_line(tmp_path: Path, asked: str) -> None:
    """A hint below the answer is one line, so that the command in it can be copied."""
    code, _, err = command(tmp_path, *asked.split())
    assert (code, err.count("\n")) == (0, 1), err


def test_the_version_is_that_of_the_project() -> None:
    """`--version` prints the version of pyproject.toml, without a command."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"dateline {project['version']}\n")
