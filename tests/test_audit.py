"""What `make check` says of known weaknesses, and what it says when nobody could be asked."""

import json

import pytest

from tests.audit import verdict

SOUND = {"name": "one", "version": "1", "vulns": []}
WEAK = {"name": "two", "version": "2", "vulns": [{"id": "PYSEC-0-0"}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("", 0, "not audited"),
        ("no JSON", 0, "not audited"),
        ("{}", 0, "not audited"),
        ('{"dependencies": []}', 0, "not audited"),
        (json.dumps({"dependencies": [UNKNOWN]}), 0, "not audited"),
        (json.dumps({"dependencies": [SOUND]}), 0, "no known weakness"),
        (json.dumps({"dependencies": [SOUND, UNKNOWN]}), 0, "1 not audited"),
        (json.dumps({"dependencies": [SOUND, WEAK]}), 1, "two 2: PYSEC-0-0"),
    ],
)
def test_an_audit_says_what_it_did(answer: str, code: int, words: str) -> None:
    """Only a known weakness fails; an audit of nothing is called none."""
    found, told = verdict(answer)
    assert found == code
    assert words in told
