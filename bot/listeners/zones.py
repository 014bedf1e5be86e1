"""Find the IANA time zone that a person means."""

import re
import zoneinfo
from difflib import get_close_matches
from functools import cache

from bot.model.wordlists import load_tables

# What people write that is no IANA name; offered as a question, never taken silently.
_HELP = load_tables("bot.listeners", "data/schedule_help.toml")
_ABBREVIATIONS = _HELP["zone_abbreviations"]
# What is offered to who has typed nothing.
COMMON_ZONES: tuple[str, ...] = tuple(_HELP["common_zones"])
_MAX_NAME_CHARS = 40


def find_zone(name: str) -> str | None:
    """Return the zone of this name or city; case and blanks do not matter."""
    key = _key(name)
    return _zones().get(key) or _cities().get(key)


def find_full_zone(name: str) -> str | None:
    """Return the zone of a name that can mean nothing else: `Europe/Tallinn`, but not `London`."""
    zone = _zones().get(_key(name))
    return zone if zone and ("/" in zone or zone in {"UTC", "GMT"}) else None


def suggest_zone(name: str) -> str | None:
    """Return the zone that a misspelt name or an abbreviation may have meant."""
    key = _key(name)[:_MAX_NAME_CHARS]
    if re.search(r"[0-9]", key):
        return None
    if zone := _ABBREVIATIONS.get(key):
        return str(zone)
    # Nothing with a number in it: `UTC+2` is `Etc/GMT-2`, of which no good guess comes.
    zones = {**_cities(), **_zones()}
    names = {name: zone for name, zone in zones.items() if not re.search(r"[0-9]", zone)}
    near = get_close_matches(key, names, n=1, cutoff=0.7)
    return names[near[0]] if near else None


def _key(name: str) -> str:
    return "_".join(name.casefold().split())


@cache
def _zones() -> dict[str, str]:
    return {
        _key(name): name
        for name in sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})
    }


@cache
def _cities() -> dict[str, str]:
    """Return zones by city; the one with the shortest name where several zones end in it."""
    names = sorted(_zones().values(), key=lambda name: (-len(name), name))
    return {
        _key(name.rpartition("/")[2]): name
        for name in names
        if "/" in name and not name.startswith("Etc/")
    }
