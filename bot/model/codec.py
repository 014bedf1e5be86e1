"""The nouns as plain JSON data and back: digests in the ledger and on the command line."""

import base64
import json
import zlib
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.model import AtIntervals, AtOnce, AtTimes, Cadence, Digest, Subscription
from bot.model.errors import SourceUnreadable

_T = TypeVar("_T")
_ADAPTERS: dict[type, TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (AtOnce, AtTimes, Digest, AtIntervals, Subscription)
}
_CADENCES: dict[str, type[Cadence]] = {
    "times": AtTimes,
    "interval": AtIntervals,
    "min_interval": AtOnce,
}


def dump(noun: Cadence | Digest) -> dict[str, Any]:
    """Return JSON-ready data, from which `load` makes an equal object."""
    data: dict[str, Any] = _ADAPTERS[type(noun)].dump_python(noun, mode="json")
    return data


def load(kind: type[_T], data: object) -> _T:
    """Read what `dump` wrote, or a subscription's fields; raise SourceUnreadable otherwise."""
    try:
        noun: _T = _ADAPTERS[kind].validate_python(data)
    except ValidationError as e:
        raise SourceUnreadable(
            f"no {kind.__name__.lower()}: {e.error_count()} fields are missing or wrong"
        ) from e
    return noun


def pack(digest: Digest) -> str:
    """Return a digest for the ledger: `dump`, written as JSON, deflated, in base 64.

    A digest says the same words and names again and again, and takes a tenth so.
    """
    data = json.dumps(dump(digest), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(data)).decode("ascii")


def unpack(data: object) -> Digest:
    """Read what `pack` wrote, or what `dump` did: so digests were stored before 0.3.0."""
    if isinstance(data, str):
        data = json.loads(zlib.decompress(base64.b64decode(data)))
    return load(Digest, data)


def load_cadence(data: dict[str, Any]) -> Cadence:
    """Read a cadence that `dump` wrote: each kind is known by the field that only it has."""
    for mark, kind in _CADENCES.items():
        if mark in data:
            return load(kind, data)
    raise SourceUnreadable("no cadence: it has none of " + ", ".join(_CADENCES))
