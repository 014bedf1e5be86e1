"""A fake Slack for OAuth: a code is redeemed for the workspace that it names."""

from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

APP = ("111.222", "client-made-up")
STATE_COOKIE = "slack-app-oauth-state"


@dataclass
class OAuthSlack:
    """Exchange codes for tokens, rotate tokens, and record each call with its token."""

    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    rotating: bool = False
    refuses: str | None = None
    renewals: int = 0

    def app(self) -> Starlette:
        """Return the app to serve; Slack's API is at its address and /api/."""
        return Starlette(routes=[Route("/api/{method}", self.answer, methods=["POST", "GET"])])

    async def answer(self, request: Request) -> Response:
        """Answer a call of the Web API."""
        method, token = (
            request.path_params["method"],
            request.headers.get("authorization", "").removeprefix("Bearer "),
        )
        is_json = "json" in request.headers.get("content-type", "")
        fields = (
            await request.json()
            if is_json
            else dict(await request.form()) | dict(request.query_params)
        )
        self.calls.append((method, token, fields))
        if method == "oauth.v2.access":
            return JSONResponse(self._grant(fields))
        if method == "auth.test":
            return JSONResponse(
                {"ok": True, "bot_id": "B1", "url": "https://farland.slack.example/"}
            )
        if method == "conversations.open":
            return JSONResponse({"ok": True, "channel": {"id": f"D{fields['users']}"}})
        return JSONResponse({"ok": True, "ts": "1.1", "channel": fields.get("channel", "")})

    def _grant(self, fields: dict[str, Any]) -> dict[str, Any]:
        if self.refuses:
            return {"ok": False, "error": self.refuses}
        if fields.get("grant_type") == "refresh_token":
            self.renewals += 1
            renewed = {
                "access_token": f"xoxb-renewed-{self.renewals}",
                "refresh_token": f"xoxe-{self.renewals}",
            }
            return {"ok": True, "token_type": "bot", "expires_in": 43200} | renewed
        team = fields["code"]
        grant = {
            "ok": True,
            "app_id": "A1",
            "authed_user": {"id": "U0WREN"},
            "scope": "commands,chat:write",
        }
        grant |= {"token_type": "bot", "access_token": f"xoxb-{team}", "bot_user_id": "U0BOT"}
        if team == "organisation":
            return grant | {"team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
        if self.rotating:
            grant |= {"refresh_token": "xoxe-0", "expires_in": 43200}
        return grant | {"team": {"id": team, "name": f"Desk <{team}>"}, "enterprise": None}

    def posted(self) -> list[tuple[str, str]]:
        """Return the token and the channel of each posted message."""
        return [
            (token, fields["channel"])
            for method, token, fields in self.calls
            if method == "chat.postMessage"
        ]
