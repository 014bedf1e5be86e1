"""Addresses to bytes, never from a private network: each address is checked as it is connected to.

address -> resolve -> check -> connect to that very number -> redirects the same way -> inflate within the cap
"""

import asyncio
import re
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import metadata
from urllib.parse import urljoin, urlsplit, urlunsplit
from weakref import WeakValueDictionary

import httpx

from bot.intake.addresses import is_public
from bot.model.errors import AddressRefused, SourceUnavailable
from bot.model.ports import FetchedPage, NotModified

_SECONDS = 20.0
_MOST_BYTES = 15 * 1024 * 1024
_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_MOVED_FOR_GOOD = {301, 308}
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"no-cache|no-store", re.IGNORECASE)
_CHUNK = 65_536
_ACCEPT = "text/html, application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_WORDS = {
    401: "it asks for a password",
    403: "the server does not let Dateline read it",
    404: "there is nothing at this address",
    410: "it is gone for good",
    429: "the server asks for fewer visits",
}


def _own_version() -> str:
    try:
        return metadata.version("dateline")
    except metadata.PackageNotFoundError:
        return "0"


async def resolve(host: str, port: int) -> list[str]:
    """Every numeric address of a name, as the system knows it; the spellings of numbers too."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves a name once, refuses what is not public, and connects to the number that was checked.

    The name cannot come to mean another number in between (DNS rebinding), for nobody asks again. No
    connection is kept: one to a number could else serve another name of that number, its certificate unseen.
    """

    def __init__(
        self,
        allow_hosts: frozenset[str],
        resolve: Callable[[str, int], Awaitable[list[str]]],
        inner: httpx.AsyncBaseTransport,
    ) -> None:
        self._allowed = frozenset(host.lower().strip("[]") for host in allow_hosts)
        self._resolve, self._inner = resolve, inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the checked number, under the name it was asked by."""
        name, port = (
            request.url.host,
            request.url.port or (443 if request.url.scheme == "https" else 80),
        )
        number = await self._checked(str(request.url), name, port)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=number),
            headers=request.headers,  # its Host is still the name
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": name},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close the transport underneath."""
        await self._inner.aclose()

    async def _checked(self, url: str, name: str, port: int) -> str:
        try:
            numbers = await self._resolve(name, port)
        except (OSError, UnicodeError) as e:
            raise SourceUnavailable(shown(url), "no server of that name is known") from e
        if not numbers:
            raise SourceUnavailable(shown(url), "no server of that name is known")
        if name.lower() not in self._allowed and not all(is_public(number) for number in numbers):
            raise AddressRefused(
                shown(url),
                "it is an address of a private network, and Dateline reads only public ones",
            )
        return numbers[0]


class SafeWeb:
    """`ports.Web` over httpx; open it in the loop, and close it there."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        version: str | None = None,
        seconds: float = _SECONDS,
        most_bytes: int = _MOST_BYTES,
        resolve: Callable[[str, int], Awaitable[list[str]]] = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._seconds, self._most_bytes = seconds, most_bytes
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        inner = transport or httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_hosts, resolve, inner),
            headers={
                "User-Agent": f"Dateline/{version or _own_version()}",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=seconds,
            follow_redirects=False,
            cookies=_no_cookies(),
            trust_env=False,  # a proxy would connect for us, unchecked
        )

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """As `ports.Web.fetch`: 20 s in all, 15 MiB inflated, five redirects."""
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value}
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await self._follow(url, headers, limit)
        except TimeoutError as e:
            raise SourceUnavailable(
                shown(url), f"no answer within {self._seconds:.0f} seconds"
            ) from e

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _follow(
        self, url: str, headers: dict[str, str], limit: asyncio.Timeout
    ) -> FetchedPage | NotModified:
        at, for_good = url, True
        for _ in range(_REDIRECTS + 1):
            async with self._turn(at, limit), self._answer(at, headers) as response:
                if response.status_code not in _MOVED or "location" not in response.headers:
                    return await self._page(response, at, at if for_good and at != url else None)
                for_good = for_good and response.status_code in _MOVED_FOR_GOOD
                at = _joined(at, response.headers["location"])
        raise SourceUnavailable(shown(url), f"it redirects more than {_REDIRECTS} times")

    @asynccontextmanager
    async def _turn(self, url: str, limit: asyncio.Timeout) -> AsyncIterator[None]:
        """One request a host at a time, whoever asks; waiting for the turn is none of the host's seconds."""
        time = asyncio.get_running_loop().time
        left = (limit.when() or time()) - time()
        turn = self._turns.setdefault(_host(url), asyncio.Lock())
        limit.reschedule(None)
        async with turn:
            limit.reschedule(time() + left)
            yield

    @asynccontextmanager
    async def _answer(self, url: str, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        """One request; each of httpx's faults in our words."""
        if not _is_web(url):
            raise AddressRefused(shown(url), "only http:// and https:// addresses are read")
        try:
            async with self._client.stream("GET", url, headers=headers) as response:
                yield response
        except httpx.InvalidURL as e:
            raise AddressRefused(shown(url), "it is no valid address") from e
        except httpx.TimeoutException as e:
            raise SourceUnavailable(
                shown(url), f"no answer within {self._seconds:.0f} seconds"
            ) from e
        except httpx.ConnectError as e:
            raise SourceUnavailable(shown(url), "the server cannot be reached") from e
        except (httpx.HTTPError, httpx.StreamError) as e:
            raise SourceUnavailable(
                shown(url), "the connection broke before the answer was whole"
            ) from e

    async def _page(
        self, response: httpx.Response, url: str, moved_to: str | None
    ) -> FetchedPage | NotModified:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return NotModified(_fresh_for(response.headers))
        if response.status_code != httpx.codes.OK:
            raise _refusal(response, url)
        return FetchedPage(
            url=url,
            data=await self._body(response, url),
            encoding=response.charset_encoding,
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
            fresh_for=_fresh_for(response.headers),
            moved_to=moved_to,
        )

    async def _body(self, response: httpx.Response, url: str) -> bytes:
        """The body, inflated by ourselves: 1 KB of it may want to become 1 GiB."""
        inflate = _inflater(response.headers.get("content-encoding", ""), url)
        body = bytearray()
        async for raw in response.aiter_raw(_CHUNK):
            for piece in inflate(raw):
                body += piece
                if len(body) > self._most_bytes:
                    reason = f"it is larger than {self._most_bytes / 2**20:.0f} MB"
                    raise SourceUnavailable(
                        shown(url), reason, permanent=True, status=response.status_code
                    )
        return bytes(body)


def _no_cookies() -> CookieJar:
    """A jar that keeps nothing: what a site tells one team's visit must not come with another's."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _inflater(encoding: str, url: str) -> Callable[[bytes], Iterable[bytes]]:
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return lambda raw: [raw]
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise SourceUnavailable(shown(url), f"it is packed as {name[:20]}, which was not asked for")
    return _Inflater(url).pieces


class _Inflater:
    """gzip, zlib, or bare deflate, which some servers send for "deflate"; a small piece at a time."""

    def __init__(self, url: str) -> None:
        self._url, self._engine, self._begun = url, zlib.decompressobj(zlib.MAX_WBITS | 32), False

    def pieces(self, raw: bytes) -> Iterator[bytes]:
        """What `raw` unpacks to, 1 MiB at a time, so that the caller can stop."""
        try:
            while raw and not self._engine.eof:
                yield self._piece(raw)
                raw = self._engine.unconsumed_tail
        except zlib.error as e:
            raise SourceUnavailable(shown(self._url), "it was packed wrongly") from e

    def _piece(self, raw: bytes) -> bytes:
        try:
            piece = self._engine.decompress(raw, 2**20)
        except zlib.error:
            if self._begun:
                raise
            self._engine = zlib.decompressobj(-zlib.MAX_WBITS)
            piece = self._engine.decompress(raw, 2**20)
        self._begun = True
        return piece


def _refusal(response: httpx.Response, url: str) -> SourceUnavailable:
    status = response.status_code
    reason = _WORDS.get(status) or (
        "the server has a fault" if status >= 500 else "the server refuses"
    )
    return SourceUnavailable(
        shown(url),
        f"{reason} (HTTP {status})",
        permanent=status == httpx.codes.GONE,
        retry_after=_seconds_in(response.headers, "retry-after"),
        status=status,
    )


def _fresh_for(headers: httpx.Headers) -> timedelta | None:
    """How long the answer stays good (RFC 9111: max-age before Expires, less its Age)."""
    control = headers.get("cache-control", "")
    if _NOT_KEPT.search(control):
        return None
    named = _MAX_AGE.search(control)
    seconds = float(named.group(1)) if named else _seconds_in(headers, "expires")
    if seconds is None:
        return None
    return timedelta(
        seconds=max(seconds - (_seconds_in(headers, "age") or 0.0 if named else 0.0), 0.0)
    )


def _seconds_in(headers: httpx.Headers, name: str) -> float | None:
    """A header of seconds, or of a date, counted from the answer's own date."""
    value = headers.get(name, "").strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    then = _date(value)
    return (
        max((then - (_date(headers.get("date", "")) or datetime.now(UTC))).total_seconds(), 0.0)
        if then
        else None
    )


def _date(text: str) -> datetime | None:
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    return then if then.tzinfo else then.replace(tzinfo=UTC)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError as e:
        raise SourceUnavailable(shown(base), "it redirects to no valid address") from e


def shown(url: str) -> str:
    """The address as it may be shown: without a name and password in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "the address"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
