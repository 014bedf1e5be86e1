"""The workspaces that installed Dateline: one row each, its tokens encrypted.

slack_sdk has installation stores of its own. They keep tokens in clear, need the organization's id
to find a workspace (a scheduled post knows only the team), and let two processes renew one token at
the same time.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model import Installation
from bot.model.errors import SettingsError
from bot.store.database import Database, Repository, insert_new, messages, upsert
from bot.store.locks import Locks
from bot.store.tables import events, installations

_STATE_LIFETIME = timedelta(minutes=10)
_SECRET_FIELDS = ("token", "refresh_token")


class TokenCipher:
    """Encrypts with the first of its keys (32 bytes each), decrypts with any of them.

    Fernet is AES-128-CBC with HMAC-SHA256: https://github.com/fernet/spec/blob/master/Spec.md
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernets = [Fernet(urlsafe_b64encode(key)) for key in keys]

    @property
    def _keys(self) -> MultiFernet:
        if not self._fernets:
            raise SettingsError([messages.text("no_token_key")])
        return MultiFernet(self._fernets)

    def encrypt(self, text: str) -> bytes:
        """Encrypt; raise SettingsError where there is no key."""
        return self._keys.encrypt(text.encode())

    def decrypt(self, data: bytes) -> str | None:
        """Decrypt; return None where none of the keys fits."""
        return _decrypt(self._keys, data)

    def reencrypt(self, data: bytes) -> bytes | None:
        """Encrypt with the first key what an older key encrypted; return None for anything else."""
        if not self._fernets or _decrypt(self._fernets[0], data) is not None:
            return None
        text = self.decrypt(data)
        return None if text is None else self.encrypt(text)

    def issue_token(self, now: datetime) -> str:
        """Return a random token, safe in a URL, that nobody else can make."""
        token = self._keys.encrypt_at_time(token_urlsafe(16).encode(), int(now.timestamp()))
        return token.decode()

    def is_valid_token(self, token: str, now: datetime, lifetime: timedelta) -> bool:
        """Return whether we issued the token, no longer ago than its lifetime."""
        seconds = int(lifetime.total_seconds())
        try:
            self._keys.decrypt_at_time(token.encode(), seconds, int(now.timestamp()))
        except InvalidToken:
            return False
        return True


def _decrypt(keys: Fernet | MultiFernet, data: bytes) -> str | None:
    try:
        return keys.decrypt(data).decode()
    except InvalidToken:
        return None


class WorkspaceStore(Repository):
    """The workspaces that installed Dateline; their tokens are encrypted at rest."""

    def __init__(self, database: Database, locks: Locks, cipher: TokenCipher) -> None:
        super().__init__(database)
        self._locks, self._cipher = locks, cipher

    async def save(self, installation: Installation) -> None:
        """Insert an installation, or replace the workspace's."""
        row = asdict(installation)
        secrets = {name: row.pop(name) for name in _SECRET_FIELDS}
        row["sealed"] = self._cipher.encrypt(json.dumps(secrets))
        await self._execute(upsert(self._database.engine, installations, row))

    async def get(self, team: str) -> Installation | None:
        """Return a workspace's installation; None too where we no longer have its token's key."""
        row = await self._fetch_first(sa.select(installations).where(installations.c.team == team))
        if row is None or (secrets := self._cipher.decrypt(row.sealed)) is None:
            return None
        fields = row._asdict() | {"scopes": tuple(row.scopes)} | json.loads(secrets)
        del fields["sealed"]
        return Installation(**fields)

    async def get_names(self) -> tuple[tuple[str, str], ...]:
        """Return every workspace's id and name, in order of name."""
        query = sa.select(installations.c.team, installations.c.name)
        rows = await self._fetch_all(query.order_by(installations.c.name, installations.c.team))
        return tuple((row.team, row.name) for row in rows)

    async def find_expiring(self, before: datetime, after: datetime) -> tuple[str, ...]:
        """Return the workspaces whose token does not expire between the two, soonest first."""
        query = sa.select(installations.c.team).where(
            ~installations.c.expires.between(before, after)
        )
        soonest_first = installations.c.expires, installations.c.team
        return tuple(await self._fetch_values(query.order_by(*soonest_first)))

    async def reencrypt(self) -> int:
        """Encrypt with the first key what an older one encrypted; return how many tokens."""
        rows = await self._fetch_all(sa.select(installations.c.team, installations.c.sealed))
        renewed = [
            (row.team, row.sealed, sealed)
            for row in rows
            if (sealed := self._cipher.reencrypt(row.sealed)) is not None
        ]
        for team, old, new in renewed:
            # A token renewed meanwhile is encrypted with the first key.
            unchanged = (installations.c.team == team, installations.c.sealed == old)
            await self._execute(sa.update(installations).where(*unchanged).values(sealed=new))
        return len(renewed)

    async def remove(self, team: str, before: datetime) -> bool:
        """Delete an installation made until `before`; return whether there was one."""
        made_until = sa.and_(installations.c.team == team, installations.c.installed <= before)
        return await self._execute(sa.delete(installations).where(made_until)) == 1

    def hold_renewal(self, team: str) -> AbstractAsyncContextManager[Any]:
        """Hold the lock for renewing a workspace's token: a refresh token can be used once."""
        return self._locks.hold(f"renew/{team}")

    def issue_state(self, now: datetime) -> str:
        """Issue an OAuth `state`; nothing is stored, since anybody may ask for one."""
        return self._cipher.issue_token(now)

    async def take_state(self, state: str, now: datetime) -> bool:
        """Return whether we issued this `state` within ten minutes and it was not used yet."""
        if not self._cipher.is_valid_token(state, now, _STATE_LIFETIME):
            return False
        row = {"event": f"state {hashlib.sha256(state.encode()).hexdigest()}", "seen": now}
        return await self._execute(insert_new(self._database.engine, events, row)) == 1
