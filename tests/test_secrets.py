"""Secrets stay where they are used: not in worker processes, not in the log, not in Bolt's own hands."""

import os
from pathlib import Path

import pytest

from tests.service import running
from tests.slack_server import SlackServer, slack

__all__ = ["slack"]


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(member for child in children for member in family(int(child)))]


def environments(pids: list[int]) -> list[bytes]:
    """Give the environment of each process."""
    return [Path(f"/proc/{pid}/environ").read_bytes() for pid in pids]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
async def test_workers_and_log_see_no_secret(slack: SlackServer, tmp_path: Path) -> None:
    """With every secret set, no child process has one in its environment, and no log line holds one."""
    secrets = {
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": "client-id-not-for-children",
        "SLACK_CLIENT_SECRET": "client-secret-not-for-children",
    }
    async with running(tmp_path, SLACK_API_URL=slack.api_url, **secrets) as service:
        slack.connect(f"{service.address}/slack/events")
        service.drop("pier.txt", "The pier is closed, Mayor Odile Brant said on Monday.")
        await service.taken("pier.txt")
        children = [pid for pid in family(service.process.pid) if pid != service.process.pid]
        inherited = environments(children)
        assert len(children) >= 2
        reply = await slack.command("/digest help")
        assert reply.problem is None
        assert not [line for line in service.lines if line.get("level") not in {"info", None}]
        told = os.fsencode(repr(service.lines))
    for secret in map(str.encode, secrets.values()):
        assert secret not in told
        assert not any(secret in environment for environment in inherited)
