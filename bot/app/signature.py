"""Whether a request is Slack's: its signature, checked over the raw bytes before anything reads them.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
import time

from starlette.datastructures import Headers

# Slack's own limit; a clock may be off in both directions.
MAX_AGE_SECONDS = 300
_TIMESTAMP = re.compile("[0-9]{1,12}")
_SIGNATURE = re.compile("v0=[0-9a-f]{64}")


class SignatureVerifier:
    """Verifies requests against one signing secret; raise ValueError where there is none.

    slack_sdk's verifier takes the body as text: it decodes the bytes of whoever sends some.
    """

    def __init__(self, signing_secret: str) -> None:
        if not signing_secret.strip():
            raise ValueError("Requests over HTTP need SLACK_SIGNING_SECRET.")
        self._key = hmac.new(signing_secret.encode(), digestmod=hashlib.sha256)

    def start(self, headers: Headers) -> "BodySignature | None":
        """Start to verify a body; None where the headers alone say that it is not Slack's."""
        timestamp = _only(headers, "x-slack-request-timestamp", _TIMESTAMP)
        signature = _only(headers, "x-slack-signature", _SIGNATURE)
        if timestamp is None or signature is None:
            return None
        mac = self._key.copy()
        mac.update(f"v0:{timestamp}:".encode())
        return BodySignature(mac, signature, int(timestamp))


class BodySignature:
    """The signature of one body, computed as its pieces arrive."""

    def __init__(self, mac: hmac.HMAC, expected: str, timestamp: int) -> None:
        self._mac, self._expected, self._timestamp = mac, expected, timestamp

    @property
    def is_fresh(self) -> bool:
        """Whether it was made so lately that it cannot have been kept and sent again."""
        return abs(time.time() - self._timestamp) <= MAX_AGE_SECONDS

    def update(self, piece: bytes) -> None:
        """Add the next piece of the body."""
        self._mac.update(piece)

    def is_valid(self) -> bool:
        """Whether the pieces so far are the body that Slack signed; compared in constant time."""
        return hmac.compare_digest(f"v0={self._mac.hexdigest()}", self._expected)


def _only(headers: Headers, name: str, form: re.Pattern[str]) -> str | None:
    """Return a header that was sent once and has the form of Slack's; else None."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 and form.fullmatch(values[0]) else None
