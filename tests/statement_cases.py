"""Compare the statements found in a text with those that a case expects."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.language.lexicon import FUNCTION_WORDS
from bot.language.sentences import split_sentences
from bot.language.statements.finding import find_statements
from bot.model import Span, Statement

ENOUGH = 0.5  # the share of words that two readings of one statement have in common
_ARTICLE = re.compile(r"^(?:the|a|an|its|his|her|their) ", re.IGNORECASE)


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Read the cases, one JSON object on each line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def statements_of(text: str, language: str = "en") -> list[Statement]:
    """Return a text's statements in text order."""
    found = find_statements(text, split_sentences(text), None, language)
    return sorted(found, key=lambda s: s.content[0].start)


def pieces_of(expected: dict[str, Any]) -> list[str]:
    """Return the pieces of an expected statement, several where a clause splits it."""
    content = expected["content"]
    return [content] if isinstance(content, str) else content


def faults_of(case: dict[str, Any], statements: Sequence[Statement]) -> list[str]:
    """Return what differs from the expected statements; empty if nothing does."""
    faults = [fault for expected in case["said"] for fault in _faults(expected, statements)]
    if not case["said"]:
        faults += [f"nothing is said, but found: {_words_of(s)}" for s in statements]
    names = {s.actor.name.text for s in statements if s.actor}
    return faults + [
        f"{name} is nobody who speaks" for name in case.get("never", []) if name in names
    ]


def _faults(expected: dict[str, Any], statements: Sequence[Statement]) -> list[str]:
    wanted = " ".join(pieces_of(expected))
    likely = [s for s in statements if overlap(wanted, _words_of(s)) >= ENOUGH]
    if not likely:
        return [f"not found: {wanted} (but: {[_words_of(s) for s in statements]})"]
    return min((_differences(expected, s) for s in likely), key=len)


def _differences(expected: dict[str, Any], statement: Statement) -> list[str]:
    actor = statement.actor
    loose = expected["kind"] in {"group", "unnamed"}
    pairs = [
        ("name", expected["name"], _text(actor.name if actor else None), loose),
        ("role", expected["role"], _text(actor.role if actor else None), False),
        ("kind", expected["kind"], actor.kind.value if actor else None, False),
        ("via", expected["via"], _text(statement.via), False),
        ("form", expected["form"], statement.form.value, False),
        ("stance", expected["stance"], statement.stance.value, False),
    ]
    faults = [
        f"{what}: {have!r} for {want!r}"
        for what, want, have, start in pairs
        if not _alike(want, have, start=start)
    ]
    if "keeps" in expected and not _keeps(expected["keeps"], statement):
        faults.append(f"{expected['keeps']!r} is lost")
    return faults


def _alike(wanted: str | None, have: str | None, *, start: bool) -> bool:
    """Return whether two phrases agree but for an article, or from the `start` on."""
    if wanted is None or have is None:
        return wanted is have
    want, got = _ARTICLE.sub("", wanted), _ARTICLE.sub("", have)
    return got == want or (start and got.startswith(f"{want} "))


def _keeps(word: str, statement: Statement) -> bool:
    """Return whether a word the meaning depends on is part of what is shown."""
    return any(
        word in span.text
        for span in (*statement.content, *([statement.cue] if statement.cue else []))
    )


def overlap(a: str, b: str) -> float:
    """Return the share of content words that two texts have in common."""
    first, second = content_words(a), content_words(b)
    return len(first & second) / len(first | second) if first | second else 0.0


def content_words(text: str) -> set[str]:
    """Return the content words of a text, or all words if it has none."""
    words = set(re.findall(r"\w+(?:['’]\w+)?", text.lower()))
    return words - FUNCTION_WORDS or words


def _words_of(statement: Statement) -> str:
    return " ".join(span.text for span in statement.content)


def _text(span: Span | None) -> str | None:
    return span.text if span else None
