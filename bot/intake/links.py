"""Tell pages apart by their addresses, whatever way a link took to them."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.model.wordlists import load_line_lists

_SECTIONS = ("tracking", "sessions", "ambiguous sessions", "ways", "way values")
_PATTERNS = {
    section: re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)
    for section, lines in load_line_lists("bot.intake", "data/links.txt", *_SECTIONS).items()
}
# "/news;jsessionid=1A2B", and ASP.NET's "/(S(lit3py55t21z5v55vlm25s55))/news".
_PATH_PARAMETER = re.compile(r";([^/;=]{1,40})=[^/;]*")
_PATH_SESSION = re.compile(r"/\((?:[A-Z]\([^()/]{8,100}\))+\)(?=/|$)")
_DEFAULT_PORT = re.compile(r":(?:80|443)$")
_LONG_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{6,}|[A-Za-z0-9]{20,}")
# A page that a script shows by its address's fragment: "/#!/news/1".
_ROUTE = re.compile(r"[!/]")


def page_identity(url: str) -> str:
    """Return what tells the page at an address from others: host, path and telling query fields.

    Scheme, "www.", a slash at the end, sessions, and where a reader came from tell nothing.
    """
    try:
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url
    host = _DEFAULT_PORT.sub("", parts.netloc.lower()).removeprefix("www.")
    path = _PATH_PARAMETER.sub(_without_session, _PATH_SESSION.sub("", parts.path)).rstrip("/")
    query = urlencode([field for field in fields if not _tells_nothing(*field)])
    route = f"#{parts.fragment}" if _ROUTE.match(parts.fragment) else ""
    return f"{host}{path}{'?' if query else ''}{query}{route}"


def _tells_nothing(name: str, value: str) -> bool:
    """Return whether a query field names a visit, or where a reader came from."""
    if _PATTERNS["tracking"].fullmatch(name) or _PATTERNS["sessions"].fullmatch(name):
        return True
    if _PATTERNS["ambiguous sessions"].fullmatch(name):
        return _LONG_CODE.fullmatch(value) is not None
    is_way = _PATTERNS["ways"].fullmatch(name)
    return bool(is_way and _PATTERNS["way values"].fullmatch(value))


def _without_session(parameter: re.Match[str]) -> str:
    name = parameter.group(1)
    is_session = any(
        _PATTERNS[section].fullmatch(name) for section in ("sessions", "ambiguous sessions")
    )
    return "" if is_session else parameter.group()
