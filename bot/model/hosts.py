"""The hosts of web addresses, and which of them are one site."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

# A cache of AMP pages names the host of the page in its own address:
# https://developers.google.com/amp/cache/overview
_AMP_CACHE = re.compile(
    r"https?://[a-z0-9-]+\.cdn\.ampproject\.org/(?:[a-z]/)(?:s/)?([^/?#@]+)", re.IGNORECASE
)


def hostname_of(url: str) -> str:
    """Return the host of an address, or "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """Return the host of an address as the name of a source: "courier.example"."""
    return hostname_of(url).removeprefix("www.")


def is_below(host: str, domains: Iterable[str]) -> bool:
    """Return whether a host is one of the domains, or below one."""
    return any(domain and f".{host}".endswith(f".{domain}") for domain in domains)


def is_same_site(url: str, other: str) -> bool:
    """Return whether the hosts of two addresses are one, or one is below the other.

    So are "news.example", "www.", "m." and "amp.news.example". A page in an AMP cache counts as
    its publisher's.
    """
    hosts = [site_of(_AMP_CACHE.sub(r"https://\1", each)).rstrip(".") for each in (url, other)]
    return is_below(hosts[0], hosts[1:]) or is_below(hosts[1], hosts[:1])
