"""Encrypts what must not stand in the database in clear, and knows its own marks again.

Fernet (AES-128-CBC with HMAC-SHA256): https://github.com/fernet/spec/blob/master/Spec.md
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.model.errors import SettingsError


class Seal:
    """Seals with the first of its keys (32 bytes each), opens what any of them sealed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        all_keys = [Fernet(urlsafe_b64encode(key)) for key in keys]
        self._first = all_keys[:1]
        self._fernet = MultiFernet(all_keys) if all_keys else None

    @property
    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise SettingsError(
                ["No key for the workspaces' tokens is set; set DATELINE_TOKEN_KEY."]
            )
        return self._fernet

    def close(self, text: str) -> bytes:
        """Encrypt."""
        return self._keys.encrypt(text.encode())

    def open(self, sealed: bytes) -> str | None:
        """Decrypt; None where no key of ours opens it."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def renewed(self, sealed: bytes) -> bytes | None:
        """The same, sealed with the first key; None where it is already, or no key of ours opens it."""
        for first in self._first:
            try:
                first.decrypt(sealed)
            except InvalidToken:
                opened = self.open(sealed)
                return None if opened is None else self.close(opened)
        return None

    def mark(self, now: datetime) -> str:
        """Give a mark, safe in an address, that nobody else can make."""
        return self._keys.encrypt_at_time(token_urlsafe(16).encode(), int(now.timestamp())).decode()

    def knows(self, mark: str, now: datetime, within: timedelta) -> bool:
        """Whether it is a mark of ours, made no longer ago than this."""
        try:
            self._keys.decrypt_at_time(
                mark.encode(), int(within.total_seconds()), int(now.timestamp())
            )
        except InvalidToken:
            return False
        return True
