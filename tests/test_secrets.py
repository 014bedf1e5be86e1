"""Secrets stay where they are used: not in worker processes, not in the log or the figures, not in Bolt's own hands."""

from pathlib import Path

import pytest

from tests.service import KEY, credentials, running
from tests.slack_server import SlackServer, slack

__all__ = ["slack"]

CLIENT = {"SLACK_CLIENT_ID": "client-id-not-for-children", "SLACK_CLIENT_SECRET": "client-secret-not-for-children"}


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
async def test_workers_and_log_see_no_secret(slack: SlackServer, tmp_path: Path) -> None:
    """With every secret set, no child process has one in its environment, and no log line or page holds one."""
    secrets = credentials(slack) | CLIENT | {"DATELINE_TOKEN_KEY": KEY}
    async with running(tmp_path, **secrets) as service:
        slack.connect(f"{service.address}/slack/events")
        service.drop("pier.txt", "The pier is closed, Mayor Odile Brant said on Monday.")
        await service.taken("pier.txt")
        assert len(service.environments()) >= 2
        reply = await slack.command("/digest help")
        assert reply.problem is None
        assert not [line for line in service.lines if line.get("level") not in {"info", None}]
        del secrets["SLACK_API_URL"]
        assert await service.gives_away(*secrets.values()) == []
