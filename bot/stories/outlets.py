"""Tell outlets apart by their names and the hosts of their addresses: "BBC News" is bbc.co.uk."""

import re
from collections.abc import Collection, Iterable

from bot.model.hosts import hostname_of
from bot.stories.people import name_words

_SHORT_NAMES = {"associated press": "ap", "agence france presse": "afp"}
# Words that an outlet's name may have or lack, at its end ("BBC News", "apnews.com").
_OPTIONAL_ENDINGS = ("news", "online", "website", "rss", "feed")
# Parts of a host that name a section, a device or a country's edition, not an outlet.
_SECTION = re.compile(
    r"www?\d*|m|mobile|amp|edition|news|feeds?|rss|blogs?|live|beta|[a-z]{2}"
    r"|world|politics|sports?|business|money|tech|culture|opinion|international|english"
)
# "co.uk", "com.au": the second level says no more than the first.
_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"})
# Sites that carry the articles of many outlets under one host.
_SHARED_SITES = frozenset(
    {"google", "yahoo", "msn", "apple", "medium", "facebook", "twitter", "x", "t", "youtube"}
    | {"reddit", "telegram", "linkedin", "feedburner", "archive", "smartnews", "flipboard"}
)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")


def find_outlet_keys(source: str | None, url: str | None) -> tuple[str, ...]:
    """Return what an outlet is known by: two of one outlet share a key.

    A key is the name without "the", "news" and the like, or the same of the host; "" where neither
    is known.
    """
    name, host = (source or "").strip(" .").lower(), hostname_of(url or "")
    if address := _HOST.fullmatch(hostname_of(name) or name):
        keys = {_host_key(address[0]), _host_key(host)}
    else:
        keys = {_name_key(name_words(name)), _host_key(host)}
    return tuple(sorted(keys - {""})) or ("",)


def count_distinct(outlets: Iterable[Collection[str]]) -> int:
    """Count the outlets among these, each given by its keys."""
    return len(set(group_by_key(outlets)))


def group_by_key(outlets: Iterable[Collection[str]]) -> list[int]:
    """Return each one's group, by number: those that share a key, or are tied by others."""
    groups: list[int] = []
    owner: dict[str, int] = {}
    for place, keys in enumerate(outlets):
        tied = {groups[owner[key]] for key in keys if key in owner}
        groups.append(min(tied, default=place))
        if len(tied) > 1:
            groups = [groups[place] if group in tied else group for group in groups]
        owner |= dict.fromkeys(keys, place)
    return groups


def normalize_outlet(name: str) -> str:
    """Return a name in lower case, without its article; an agency's short name for its long one."""
    name = " ".join(name_words(name)).removeprefix("the ")
    return _SHORT_NAMES.get(name, name)


def _host_key(host: str) -> str:
    """Return the part of a host that names its outlet: "bbc" of "www.bbc.co.uk"."""
    labels = host.split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVELS:
        labels.pop()
    while len(labels) > 1 and _SECTION.fullmatch(labels[0]):
        labels.pop(0)
    if not labels or labels[-1] in _SHARED_SITES:
        return ""
    return _name_key(labels[0].split("-"))


def _name_key(words: Collection[str]) -> str:
    name = normalize_outlet(" ".join(words)).replace(" ", "")
    for ending in _OPTIONAL_ENDINGS:
        name = name.removesuffix(ending) or name
    return name.removeprefix("the") or name
