"""The nouns as plain JSON data and back: digests in the ledger and on the command line."""

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


def load_cadence(data: dict[str, Any]) -> Cadence:
    """Read a cadence that `dump` wrote: each kind is known by the field that only it has."""
    for mark, kind in _CADENCES.items():
        if mark in data:
            return load(kind, data)
    raise SourceUnreadable("no cadence: it has none of " + ", ".join(_CADENCES))
