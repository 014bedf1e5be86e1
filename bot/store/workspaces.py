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
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Row, delete, select, update

from bot.model import Installation
from bot.model.errors import SettingsError
from bot.store.database import Database, insert_new, upsert
from bot.store.locks import Locks
from bot.store.tables import events, installations

_STATE_LIFETIME = timedelta(minutes=10)
_SECRET_FIELDS = ("token", "refresh_token")


class TokenCipher:
    """Encrypts with the first of its keys (32 bytes each), decrypts with any of them.

    Fernet is AES-128-CBC with HMAC-SHA256: https://github.com/fernet/spec/blob/master/Spec.md
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        fernets = [Fernet(urlsafe_b64encode(key)) for key in keys]
        self._first = fernets[0] if fernets else None
        self._all = MultiFernet(fernets) if fernets else None

    @property
    def _keys(self) -> MultiFernet:
        if self._all is None:
            raise SettingsError(
                ["No key for the workspaces' tokens is set; set DATELINE_TOKEN_KEY."]
            )
        return self._all

    def encrypt(self, text: str) -> bytes:
        """Encrypt; raise SettingsError where there is no key."""
        return self._keys.encrypt(text.encode())

    def decrypt(self, data: bytes) -> str | None:
        """Decrypt; return None where none of the keys fits."""
        try:
            return self._keys.decrypt(data).decode()
        except InvalidToken:
            return None

    def reencrypt(self, data: bytes) -> bytes | None:
        """Encrypt with the first key what an older key encrypted; return None for anything else."""
        if self._first is None:
            return None
        try:
            self._first.decrypt(data)
        except InvalidToken:
            text = self.decrypt(data)
            return None if text is None else self.encrypt(text)
        return None

    def issue_token(self, now: datetime) -> str:
        """Return a random token, safe in a URL, that nobody else can make."""
        token = self._keys.encrypt_at_time(token_urlsafe(16).encode(), int(now.timestamp()))
        return token.decode()

    def is_valid_token(self, token: str, now: datetime, lifetime: timedelta) -> bool:
        """Whether we issued the token, no longer ago than its lifetime."""
        seconds = int(lifetime.total_seconds())
        try:
            self._keys.decrypt_at_time(token.encode(), seconds, int(now.timestamp()))
        except InvalidToken:
            return False
        return True


class WorkspaceStore:
    """The workspaces that installed Dateline; their tokens are encrypted at rest."""

    def __init__(self, database: Database, locks: Locks, cipher: TokenCipher) -> None:
        self._database, self._locks, self._cipher = database, locks, cipher

    async def save(self, installation: Installation) -> None:
        """Insert an installation, or replace the workspace's."""
        row = self._encode(installation)
        async with self._database.writing() as connection:
            await connection.execute(upsert(connection, installations, row))

    async def get(self, team: str) -> Installation | None:
        """Return a workspace's installation; None too where we no longer have its token's key."""
        query = select(installations).where(installations.c.team == team)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else self._decode(row)

    async def get_names(self) -> tuple[tuple[str, str], ...]:
        """Return every workspace's id and name, in order of name."""
        query = select(installations.c.team, installations.c.name).order_by(
            installations.c.name, installations.c.team
        )
        async with self._database.reading() as connection:
            return tuple((row.team, row.name) for row in await connection.execute(query))

    async def find_expiring(self, before: datetime) -> tuple[str, ...]:
        """Return the workspaces whose token expires before then, soonest first."""
        query = (
            select(installations.c.team)
            .where(installations.c.expires < before)
            .order_by(installations.c.expires, installations.c.team)
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def reencrypt(self) -> int:
        """Encrypt with the first key what an older one encrypted, so that the older can be dropped.

        Return the number of tokens changed.
        """
        query = select(installations.c.team, installations.c.sealed)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        renewed = [
            (team, old, new)
            for team, old in rows
            if (new := self._cipher.reencrypt(old)) is not None
        ]
        if renewed:
            async with self._database.writing() as connection:
                for team, old, new in renewed:
                    # A token renewed meanwhile is encrypted with the first key.
                    unchanged = (installations.c.team == team, installations.c.sealed == old)
                    change = update(installations).where(*unchanged).values(sealed=new)
                    await connection.execute(change)
        return len(renewed)

    async def remove(self, team: str, before: datetime) -> bool:
        """Delete an installation made until `before`; return whether there was one."""
        statement = delete(installations).where(
            installations.c.team == team, installations.c.installed <= before
        )
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount == 1

    def hold_renewal(self, team: str) -> AbstractAsyncContextManager[Any]:
        """Hold the lock for renewing a workspace's token: a refresh token can be used once."""
        return self._locks.hold(f"renew/{team}")

    def issue_state(self, now: datetime) -> str:
        """Issue an OAuth `state`; nothing is stored, since anybody may ask for one."""
        return self._cipher.issue_token(now)

    async def take_state(self, state: str, now: datetime) -> bool:
        """Whether we issued this `state` in the last ten minutes, and it is used first now."""
        if not self._cipher.is_valid_token(state, now, _STATE_LIFETIME):
            return False
        row = {"event": f"state {hashlib.sha256(state.encode()).hexdigest()}", "seen": now}
        async with self._database.writing() as connection:
            statement = insert_new(connection, events, row).returning(events.c.event)
            return (await connection.execute(statement)).first() is not None

    def _encode(self, installation: Installation) -> dict[str, Any]:
        fields = {name: getattr(installation, name) for name in Installation.__dataclass_fields__}
        secrets = {name: fields.pop(name) for name in _SECRET_FIELDS}
        sealed = self._cipher.encrypt(json.dumps(secrets))
        return fields | {"scopes": list(installation.scopes), "sealed": sealed}

    def _decode(self, row: Row[Any]) -> Installation | None:
        fields = row._asdict()
        secrets = self._cipher.decrypt(fields.pop("sealed"))
        if secrets is None:
            return None
        return Installation(**fields | {"scopes": tuple(row.scopes)} | json.loads(secrets))
