"""A person sees the main job done in one running Dateline, from its feed folder to its channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.service import (
    ALLIANCE,
    HARBOUR,
    Service,
    credentials,
    dateline,
    message_text,
    running,
    thread_heaps,
)
from tests.slack_server import SlackServer, slack_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

BREAD = """Bakers warn of dear flour

Bread will cost more after the harvest, the head of the bakers' guild, Odo Merle, said on Friday.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def slack() -> AsyncIterator[SlackServer]:
    """Return one fake Slack for the module; tests look at what came while they ran."""
    async with slack_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(
    slack: SlackServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """Run Dateline with the fake Slack and an operator's setting for long digests."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "own.toml").write_text("[digest]\ntop = 7\n", encoding="utf-8")
    async with running(
        folder, DATELINE_CONFIG=str(folder / "own.toml"), **credentials(slack)
    ) as service:
        slack.connect(f"{service.address}/slack/events")
        yield service


async def test_a_dropped_file_becomes_a_digest_that_verifies(
    service: Service, slack: SlackServer
) -> None:
    """The digest shows who said what, with role and outlet, and `verify` confirms every span."""
    service.drop_file("alliance.txt", ALLIANCE)
    await service.wait_until_taken("alliance.txt")
    await slack.command("/digest now")
    posted = await slack.wait_for(slack.posted)
    shown = message_text(posted[0])
    for name in (
        "Kaja Kallas",
        "Estonian Prime Minister",
        "Anders Fogh Rasmussen",
        "Dmitry Kuleba",
        "Reuters",
    ):
        assert name in shown
    assert posted[0]["metadata"]["event_type"] == "dateline_digest"
    assert {"delivery", "slot", "part"} <= posted[0]["metadata"]["event_payload"].keys()

    delivery = posted[0]["metadata"]["event_payload"]["delivery"]
    code, out, err = await dateline(service.folder, "verify", str(delivery))
    assert (code, err) == (0, "")
    assert "word for word" in out


async def test_what_was_posted_is_not_posted_again(service: Service, slack: SlackServer) -> None:
    """A second `/digest now` without news posts nothing and says so to the person.

    It says so in the window that opens where an answer takes over a second.
    """
    service.drop_file("harbour.txt", HARBOUR)
    await service.wait_until_taken("harbour.txt")
    await slack.command("/digest now", channel="general")
    await slack.wait_for(lambda: slack.posted("general"))
    await slack.command("/digest now", channel="general")
    await slack.wait_for(
        lambda: "already posted" in f"{slack.ephemerals('general')} {slack.modal()}"
    )
    assert len(slack.posted("general")) == 1


async def test_an_unreadable_file_is_put_aside_with_its_reason(service: Service) -> None:
    """A binary file goes to _ERROR with a reason in words, and a good file is still taken."""
    feed = service.folder / "feed"
    (feed / "picture.txt").write_bytes(bytes(range(256)) * 40)
    service.drop_file("bread.txt", BREAD)
    await service.wait_until_taken("bread.txt")
    await service.wait_for_line(lambda line: line["event"] == "file not readable")
    assert [path.name for path in (feed / "_ERROR").rglob("*.error.txt")] == [
        "picture.txt.error.txt"
    ]


async def test_the_operator_chooses_how_many_stories(service: Service, slack: SlackServer) -> None:
    """`top` in the configuration limits new subscriptions, and digests without one."""
    await slack.command("/digest subscribe", channel="lounge")
    await slack.wait_for(
        lambda: (
            "at most 7 stories"
            in str([message_text(message) for message in slack.ephemerals("lounge")])
        )
    )


async def test_health_readiness_and_metrics_answer(service: Service) -> None:
    """/healthz, /readyz and /metrics answer for machines."""
    async with aiohttp.ClientSession() as session:
        for path, wanted in (
            ("/healthz", "alive"),
            ("/readyz", '"database":"ok"'),
            ("/metrics", "# HELP"),
        ):
            async with session.get(service.address + path) as answer:
                assert answer.status == 200
                assert wanted in await answer.text()


async def test_a_port_in_use_is_one_clear_message(service: Service, tmp_path: Path) -> None:
    """A second Dateline on the same port ends with exit code 2 and a message naming PORT."""
    port = service.address.rpartition(":")[2]
    code, _, err = await dateline(tmp_path, "run", PORT=port)
    assert code == 2
    assert f"PORT {port} is already in use" in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux")
async def test_its_threads_share_two_heaps(service: Service) -> None:
    """The process has two heaps, where one for each thread would keep each thread's peak."""
    assert thread_heaps(service.process.pid) <= 1
