"""`make audit` fails on known vulnerabilities, and says so if it could not look them up."""

import json

import pytest

from tests.audit import verdict

SAFE = {"name": "one", "version": "1", "vulns": []}
VULNERABLE = {"name": "two", "version": "2", "vulns": [{"id": "PYSEC-0-0"}]}
UNKNOWN = {"name": "three", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("", 0, "not audited"),
        ("no JSON", 0, "not audited"),
        ("{}", 0, "not audited"),
        ('{"dependencies": []}', 0, "not audited"),
        (json.dumps({"dependencies": [UNKNOWN]}), 0, "not audited"),
        (json.dumps({"dependencies": [SAFE]}), 0, "no known vulnerability"),
        (json.dumps({"dependencies": [SAFE, UNKNOWN]}), 0, "1 not audited"),
        (json.dumps({"dependencies": [SAFE, VULNERABLE]}), 1, "two 2: PYSEC-0-0"),
    ],
)
def test_an_audit_says_what_it_did(answer: str, code: int, words: str) -> None:
    """Only a known vulnerability fails; an audit of nothing is reported as "not audited"."""
    exit_code, message = verdict(answer)
    assert exit_code == code
    assert words in message
