"""Adding Dateline to workspaces over OAuth, renewing their tokens, and taking it away again."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Coroutine, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.bolt import NOT_INSTALLED, Authorize, WorkspaceClients, create_bolt
from bot.app.oauth import AGAIN, REASONS, create_oauth_flow
from bot.app.web import create_app
from bot.delivery.digests import Digests
from bot.delivery.slack import SlackChat
from bot.listeners.registration import register
from bot.listeners.services import Services
from bot.model.errors import PostFailed
from bot.playground.request_sender import sign_body
from bot.store import Store, open_store
from tests.builders import later, subscription
from tests.delivery_env import FakeClock
from tests.listeners.conftest import Tasks
from tests.log_file import written
from tests.oauth_slack import APP, STATE_COOKIE, OAuthSlack
from tests.slack_server import serve

__all__ = ["written"]

# slack_sdk 3.43 authenticates with a class of aiohttp's that aiohttp 4 will not have.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

SECRET = "signing-made-up"


@dataclass
class Noticed(Tasks):
    """Tells when work begins: Bolt answers an event before its listener runs."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """As Tasks does."""
        super().start(name, work)
        self.begun.set()


MARK = "mallardnoise"


@dataclass
class House:
    """Dateline for many workspaces, and a browser that goes to it."""

    slack: OAuthSlack
    store: Store
    clock: FakeClock
    tasks: Noticed
    workspaces: WorkspaceClients
    browser: httpx.AsyncClient
    address: str

    async def begin(self) -> str:
        """Follow the link; give the state that the way to Slack carries."""
        answer = await self.browser.get("/slack/install")
        assert answer.status_code == 302
        self.there = urlsplit(answer.headers["location"])
        state = parse_qs(self.there.query)["state"][0]
        # The cookie is for https alone, and this test's browser speaks http.
        self.cookie = {STATE_COOKIE: state}
        return state

    async def come_back(self, **query: str) -> httpx.Response:
        """Come back from Slack's page in the same browser."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookie.items())
        answer = await self.browser.get(
            "/slack/oauth_redirect", params=query, headers={"cookie": cookie}
        )
        await self.tasks.settled()
        return answer

    async def add(self, team: str) -> httpx.Response:
        """Add Dateline to a workspace."""
        return await self.come_back(state=await self.begin(), code=team)

    async def event(
        self, team: str, event: dict[str, Any], *, at: float, event_id: str = "Ev1"
    ) -> None:
        """Send an event as Slack does."""
        envelope = {"type": "event_callback", "team_id": team, "event": event, "event_id": event_id}
        self.tasks.begun.clear()
        await self._send(
            json.dumps(envelope | {"event_time": int(at)}).encode(), "application/json"
        )
        await asyncio.wait_for(self.tasks.begun.wait(), 60)
        await self.tasks.settled()

    async def command(self, team: str, text: str, answer_at: str) -> None:
        """Send a command as Slack does."""
        fields = {
            "command": "/digest",
            "text": text,
            "team_id": team,
            "user_id": "U0WREN",
            "channel_id": "C1",
        }
        fields |= {"trigger_id": f"{team}.1", "response_url": answer_at}
        await self._send(urlencode(fields).encode(), "application/x-www-form-urlencoded")

    async def _send(self, body: bytes, kind: str) -> None:
        now = str(int(time.time()))
        headers = {"content-type": kind, "x-slack-request-timestamp": now}
        headers["x-slack-signature"] = sign_body(SECRET, now, body)
        answer = await self.browser.post("/slack/events", content=body, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """Dateline for many workspaces, on loopback."""
    stand_in, clock, tasks = OAuthSlack(), FakeClock(datetime.now(UTC)), Noticed()
    store = await open_store(database_url, keys=[b"k" * 32])
    async with serve(stand_in.app()) as url, aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=f"{url}/api/", session=session)
        workspaces = WorkspaceClients(store.installations, client, clock, app=APP)
        chat = SlackChat(workspaces.client_for)
        flow = create_oauth_flow(store.installations, client, chat, clock, tasks, app=APP)
        bolt = create_bolt(client, Authorize(workspaces.get_bot), oauth_flow=flow)
        digests = Digests(store, chat, clock, lookback=timedelta(hours=72), top=5)
        services: Any = Services(store, chat, digests, None, None, clock, tasks)  # type: ignore[arg-type]
        register(bolt, services)
        app = create_app(bolt, signing_secret=SECRET, ready=dict, lifespan=None)  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://dateline.example"
        ) as browser:
            yield House(stand_in, store, clock, tasks, workspaces, browser, url)
        await tasks.settled()
        assert tasks.faults == []
    await store.close()


async def test_a_workspace_adds_dateline(house: House) -> None:
    """To Slack's page with our scopes, back with a code: token stored, person greeted."""
    answer = await house.add("T1")
    asked = parse_qs(house.there.query)
    assert (
        f"{house.there.scheme}://{house.there.netloc}{house.there.path}"
        == f"{house.address}/oauth/v2/authorize"
    )
    assert asked["client_id"] == [APP[0]]
    assert {"commands", "chat:write"} <= set(asked["scope"][0].split(","))
    assert answer.status_code == 200
    assert "Desk &lt;T1&gt;" in answer.text
    kept = await house.store.installations.get("T1")
    assert kept
    assert (kept.token, kept.bot, kept.bot_user, kept.installer) == (
        "xoxb-T1",
        "B1",
        "U0BOT",
        "U0WREN",
    )
    assert house.slack.posted() == [("xoxb-T1", "DU0WREN")]


async def test_the_cookie_holds_the_state_to_the_browser(house: House) -> None:
    """Slack's page gets a state that the browser's cookie, out of scripts' reach, must match."""
    answer = await house.browser.get("/slack/install")
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(
    "reason", ["no cookie", "other browser", "used twice", "made up", "too late"]
)
async def test_a_state_that_is_not_good_installs_nothing(house: House, reason: str) -> None:
    """The page says what to do; no code is redeemed."""
    state = await house.begin()
    if reason == "no cookie":
        house.cookie = {}
    elif reason == "other browser":
        house.cookie = {STATE_COOKIE: house.store.installations.issue_state(house.clock.now())}
    elif reason == "used twice":
        await house.come_back(state=state, code="T0")
    elif reason == "made up":
        state = "made-up"
        house.cookie = {STATE_COOKIE: state}
    else:
        house.clock.time += timedelta(minutes=11)
    answer = await house.come_back(state=state, code="T1")
    assert answer.status_code in {400, 401}
    assert AGAIN in answer.text
    assert await house.store.installations.get("T1") is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"error": "access_denied"}, "access_denied"),
        ({"code": "organisation"}, "whole_organisation"),
        ({"code": "T1", "refused": "invalid_code"}, "invalid_code"),
        ({}, "missing_code"),
    ],
)
async def test_what_went_wrong_is_told_in_words(
    house: House, query: dict[str, str], reason: str
) -> None:
    """Declined, an organization, a bad code, no code: the page says what to do."""
    house.slack.refuses = query.get("refused")
    answer = await house.come_back(state=await house.begin(), **query)
    problem, to_do = REASONS[reason]
    assert problem in unescape(answer.text)
    assert to_do in unescape(answer.text)
    assert await house.store.installations.get_names() == ()


async def test_each_workspace_is_answered_with_its_own_token(house: House) -> None:
    """Two workspaces, one app; a third, which never added it, is told so and gets nothing."""
    await house.add("T1")
    await house.add("T2")
    house.slack.calls.clear()
    for team in ("T1", "T2"):
        await house.event(
            team, {"type": "app_home_opened", "user": "U0WREN", "tab": "home"}, at=0, event_id=team
        )
    published = [
        (token, method) for method, token, _ in house.slack.calls if method == "views.publish"
    ]
    assert published == [("xoxb-T1", "views.publish"), ("xoxb-T2", "views.publish")]
    house.slack.calls.clear()
    await house.command("T3", "help", f"{house.address}/api/response")
    ((method, token, told),) = house.slack.calls
    assert (method, token) == ("response", "")
    assert told["text"] == NOT_INSTALLED


async def test_no_request_waits_for_slack_to_know_the_token(house: House) -> None:
    """What Bolt would ask before each answer (auth.test) stands in the installation."""
    await house.add("T1")
    house.slack.calls.clear()
    await house.event("T1", {"type": "app_home_opened", "user": "U0WREN", "tab": "home"}, at=0)
    assert "auth.test" not in [method for method, _, _ in house.slack.calls]


async def test_tokens_are_renewed_outside_of_requests(house: House) -> None:
    """Early, by a tick; then nothing is left to do, and posts go out with the new token."""
    house.slack.rotating = True
    await house.add("T1")
    await house.workspaces.renew_tokens()
    assert house.slack.renewals == 0
    house.clock.time += timedelta(hours=10)
    await house.workspaces.renew_tokens()
    await house.workspaces.renew_tokens()
    assert house.slack.renewals == 1
    assert (await house.workspaces.client_for("T1")).token == "xoxb-renewed-1"
    kept = await house.store.installations.get("T1")
    assert kept
    assert (kept.refresh_token, kept.expires) == ("xoxe-1", house.clock.now() + timedelta(hours=12))


async def test_a_scheduled_post_renews_a_token_that_has_ended(house: House) -> None:
    """After a long sleep of the whole service the first post renews it by itself."""
    house.slack.rotating = True
    await house.add("T1")
    house.clock.time += timedelta(days=3)
    assert (await house.workspaces.client_for("T1")).token == "xoxb-renewed-1"


async def test_a_renewal_that_fails_leaves_the_old_token(house: House) -> None:
    """One workspace's trouble stops nobody else; the token goes on while it lasts."""
    house.slack.rotating = True
    await house.add("T1")
    house.clock.time += timedelta(hours=10)
    house.slack.refuses = "internal_error"
    await house.workspaces.renew_tokens()
    assert (await house.workspaces.client_for("T1")).token == "xoxb-T1"
    house.clock.time += timedelta(hours=3)
    with pytest.raises(PostFailed, match="internal_error"):
        await house.workspaces.client_for("T1")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"], "oauth": []}},
    ],
    ids=lambda event: event["type"],
)
async def test_a_workspace_takes_dateline_away(house: House, event: dict[str, Any]) -> None:
    """Its token is deleted and its subscriptions paused with a reason; no other workspace's."""
    for team in ("T1", "T2"):
        await house.add(team)
        await house.store.subscriptions.save(subscription(team=team))
    await house.event("T1", event, at=house.clock.now().timestamp())
    assert await house.store.installations.get("T1") is None
    (paused,) = await house.store.subscriptions.get_all("T1")
    assert paused.paused
    assert paused.last_result
    assert "removed" in paused.last_result
    assert await house.store.installations.get("T2")
    (goes_on,) = await house.store.subscriptions.get_all("T2")
    assert not goes_on.paused
    with pytest.raises(PostFailed, match="no_installation"):
        await house.workspaces.client_for("T1")


async def test_a_persons_token_is_no_business_of_ours(house: House) -> None:
    """Slack tells of people's tokens too; Dateline never asks for one."""
    await house.add("T1")
    await house.event(
        "T1",
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}},
        at=house.clock.now().timestamp(),
    )
    assert await house.store.installations.get("T1")


async def test_a_late_word_of_a_removal_does_not_end_a_new_installation(house: House) -> None:
    """Removed, added again, and only then told of the removal."""
    await house.add("T1")
    installed = await house.store.installations.get("T1")
    assert installed
    await house.store.installations.save(replace(installed, installed=later(hours=2)))
    await house.event("T1", {"type": "app_uninstalled"}, at=later(hours=1).timestamp())
    assert await house.store.installations.get("T1")


@pytest.mark.parametrize(
    "query",
    [
        f"state={MARK}&code={MARK}",
        f"state=%00{MARK}&code=%ff%fe",
        f"state={MARK * 300}",
        f"state=%F0%9F%A6%86{MARK}&state=x&code=%0d%0a{MARK}",
        f"error={MARK}%0d%0a&state={MARK}",
        f"&&==%&;{MARK}",
        "",
    ],
)
@pytest.mark.parametrize(
    "cookie", [MARK, f"{STATE_COOKIE}={MARK}", f'{STATE_COOKIE}="', ";;==", ""]
)
async def test_garbage_on_the_way_back_is_refused_in_words(
    written: io.StringIO, house: House, query: str, cookie: str
) -> None:
    """Any query and any cookie: a page that says what to do, and nothing of either in the log."""
    answer = await house.browser.get(f"/slack/oauth_redirect?{query}", headers={"cookie": cookie})
    assert answer.status_code in {400, 401}
    assert "Begin again" in answer.text
    assert MARK not in written.getvalue()
    assert house.slack.calls == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
async def test_no_body_is_read_where_a_browser_comes(house: House, path: str) -> None:
    """What a GET carries besides its query is nobody's business: it is not even received."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    transport = house.browser._transport
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(scope, receive, send)
    assert sent[0]["status"] in {302, 400}


@pytest.mark.parametrize("team", ["%0d%0aX-Made-Up:%20y", "%C5%81", "T1%26scope=admin", MARK, ""])
async def test_only_a_team_goes_into_the_address_of_the_consent_page(
    house: House, team: str
) -> None:
    """What is no team id is left out: it would add parameters to the address, or break its line."""
    answer = await house.browser.get(f"/slack/install?team={team}")
    assert answer.status_code == 302
    assert "team=" not in answer.headers["location"]
    assert "admin" not in answer.headers["location"]
    assert "x-made-up" not in answer.headers
    assert (
        (await house.browser.get("/slack/install?team=T1")).headers["location"].endswith("&team=T1")
    )


async def test_a_refused_code_stands_in_no_log(written: io.StringIO, house: House) -> None:
    """Bolt would write the code; the log says that an installation failed, and why."""
    house.slack.refuses = "invalid_code"
    await house.come_back(state=await house.begin(), code=MARK)
    assert "invalid_code" in written.getvalue()
    assert MARK not in written.getvalue()


async def test_slack_out_of_reach_ends_in_a_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the code cannot be redeemed the person reads what to do, in place of a bare 500."""

    async def unreachable(*_: object, **__: object) -> None:
        raise aiohttp.ClientConnectionError(MARK)

    monkeypatch.setattr(AsyncWebClient, "oauth_v2_access", unreachable)
    answer = await house.come_back(state=await house.begin(), code="T1")
    assert answer.status_code == 503
    assert AGAIN in answer.text
    assert MARK not in answer.text
