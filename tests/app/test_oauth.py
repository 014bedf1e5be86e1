"""Workspaces install Dateline over OAuth, have their tokens renewed, and uninstall it."""

import asyncio
import io
import json
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
from bot.listeners.request import Services
from bot.model.errors import PostFailed
from bot.store import Store, open_store
from tests.builders import later, subscription
from tests.delivery_env import FakeClock
from tests.listeners.conftest import WaitableTasks
from tests.log_file import written
from tests.oauth_slack import APP, STATE_COOKIE, OAuthSlack
from tests.signed_requests import FORM, PATH, SECRET, sign
from tests.slack_server import serve

__all__ = ["written"]

# slack_sdk 3.43 authenticates with a class of aiohttp's that aiohttp 4 will not have.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@dataclass
class SignallingTasks(WaitableTasks):
    """Signal when work begins, because Bolt answers an event before its listener runs."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Start the work as `AsyncioTasks` does, then signal it."""
        super().start(name, work)
        self.begun.set()


MARK = "mallardnoise"
OURS = "https://dateline.example/slack/oauth_redirect"


@dataclass
class InstallerEnv:
    """Dateline for many workspaces, and a browser that visits it."""

    slack: OAuthSlack
    store: Store
    clock: FakeClock
    tasks: SignallingTasks
    workspaces: WorkspaceClients
    browser: httpx.AsyncClient
    address: str

    async def begin(self) -> str:
        """Follow the install link; return the state parameter of the redirect to Slack."""
        answer = await self.browser.get("/slack/install")
        assert answer.status_code == 302
        self.there = urlsplit(answer.headers["location"])
        # The page is where SLACK_API_URL is: GovSlack has its own.
        slack = self.workspaces._client.base_url.removesuffix("api/")
        assert answer.headers["location"].startswith(f"{slack}oauth/v2/authorize?")
        query = parse_qs(self.there.query)
        assert query["redirect_uri"] == [OURS]
        state = query["state"][0]
        # The cookie is for https alone, and this test's browser speaks http.
        self.cookie = {STATE_COOKIE: state}
        return state

    async def return_from_slack(self, **query: str) -> httpx.Response:
        """Return from Slack's page in the same browser."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookie.items())
        answer = await self.browser.get(
            "/slack/oauth_redirect", params=query, headers={"cookie": cookie}
        )
        await self.tasks.settled()
        return answer

    async def install(self, team: str) -> httpx.Response:
        """Install Dateline in a workspace."""
        return await self.return_from_slack(state=await self.begin(), code=team)

    async def send_event(
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

    async def send_command(self, team: str, text: str, answer_at: str) -> None:
        """Send a command as Slack does."""
        fields = {
            "command": "/digest",
            "text": text,
            "team_id": team,
            "user_id": "U0WREN",
            "channel_id": "C1",
        }
        fields |= {"trigger_id": f"{team}.1", "response_url": answer_at}
        await self._send(urlencode(fields).encode(), FORM)

    async def _send(self, body: bytes, kind: str) -> None:
        answer = await self.browser.post(PATH, content=body, headers=sign(body, kind=kind))
        assert answer.status_code == 200, answer.text


@pytest.fixture
async def installer(database_url: str) -> AsyncIterator[InstallerEnv]:
    """Serve Dateline for many workspaces, on loopback."""
    stand_in, clock, tasks = OAuthSlack(), FakeClock(datetime.now(UTC)), SignallingTasks()
    store = await open_store(database_url, keys=[b"k" * 32])
    async with serve(stand_in.app()) as url, aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=f"{url}/api/", session=session)
        workspaces = WorkspaceClients(store.workspaces, client, clock, app=APP)
        chat = SlackChat(workspaces.client_for)
        flow = create_oauth_flow(
            *(store.workspaces, client, chat, clock, tasks),
            app=APP,
            redirect_url=OURS,
            more_scopes=["mcp:connect"],
        )
        bolt = create_bolt(client, Authorize(workspaces.get_bot), oauth_flow=flow)
        digests = Digests(store, chat, clock, lookback=timedelta(hours=72), top=5)
        services: Any = Services(store, chat, digests, None, None, clock, tasks)  # type: ignore[arg-type]
        register(bolt, services)
        app = create_app(bolt, signing_secret=SECRET, ready=dict, lifespan=None)  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://dateline.example"
        ) as browser:
            yield InstallerEnv(stand_in, store, clock, tasks, workspaces, browser, url)
        await tasks.settled()
        assert tasks.faults == []
    await store.close()


async def test_a_workspace_installs_dateline(installer: InstallerEnv) -> None:
    """The install link asks Slack for our scopes; then the token is stored, and a greeting sent."""
    answer = await installer.install("T1")
    asked = parse_qs(installer.there.query)
    assert (
        f"{installer.there.scheme}://{installer.there.netloc}{installer.there.path}"
        == f"{installer.address}/oauth/v2/authorize"
    )
    assert asked["client_id"] == [APP[0]]
    assert {"commands", "chat:write", "mcp:connect"} <= set(asked["scope"][0].split(","))
    assert answer.status_code == 200
    assert "Desk &lt;T1&gt;" in answer.text
    kept = await installer.store.workspaces.get("T1")
    assert kept
    assert (kept.token, kept.bot, kept.bot_user, kept.installer) == (
        "xoxb-T1",
        "B1",
        "U0BOT",
        "U0WREN",
    )
    assert installer.slack.posted() == [("xoxb-T1", "DU0WREN")]


async def test_the_state_must_match_the_cookie(installer: InstallerEnv) -> None:
    """The redirect's state must match the browser's cookie.

    The cookie is kept from scripts and from plain HTTP.
    """
    answer = await installer.browser.get("/slack/install")
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize(
    "reason", ["no cookie", "other browser", "used twice", "made up", "too late"]
)
async def test_a_bad_state_installs_nothing(installer: InstallerEnv, reason: str) -> None:
    """With a bad state the page says what to do, and no code is redeemed."""
    state = await installer.begin()
    if reason == "no cookie":
        installer.cookie = {}
    elif reason == "other browser":
        installer.cookie = {
            STATE_COOKIE: installer.store.workspaces.issue_state(installer.clock.now())
        }
    elif reason == "used twice":
        await installer.return_from_slack(state=state, code="T0")
    elif reason == "made up":
        state = "made-up"
        installer.cookie = {STATE_COOKIE: state}
    else:
        installer.clock.time += timedelta(minutes=11)
    answer = await installer.return_from_slack(state=state, code="T1")
    assert answer.status_code in {400, 401}
    assert AGAIN in answer.text
    assert await installer.store.workspaces.get("T1") is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"error": "access_denied"}, "access_denied"),
        ({"code": "organisation"}, "whole_organisation"),
        ({"code": "T1", "refused": "invalid_code"}, "invalid_code"),
        ({}, "missing_code"),
    ],
)
async def test_a_failed_installation_is_explained(
    installer: InstallerEnv, query: dict[str, str], reason: str
) -> None:
    """Declined, for an organisation, with a bad code or none: the page says what to do."""
    installer.slack.refuses = query.get("refused")
    answer = await installer.return_from_slack(state=await installer.begin(), **query)
    assert REASONS[reason]["problem"] in unescape(answer.text)
    assert REASONS[reason].get("cure", AGAIN) in unescape(answer.text)
    assert await installer.store.workspaces.get_names() == ()


async def test_each_workspace_is_answered_with_its_own_token(installer: InstallerEnv) -> None:
    """Two workspaces are answered with their own tokens; a third, not installed, gets no data."""
    await installer.install("T1")
    await installer.install("T2")
    installer.slack.calls.clear()
    for team in ("T1", "T2"):
        await installer.send_event(
            team, {"type": "app_home_opened", "user": "U0WREN", "tab": "home"}, at=0, event_id=team
        )
    published = [
        (token, method) for method, token, _ in installer.slack.calls if method == "views.publish"
    ]
    assert published == [("xoxb-T1", "views.publish"), ("xoxb-T2", "views.publish")]
    installer.slack.calls.clear()
    await installer.send_command("T3", "help", f"{installer.address}/api/response")
    ((method, token, fields),) = installer.slack.calls
    assert (method, token) == ("response", "")
    assert fields["text"] == NOT_INSTALLED


async def test_requests_do_not_call_auth_test(installer: InstallerEnv) -> None:
    """Bolt never calls auth.test before an answer: the installation holds the bot's ids."""
    await installer.install("T1")
    installer.slack.calls.clear()
    await installer.send_event(
        "T1", {"type": "app_home_opened", "user": "U0WREN", "tab": "home"}, at=0
    )
    assert "auth.test" not in [method for method, _, _ in installer.slack.calls]


async def test_tokens_are_renewed_outside_of_requests(installer: InstallerEnv) -> None:
    """A periodic task renews tokens early, and posts then use the new token."""
    installer.slack.rotating = True
    await installer.install("T1")
    await installer.workspaces.renew_tokens()
    assert installer.slack.renewals == 0
    installer.clock.time += timedelta(hours=10)
    await installer.workspaces.renew_tokens()
    await installer.workspaces.renew_tokens()
    assert installer.slack.renewals == 1
    assert (await installer.workspaces.client_for("T1")).token == "xoxb-renewed-1"
    kept = await installer.store.workspaces.get("T1")
    assert kept
    assert (kept.refresh_token, kept.expires) == (
        "xoxe-1",
        installer.clock.now() + timedelta(hours=12),
    )


async def test_a_scheduled_post_renews_an_expired_token(installer: InstallerEnv) -> None:
    """After a long pause of the service, the first post renews its expired token."""
    installer.slack.rotating = True
    await installer.install("T1")
    installer.clock.time += timedelta(days=3)
    assert (await installer.workspaces.client_for("T1")).token == "xoxb-renewed-1"


async def test_a_renewal_that_fails_leaves_the_old_token(installer: InstallerEnv) -> None:
    """A failed renewal affects one workspace only, whose token is used while it lasts."""
    installer.slack.rotating = True
    await installer.install("T1")
    installer.clock.time += timedelta(hours=10)
    installer.slack.refuses = "internal_error"
    await installer.workspaces.renew_tokens()
    assert (await installer.workspaces.client_for("T1")).token == "xoxb-T1"
    installer.clock.time += timedelta(hours=3)
    with pytest.raises(PostFailed, match="internal_error"):
        await installer.workspaces.client_for("T1")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"], "oauth": []}},
    ],
    ids=lambda event: event["type"],
)
async def test_a_workspace_uninstalls_dateline(
    installer: InstallerEnv, event: dict[str, Any]
) -> None:
    """Its token is deleted and its subscriptions are paused with a reason; no others are."""
    for team in ("T1", "T2"):
        await installer.install(team)
        await installer.store.subscriptions.save(subscription(team=team))
    await installer.send_event("T1", event, at=installer.clock.now().timestamp())
    assert await installer.store.workspaces.get("T1") is None
    (paused,) = await installer.store.subscriptions.get_all("T1")
    assert paused.paused
    assert paused.last_result
    assert "removed" in paused.last_result
    assert await installer.store.workspaces.get("T2")
    (goes_on,) = await installer.store.subscriptions.get_all("T2")
    assert not goes_on.paused
    with pytest.raises(PostFailed, match="no_installation"):
        await installer.workspaces.client_for("T1")


async def test_revoked_user_tokens_are_ignored(installer: InstallerEnv) -> None:
    """Slack also reports revoked user tokens, and Dateline never asks for one."""
    await installer.install("T1")
    await installer.send_event(
        "T1",
        {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}},
        at=installer.clock.now().timestamp(),
    )
    assert await installer.store.workspaces.get("T1")


async def test_a_late_uninstall_event_keeps_a_new_installation(installer: InstallerEnv) -> None:
    """An uninstall event that arrives after a new installation does not remove it."""
    await installer.install("T1")
    installed = await installer.store.workspaces.get("T1")
    assert installed
    await installer.store.workspaces.save(replace(installed, installed=later(hours=2)))
    await installer.send_event("T1", {"type": "app_uninstalled"}, at=later(hours=1).timestamp())
    assert await installer.store.workspaces.get("T1")


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
async def test_any_query_and_cookie_get_a_clear_page(
    written: io.StringIO, installer: InstallerEnv, query: str, cookie: str
) -> None:
    """Any query and cookie get a page that says what to do, and neither reaches the log."""
    answer = await installer.browser.get(
        f"/slack/oauth_redirect?{query}", headers={"cookie": cookie}
    )
    assert answer.status_code in {400, 401}
    assert "Start over" in answer.text
    assert MARK not in written.getvalue()
    assert installer.slack.calls == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
async def test_no_body_of_a_get_request_is_read(installer: InstallerEnv, path: str) -> None:
    """The OAuth pages never receive the body of a GET request."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError("the body was read")

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    transport = installer.browser._transport
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(scope, receive, send)
    assert sent[0]["status"] in {302, 400}


@pytest.mark.parametrize("team", ["%0d%0aX-Made-Up:%20y", "%C5%81", "T1%26scope=admin", MARK, ""])
async def test_only_a_valid_team_id_reaches_slacks_address(
    installer: InstallerEnv, team: str
) -> None:
    """A malformed team id is left out: it could add parameters to the address."""
    answer = await installer.browser.get(f"/slack/install?team={team}")
    assert answer.status_code == 302
    assert "team=" not in answer.headers["location"]
    assert "admin" not in answer.headers["location"]
    assert "x-made-up" not in answer.headers
    assert (
        (await installer.browser.get("/slack/install?team=T1"))
        .headers["location"]
        .endswith("&team=T1")
    )


async def test_a_refused_code_is_not_logged(written: io.StringIO, installer: InstallerEnv) -> None:
    """The log says that an installation failed and why, without the code that Bolt would log."""
    installer.slack.refuses = "invalid_code"
    await installer.return_from_slack(state=await installer.begin(), code=MARK)
    assert "invalid_code" in written.getvalue()
    assert MARK not in written.getvalue()


async def test_an_unreachable_slack_gets_a_clear_page(
    installer: InstallerEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the code cannot be redeemed, the page says what to do instead of a bare 500."""

    async def unreachable(*_: object, **__: object) -> None:
        raise aiohttp.ClientConnectionError(MARK)

    monkeypatch.setattr(AsyncWebClient, "oauth_v2_access", unreachable)
    answer = await installer.return_from_slack(state=await installer.begin(), code="T1")
    assert answer.status_code == 503
    assert AGAIN in answer.text
    assert MARK not in answer.text
