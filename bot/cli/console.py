"""What the commands share: inputs, output lines, options, and running async commands."""

from __future__ import annotations

import asyncio
import functools
import json
import re
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, ParamSpec, TypeVar

import typer
from rich.console import Console

from bot.intake.folder_files import MAX_FILE_BYTES
from bot.model.errors import UsageError, printable_name
from bot.model.messages import Messages

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store import Store

messages = Messages("bot.cli")

STANDARD_INPUT = "-"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_AGE = re.compile(r"(\d+)\s*([mhdw])")
_AGE_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MAX_COUNT = 10**6  # of a unit: more would not fit into a timedelta
# Nothing in the store is older, and dates come to an end.
_MAX_AGE = timedelta(weeks=5_000)

out = Console(highlight=False, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)

P = ParamSpec("P")
T = TypeVar("T")


def option(key: str, *names: str, **settings: Any) -> Any:
    """Return an option of a command, with a message as its help."""
    return typer.Option(*names, help=messages.text(key), **settings)


def argument(key: str, **settings: Any) -> Any:
    """Return an argument of a command, with a message as its help."""
    return typer.Argument(help=messages.text(key), **settings)


Since = Annotated[str, option("since")]


def run_async(command: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Make a coroutine function a command, which Typer calls and awaits nothing of."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(command(*args, **kwargs))

    return run


def opened_store(settings: Settings | None = None) -> AbstractAsyncContextManager[Store]:
    """Open the store for a block; its libraries load only now, so that all else starts fast."""
    from bot.app import storage

    return storage.opened_store(settings)


def print_error(text: str) -> None:
    """Print a message for the person on standard error."""
    err.print(text, soft_wrap=True)


def write_json_line(data: dict[str, Any]) -> None:
    """Write one JSON line and flush it, so that a pipe sees it at once."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def read_bytes(name: str, limit: int = -1) -> bytes:
    """Return the first bytes of a file, or of standard input for "-"; raise OSError."""
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(limit)
    with Path(name).open("rb") as file:
        return file.read(limit)


def read_article_file(name: str) -> bytes:
    """Return a file of articles, cut just beyond the largest allowed size; raise OSError."""
    return read_bytes(name, MAX_FILE_BYTES + 1)


class JsonLine(NamedTuple):
    """One JSON object of an input, or why it is none."""

    data: dict[str, Any]
    error: str | None = None


def read_json_lines(names: Sequence[str]) -> Iterator[JsonLine]:
    """Yield each line of the named inputs, of standard input where there are none."""
    for name in names or [STANDARD_INPUT]:
        try:
            text = read_bytes(name)
        except OSError as e:
            yield JsonLine({}, f"{printable_name(name)}: {e.strerror}")
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield _parse(line, f"{printable_name(name)}, line {number}")


def _parse(line: bytes, where: str) -> JsonLine:
    try:
        data = json.loads(line)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        problem = messages.text("lone_surrogate", where=where)
        return JsonLine(_writable_ids(data), problem)
    except ValueError as e:
        return JsonLine({}, messages.text("line_not_json", where=where, reason=e))
    except RecursionError:
        return JsonLine({}, messages.text("json_too_deep", where=where))
    if not isinstance(data, dict):
        return JsonLine({}, messages.text("not_json_object", where=where))
    return JsonLine(data)


def _writable_ids(data: Any) -> dict[str, Any]:
    """Return the fields that name a line, as far as they can be written again."""
    fields = data if isinstance(data, dict) else {}
    ids = {key: fields[key] for key in ("id", "doc") if isinstance(fields.get(key), str | int)}
    return {key: value for key, value in ids.items() if not _LONE_SURROGATE.search(str(value))}


def parse_age(text: str) -> timedelta:
    """Read a span of time such as 90m, 24h, 3d or 2w; raise UsageError."""
    match = _AGE.fullmatch(text.strip().lower())
    if not match:
        raise UsageError(*messages.pair("bad_age", text=text))
    span = timedelta(**{_AGE_UNITS[match[2]]: min(int(match[1]), _MAX_COUNT)})
    return min(span, _MAX_AGE)


def utc_now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)
