"""Fetch pages, never from a private network: each address is checked as it is connected to.

address -> resolve -> check -> connect to that number -> redirects the same way -> inflate to a cap
"""

import asyncio
import re
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit
from weakref import WeakValueDictionary

import httpx

import bot
from bot.intake import messages
from bot.model.errors import AddressRefused, SourceUnavailable
from bot.model.hosts import hostname_of
from bot.model.ports import FetchedPage, NotModified

FETCH_TIMEOUT_SECONDS = 20.0
MAX_PAGE_BYTES = 15 * 1024 * 1024
MAX_REDIRECTS = 5
_CHUNK_BYTES = 65_536
# A packed answer is unpacked in pieces of this size, so that one over the cap is never held.
_PIECE_BYTES = 1024 * 1024
_REDIRECT_STATUSES = {301, 302, 303, 307, 308}
_PERMANENT_REDIRECT_STATUSES = {301, 308}
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NOT_CACHEABLE = re.compile(r"no-cache|no-store", re.IGNORECASE)
_ACCEPT = (
    "text/html, application/rss+xml, application/atom+xml, application/feed+json,"
    " application/xml;q=0.9, */*;q=0.5"
)
# Carries IPv4 addresses in its last 32 bits (RFC 6052).
_NAT64_NETWORK = IPv6Network("64:ff9b::/96")
# Metadata services of clouds; Azure's stands on a public address.
_METADATA_ADDRESSES = {*map(IPv4Address, ("168.63.129.16", "169.254.169.254", "100.100.100.200"))}


def is_public(address: str) -> bool:
    """Return whether a numeric address, and any IPv4 address inside it, is a public one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        parsed = _embedded_ipv4(parsed) or parsed
    # Python counts the old site-local addresses (fec0::/10) as global.
    is_site_local = isinstance(parsed, IPv6Address) and parsed.is_site_local
    is_special = parsed.is_multicast or parsed.is_reserved or parsed in _METADATA_ADDRESSES
    return parsed.is_global and not is_site_local and not is_special


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64_NETWORK:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else None)


async def resolve(host: str, port: int) -> list[str]:
    """Return every numeric address of a host name, as the system knows it."""
    entries = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolve a name once, refuse what is not public, and connect to the number that was checked.

    The name cannot come to mean another number in between (DNS rebinding), for nobody asks again.
    No connection is kept: one to a number could serve another name of that number, whose
    certificate nobody saw.
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
        """Send the request to the checked number, with the name in its Host header."""
        name = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        number = await self._resolve_checked(str(request.url), name, port)
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=number),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": name},
        )
        return await self._inner.handle_async_request(pinned)

    async def aclose(self) -> None:
        """Close the transport underneath."""
        await self._inner.aclose()

    async def _resolve_checked(self, url: str, name: str, port: int) -> str:
        try:
            numbers = await self._resolve(name, port)
        except (OSError, UnicodeError):
            numbers = []
        if not numbers:
            raise SourceUnavailable(printable(url), messages.text("unknown_host"))
        if name.lower() not in self._allowed and not all(map(is_public, numbers)):
            if name not in numbers:
                # As if nobody knew it: an answer of its own would tell which private names exist.
                raise SourceUnavailable(printable(url), messages.text("unknown_host"))
            raise AddressRefused(printable(url), messages.text("private_address"))
        return numbers[0]


class SafeWeb:
    """`ports.Web` over httpx; open it in the event loop, and close it there."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        seconds: float = FETCH_TIMEOUT_SECONDS,
        max_bytes: int = MAX_PAGE_BYTES,
        resolve: Callable[[str, int], Awaitable[list[str]]] = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._seconds, self._max_bytes = seconds, max_bytes
        self._host_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        no_reuse = httpx.Limits(max_keepalive_connections=0)
        inner = transport or httpx.AsyncHTTPTransport(limits=no_reuse)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(allow_hosts, resolve, inner),
            headers={
                "User-Agent": f"Dateline/{bot.__version__}",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=seconds,
            follow_redirects=False,
            # What a site remembers of one team's visit must not come with another's.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            trust_env=False,  # a proxy would connect for us, unchecked
        )

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchedPage | NotModified:
        """Fetch as `ports.Web.fetch` says: within the timeout, the cap and five redirects."""
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await self._follow(url, headers, limit)
        except TimeoutError as e:
            raise self._too_slow(url) from e

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _follow(
        self, url: str, headers: dict[str, str], limit: asyncio.Timeout
    ) -> FetchedPage | NotModified:
        at, is_permanent = url, True
        for _ in range(MAX_REDIRECTS + 1):
            async with self._host_turn(at, limit), self._send(at, headers) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECT_STATUSES or location is None:
                    moved_to = at if is_permanent and at != url else None
                    return await self._read(response, at, moved_to)
                is_permanent &= response.status_code in _PERMANENT_REDIRECT_STATUSES
            try:
                at = urljoin(at, location)
            except ValueError as e:
                raise SourceUnavailable(printable(at), messages.text("bad_redirect")) from e
        reason = messages.text("too_many_redirects", most=MAX_REDIRECTS)
        raise SourceUnavailable(printable(url), reason)

    @asynccontextmanager
    async def _host_turn(self, url: str, limit: asyncio.Timeout) -> AsyncIterator[None]:
        """Allow one request a host at a time; waiting for it does not use up the timeout."""
        now = asyncio.get_running_loop().time
        seconds_left = (limit.when() or now()) - now()
        lock = self._host_locks.setdefault(hostname_of(url), asyncio.Lock())
        limit.reschedule(None)
        async with lock:
            limit.reschedule(now() + seconds_left)
            yield

    @asynccontextmanager
    async def _send(self, url: str, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        """Send one request, and translate each of httpx's errors."""
        if url.partition(":")[0].strip().lower() not in {"http", "https"} or not hostname_of(url):
            raise AddressRefused(printable(url), messages.text("not_http"))
        try:
            async with self._client.stream("GET", url, headers=headers) as response:
                yield response
        except httpx.InvalidURL as e:
            raise AddressRefused(printable(url), messages.text("bad_address")) from e
        except httpx.TimeoutException as e:
            raise self._too_slow(url) from e
        except httpx.ConnectError as e:
            raise SourceUnavailable(printable(url), messages.text("unreachable")) from e
        except (httpx.HTTPError, httpx.StreamError) as e:
            raise SourceUnavailable(printable(url), messages.text("connection_broke")) from e

    def _too_slow(self, url: str) -> SourceUnavailable:
        reason = messages.text("no_answer", seconds=f"{self._seconds:.0f}")
        return SourceUnavailable(printable(url), reason)

    async def _read(
        self, response: httpx.Response, url: str, moved_to: str | None
    ) -> FetchedPage | NotModified:
        headers = response.headers
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return NotModified(_fresh_for(headers))
        if response.status_code != httpx.codes.OK:
            raise _refusal(response, url)
        return FetchedPage(
            url=url,
            data=await self._read_body(response, url),
            encoding=response.charset_encoding,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            fresh_for=_fresh_for(headers),
            moved_to=moved_to,
        )

    async def _read_body(self, response: httpx.Response, url: str) -> bytes:
        """Read the body, unpacked here and not by httpx, so that the cap holds for that too."""
        body = bytearray()
        async for piece in _unpacked_pieces(response, url):
            body += piece
            if len(body) > self._max_bytes:
                most = f"{self._max_bytes / 2**20:.0f}"
                reason = messages.text("page_too_large", most=most)
                status = response.status_code
                raise SourceUnavailable(printable(url), reason, permanent=True, status=status)
        return bytes(body)


async def _unpacked_pieces(response: httpx.Response, url: str) -> AsyncIterator[bytes]:
    """Yield the body piece by piece, unpacked: some servers send bare deflate as "deflate"."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        reason = messages.text("unasked_packing", packing=packing[:20])
        raise SourceUnavailable(printable(url), reason)
    engine, has_begun = zlib.decompressobj(zlib.MAX_WBITS | 32), False
    async for packed in response.aiter_raw(_CHUNK_BYTES):
        if packing in {"", "identity"}:
            yield packed
            continue
        rest = packed
        while rest and not engine.eof:
            try:
                piece = engine.decompress(rest, _PIECE_BYTES)
            except zlib.error as e:
                if has_begun:
                    raise SourceUnavailable(printable(url), messages.text("wrongly_packed")) from e
                engine, has_begun = zlib.decompressobj(-zlib.MAX_WBITS), True
                continue
            has_begun, rest = True, engine.unconsumed_tail
            yield piece


def _refusal(response: httpx.Response, url: str) -> SourceUnavailable:
    status = response.status_code
    own, others = f"http_{status}", "http_5xx" if status >= 500 else "http_other"
    reason = messages.text(own if own in messages else others)
    return SourceUnavailable(
        printable(url),
        messages.text("http_status", reason=reason, status=status),
        permanent=status == httpx.codes.GONE,
        retry_after=_header_seconds(response.headers, "retry-after"),
        status=status,
    )


def _fresh_for(headers: httpx.Headers) -> timedelta | None:
    """Return how long the answer stays good (RFC 9111: max-age before Expires, less its Age)."""
    cache_control = headers.get("cache-control", "")
    if _NOT_CACHEABLE.search(cache_control):
        return None
    if max_age := _MAX_AGE.search(cache_control):
        seconds = float(max_age.group(1)) - (_header_seconds(headers, "age") or 0.0)
        return timedelta(seconds=max(seconds, 0.0))
    expires = _header_seconds(headers, "expires")
    return None if expires is None else timedelta(seconds=expires)


def _header_seconds(headers: httpx.Headers, name: str) -> float | None:
    """Return a header of seconds, or of a date, counted from the answer's own date."""
    value = headers.get(name, "").strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    time = _parse_date(value)
    if time is None:
        return None
    answered = _parse_date(headers.get("date", "")) or datetime.now(UTC)
    return max((time - answered).total_seconds(), 0.0)


def _parse_date(text: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def printable(url: str) -> str:
    """Return the address as it may be shown: without a name and password in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return messages.text("the_address")
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
