"""The hosts of web addresses."""

from urllib.parse import urlsplit


def hostname_of(url: str) -> str:
    """Return the host of an address, or "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """Return the host of an address as the name of a source: "courier.example"."""
    return hostname_of(url).removeprefix("www.")
