"""How the command line reads its inputs and writes its lines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.intake.feed_folder import MOST_BYTES

STANDARD_INPUT = "-"
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One JSON line of an input, or why it is none."""

    data: dict[str, Any]
    error: str | None = None


def tell(text: str) -> None:
    """Tell the person on standard error."""
    err.print(text, soft_wrap=True)


def write_line(data: dict[str, Any]) -> None:
    """Write one JSON line, at once, so that a pipe sees it."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def read_bytes(name: str) -> bytes:
    """Give the content of a file or of standard input; raise OSError."""
    return sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()


def read_source(name: str) -> bytes:
    """Give a file of articles; of one that is too large no more than shows it. Raise OSError."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def read_lines(names: Sequence[str]) -> Iterator[Line]:
    """Give the JSON objects of the named inputs, a line each; what is none comes with its error."""
    for name in names or [STANDARD_INPUT]:
        try:
            text = read_bytes(name)
        except OSError as e:
            yield Line({}, f"{name}: {e.strerror}")
            continue
        for number, raw in enumerate(text.splitlines(), start=1):
            if raw.strip():
                yield _parse(raw, f"{name}, line {number}")


def _parse(raw: bytes, where: str) -> Line:
    try:
        data = json.loads(raw)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Line(
            _names(data), f"{where}: half a character (a lone surrogate), which no text can hold"
        )
    except ValueError as e:
        return Line({}, f"{where}: not JSON: {e}")
    except RecursionError:
        return Line({}, f"{where}: nested too deeply")
    if not isinstance(data, dict):
        return Line({}, f"{where}: not a JSON object")
    return Line(data)


def _names(data: Any) -> dict[str, Any]:
    """Give what a line is called, as far as that can be written again."""
    given = data if isinstance(data, dict) else {}
    names = {key: given[key] for key in ("id", "doc") if isinstance(given.get(key), str | int)}
    return {key: name for key, name in names.items() if not _HALF_CHARACTER.search(str(name))}
