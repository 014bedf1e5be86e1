"""The main job with the real program: a file in the folder becomes a digest in a channel, whatever breaks."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.playground.faults import Failing
from tests.service import ROOT, Service, environment, running
from tests.slack_server import SlackServer, slack

__all__ = ["slack"]

ALLIANCE = (ROOT / "seeds" / "press-review" / "nato-ukraine.txt").read_text(encoding="utf-8")


def credentials(slack: SlackServer) -> dict[str, str]:
    """Give the settings that point the bot at the stand-in."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }


@pytest.fixture
async def service(slack: SlackServer, tmp_path: Path) -> AsyncIterator[Service]:
    """Dateline, running, with the stand-in for its Slack."""
    async with running(tmp_path, **credentials(slack)) as service:
        slack.connect(f"{service.address}/slack/events")
        yield service


async def dateline(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run one command of the command line; give exit code, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=environment(folder, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def words(message: dict[str, Any]) -> str:
    """Everything that a message shows, in one line."""

    def texts(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["text"]] if isinstance(node.get("text"), str) else []
            return own + [word for key, value in node.items() if key != "text" or not own for word in texts(value)]
        return [word for item in node for word in texts(item)] if isinstance(node, list) else []

    return " ".join(texts(message.get("blocks", [])))


async def test_a_dropped_file_becomes_a_digest_that_can_be_proved(
    service: Service, slack: SlackServer, tmp_path: Path
) -> None:
    """Who said what stands in the channel, with role and outlet, and every span is verified afterwards."""
    service.drop("alliance.txt", ALLIANCE)
    await service.taken("alliance.txt")
    await slack.command("/digest now")
    posted = await slack.wait_for(slack.posted, within=30)
    shown = words(posted[0])
    for name in ("Kaja Kallas", "Estonian Prime Minister", "Anders Fogh Rasmussen", "Dmitry Kuleba", "Reuters"):
        assert name in shown
    assert posted[0]["metadata"]["event_type"] == "dateline_digest"
    assert {"delivery", "slot", "part"} <= posted[0]["metadata"]["event_payload"].keys()

    delivery = posted[0]["metadata"]["event_payload"]["delivery"]
    code, out, err = await dateline(tmp_path, "verify", str(delivery))
    assert (code, err) == (0, "")
    assert "word for word" in out


async def test_what_was_posted_is_not_posted_again(service: Service, slack: SlackServer) -> None:
    """A second `/digest now` without news posts nothing, and says so to the person."""
    service.drop("alliance.txt", ALLIANCE)
    await service.taken("alliance.txt")
    await slack.command("/digest now")
    await slack.wait_for(slack.posted, within=30)
    before = len(slack.ephemerals())
    await slack.command("/digest now")
    await slack.wait_for(lambda: len(slack.ephemerals()) > before, within=30)
    assert len(slack.posted()) == 1


async def test_a_kill_in_the_middle_of_a_post_loses_and_doubles_nothing(slack: SlackServer, tmp_path: Path) -> None:
    """Killed after Slack took the message and before it was recorded: found by its metadata, not posted again."""
    async with running(tmp_path, **credentials(slack)) as service:
        slack.connect(f"{service.address}/slack/events")
        service.drop("alliance.txt", ALLIANCE)
        await service.taken("alliance.txt")
        slack.fail("chat.postMessage", how=Failing.HANG_AFTER)
        await slack.command("/digest now")
        await slack.wait_for(slack.posted, within=30)
        await service.kill()
    async with running(tmp_path, **credentials(slack)) as service:
        parent = slack.posted()[0]
        await slack.wait_for(lambda: len(slack.thread("news-desk", parent["ts"])) > 0, within=60)
        assert len(slack.posted()) == 1


async def test_an_unreadable_file_is_put_aside_with_its_reason(service: Service, tmp_path: Path) -> None:
    """A binary file goes to _ERROR with a text for a person, and the good one beside it is still taken."""
    (tmp_path / "feed" / "picture.txt").write_bytes(bytes(range(256)) * 40)
    service.drop("alliance.txt", ALLIANCE)
    await service.taken("alliance.txt")
    await service.logged(lambda line: line["event"] == "file not readable")
    assert [path.name for path in (tmp_path / "feed" / "_ERROR").rglob("*.error.txt")] == ["picture.txt.error.txt"]


async def test_a_stop_is_clean(slack: SlackServer, tmp_path: Path) -> None:
    """SIGTERM ends the service within its time, with no error logged."""
    async with running(tmp_path, **credentials(slack)) as service:
        await service.stop()
        assert not [line for line in service.lines if line.get("level") in {"error", "critical"}]


async def test_readiness_tells_its_checks(service: Service) -> None:
    """/healthz, /readyz and /metrics answer for machines."""
    import aiohttp

    async with aiohttp.ClientSession() as session:
        for path, wanted in (("/healthz", "alive"), ("/readyz", '"database":"ok"'), ("/metrics", "# HELP")):
            async with session.get(service.address + path) as answer:
                assert answer.status == 200
                assert wanted in await answer.text()


async def test_a_port_in_use_is_one_clear_message(service: Service, tmp_path: Path) -> None:
    """A second Dateline on the same port stops at once, exit 2, naming PORT."""
    port = service.address.rpartition(":")[2]
    code, _, err = await dateline(tmp_path, "run", PORT=port)
    assert code == 2
    assert f"PORT {port} is in use" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-alone"}, "SLACK_SIGNING_SECRET"),
        ({"HOST": "0.0.0.0"}, "HOST"),
        ({"DATELINE_FEED_FOLDER": "/proc/nowhere"}, "/proc/nowhere"),
        ({"DATELINE_DATA": "/proc/nowhere"}, "DATELINE_DATA"),
    ],
    ids=["part of the credentials", "playground in public", "folder cannot be made", "data folder cannot be made"],
)
async def test_wrong_settings_end_the_start(tmp_path: Path, settings: dict[str, str], told: str) -> None:
    """A setting that cannot work ends `run` with exit 2 and a message that names it."""
    code, _, err = await dateline(tmp_path, "run", **settings)
    assert code == 2
    assert told in err
    assert "Traceback" not in err


async def test_a_database_of_another_kind_is_refused(tmp_path: Path) -> None:
    """An address of a database that Dateline does not know ends the command with exit 2, naming the variable."""
    code, _, err = await dateline(tmp_path, "db", "upgrade", DATABASE_URL="mysql://somewhere")
    assert (code, "DATABASE_URL" in err) == (2, True), err


async def test_a_database_out_of_reach_ends_the_start(slack: SlackServer, tmp_path: Path) -> None:
    """`run` without its database ends with one clear message, which does not show the password."""
    address = "postgresql://dateline:very-secret@127.0.0.1:1/dateline"
    code, _, err = await dateline(tmp_path, "run", DATABASE_URL=address, **credentials(slack))
    assert code == 1
    assert "The database cannot be used" in err
    assert "Traceback" not in err
    assert "very-secret" not in err


async def test_doctor_tells_a_bad_folder_in_one_line(tmp_path: Path) -> None:
    """What to do stands on the line of the folder, without the opening of a failed start."""
    code, out, _ = await dateline(tmp_path, "doctor", DATELINE_FEED_FOLDER="/proc/nowhere")
    assert code == 1
    assert "-> DATELINE_FEED_FOLDER" in out
    assert "cannot start" not in out


async def test_a_refused_token_ends_the_start(slack: SlackServer, tmp_path: Path) -> None:
    """A token that Slack refuses is told at the start, not at the first digest."""
    code, _, err = await dateline(tmp_path, "run", **{**credentials(slack), "SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert code == 2
    assert "SLACK_BOT_TOKEN" in err
    assert "xoxb-wrong" not in err


async def test_doctor_finds_what_is_well_and_what_is_not(slack: SlackServer, tmp_path: Path) -> None:
    """Doctor is content with a good set-up, and names the cure for a bad token."""
    code, out, _ = await dateline(tmp_path, "doctor", **credentials(slack))
    assert (code, "FAIL" in out) == (0, False), out
    code, out, _ = await dateline(tmp_path, "doctor", **{**credentials(slack), "SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert (code, "invalid_auth" in out) == (1, True), out


async def test_the_archive_from_the_command_line(tmp_path: Path) -> None:
    """Ingest, digest and verify work without Slack, and a forged digest is found out."""
    code, _, err = await dateline(tmp_path, "ingest", str(ROOT / "seeds" / "press-review"))
    assert code == 0, err
    code, out, err = await dateline(tmp_path, "digest", "--format", "json")
    assert (code, err) == (0, "")
    (tmp_path / "digest.json").write_text(out, encoding="utf-8")
    code, out, err = await dateline(tmp_path, "verify", "digest.json")
    assert code == 0, err

    digest = json.loads((tmp_path / "digest.json").read_text(encoding="utf-8"))
    digest["entries"][0]["statements"][0]["content"][0]["span"]["text"] += " not"
    (tmp_path / "forged.json").write_text(json.dumps(digest), encoding="utf-8")
    code, _, err = await dateline(tmp_path, "verify", "forged.json")
    assert code == 1
    assert "other words stand there" in err
