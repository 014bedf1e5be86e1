"""Who said what, in hard cases of our own: names, roles, outlets, forms and stances.

`naming_known_failures.txt` lists the cases that fail today. A case on it that passes is an error
too: the list can only shrink.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.statement_cases import faults_of, pieces_of, read_cases, statements_of

DATA = Path(__file__).parent / "data"
CASES = read_cases(DATA / "naming.jsonl")
KNOWN = (DATA / "naming_known_failures.txt").read_text(encoding="utf-8").split()


def said_by_case(case: dict[str, Any]) -> Any:
    """Name a case in a test's id."""
    return pytest.param(case, id=case["id"])


@pytest.mark.parametrize("case", [said_by_case(c) for c in CASES])
def test_a_case_is_read_as_a_person_reads_it(case: dict[str, Any]) -> None:
    """Each expected statement is found with its speaker's name, role, kind, outlet and stance."""
    faults = faults_of(case, statements_of(case["text"]))
    if case["id"] in KNOWN:
        assert faults, f"{case['id']} passes now: take it off naming_known_failures.txt"
    else:
        assert not faults, f"{case['text']}\n" + "\n".join(faults)


def test_every_expected_word_stands_in_its_text() -> None:
    """All expected words stand verbatim in their text, so that spans can meet them."""
    for case in CASES:
        for said in case["said"]:
            words = [
                *pieces_of(said),
                *(said[key] for key in ("cue", "speaker", "name", "role", "via")),
            ]
            assert [w for w in words if w is not None and w not in case["text"]] == []


def test_ids_are_their_own_and_the_list_of_failures_names_cases() -> None:
    """No case hides another, and no failure is listed that is not a case."""
    assert max(Counter(c["id"] for c in CASES).values()) == 1
    assert max(Counter(KNOWN).values(), default=1) == 1
    assert set(KNOWN) <= {c["id"] for c in CASES}
