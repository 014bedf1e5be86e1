"""Fetching refuses private addresses before any request, bounds answers, and reports errors."""

import asyncio
import gzip
import re
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from bot.intake.web import SafeWeb, _unpacked_pieces, is_public
from bot.model.errors import AddressRefused, SourceUnavailable
from bot.model.ports import FetchedPage, NotModified

PUBLIC = "93.184.216.34"


class RawHttpServer:
    """A small HTTP server on loopback.

    `answers` maps a path to the raw answer, `asked` keeps the requests.
    """

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.address = ""

    def answer(self, path: str, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        """Set the answer of a path; header names are written with underscores."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers[path] = "\r\n".join([*lines, "", ""]).encode() + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request on each connection."""
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(request)
        writer.write(
            self.answers.get(
                request.split()[1], b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            )
        )
        writer.close()


@pytest_asyncio.fixture
async def site() -> AsyncIterator[RawHttpServer]:
    """Run a server on a free port of 127.0.0.1."""
    opened = RawHttpServer()
    server = await asyncio.start_server(opened.serve, "127.0.0.1", 0)
    opened.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield opened
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def web(
    handler: Callable[[httpx.Request], httpx.Response] | None = None,
    *,
    allow: str = "127.0.0.1",
    **options: object,
) -> AsyncIterator[SafeWeb]:
    """Return a SafeWeb; with `handler` every name is public and nothing leaves the process."""

    async def public(host: str, port: int) -> list[str]:
        return [PUBLIC]

    if handler is not None:
        options |= {"transport": httpx.MockTransport(handler)}
        options.setdefault("resolve", public)
    opened = SafeWeb(frozenset({allow}), **options)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "100.100.100.200",
        "168.63.129.16", "192.0.2.1", "198.18.0.1", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a00:1",
        "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "not an address", "",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    """Loopback, private, link-local, metadata, multicast and reserved are private, also in IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "2606:2800:220:1::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_public(address: str) -> None:
    """Addresses that the whole internet can reach are public."""
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
        "http://localhost/", "http://0/",
        "http://LOCALHOST/", "http://169.254.169.254/latest/meta-data/", "http://user:word@127.0.0.1/",
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/",
        "example.com", "",
        "http://", "http:///path", "http://[", "javascript:alert(1)",
    ],
)  # fmt: skip
async def test_refused_in_every_spelling(url: str) -> None:
    """Each spelling is refused before any request, and no password of it is repeated."""
    async with web(allow="none.example") as safe:
        with pytest.raises(SourceUnavailable) as refused:
            await safe.fetch(url)
    assert "word" not in str(refused.value)


async def test_no_cookie_comes_back(site: RawHttpServer) -> None:
    """A cookie of one request is not sent with the next, which may be another team's."""
    site.answer("/a", b"one", Set_Cookie="visitor=T1; Path=/")
    async with web() as safe:
        await safe.fetch(f"{site.address}/a")
        await safe.fetch(f"{site.address}/a")
    assert len(site.asked) == 2
    assert not any("cookie" in request.lower() for request in site.asked)


async def test_a_redirect_to_a_private_address_is_refused(site: RawHttpServer) -> None:
    """Each redirect is checked like the first address."""
    port = site.address.rpartition(":")[2]
    site.answer("/a", status="302 Found", Location=f"http://localhost:{port}/private")
    async with web() as safe:
        with pytest.raises(SourceUnavailable):
            await safe.fetch(f"{site.address}/a")
    assert len(site.asked) == 1


async def test_a_redirect_to_a_file_is_refused(site: RawHttpServer) -> None:
    """A redirect to another scheme than http(s) is refused."""
    site.answer("/a", status="302 Found", Location="file:///etc/passwd")
    async with web() as safe:
        with pytest.raises(AddressRefused):
            await safe.fetch(f"{site.address}/a")


async def test_a_name_is_resolved_once() -> None:
    """A name that resolves to a public, then a private address (DNS rebinding) fails."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    connected = []

    async def turning(host: str, port: int) -> list[str]:
        return next(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        connected.append(
            (request.url.host, request.headers["host"], request.extensions["sni_hostname"])
        )
        return httpx.Response(200, stream=httpx.ByteStream(b"ok"))

    async with web(handler, resolve=turning) as safe:
        await safe.fetch("https://turning.example/")
        with pytest.raises(SourceUnavailable):
            await safe.fetch("https://turning.example/")
    assert connected == [(PUBLIC, "turning.example", "turning.example")]


async def test_one_private_address_of_a_name_is_enough_to_refuse() -> None:
    """A name with public and private addresses is not called."""

    async def both(host: str, port: int) -> list[str]:
        return [PUBLIC, "10.0.0.1"]

    async with web(lambda _: httpx.Response(200), resolve=both) as safe:
        with pytest.raises(SourceUnavailable):
            await safe.fetch("http://both.example/")


async def test_a_page_is_fetched_with_what_the_server_says_of_it(site: RawHttpServer) -> None:
    """The result has bytes, charset, validators and freshness.

    The request names the bot and does not accept brotli.
    """
    site.answer(
        "/f",
        "Grüße".encode("latin-1"),
        Content_Type="text/html; charset=iso-8859-1",
        ETag='"1"',
        Last_Modified="Tue, 17 Mar 2026 08:00:00 GMT",
        Cache_Control="public, max-age=600",
        Age="100",
    )
    async with web() as safe:
        page = await safe.fetch(f"{site.address}/f")
    assert isinstance(page, FetchedPage)
    assert (page.data.decode("latin-1"), page.encoding, page.etag) == ("Grüße", "iso-8859-1", '"1"')
    assert (page.fresh_for, page.moved_to, page.url) == (
        timedelta(seconds=500),
        None,
        f"{site.address}/f",
    )
    assert re.search(r"Dateline/\d", site.asked[0])
    assert "br" not in site.asked[0].lower().partition("accept-encoding: ")[2].partition("\r")[0]


async def test_304_is_not_modified(site: RawHttpServer) -> None:
    """A 304 to the last validators returns NotModified."""
    site.answer("/f", status="304 Not Modified", Cache_Control="max-age=60")
    async with web() as safe:
        answer = await safe.fetch(
            f"{site.address}/f", etag='"1"', last_modified="Tue, 17 Mar 2026 08:00:00 GMT"
        )
    assert answer == NotModified(timedelta(seconds=60))
    assert 'if-none-match: "1"' in site.asked[0].lower()
    assert "if-modified-since: tue" in site.asked[0].lower()


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((307,), False)]
)
async def test_permanent_redirects_are_reported(statuses: tuple[int, ...], *, moved: bool) -> None:
    """`moved_to` is set only if every redirect was permanent; `url` is always the last address."""

    def handler(request: httpx.Request) -> httpx.Response:
        step = int(request.url.path[1:])
        if step == len(statuses):
            return httpx.Response(200, stream=httpx.ByteStream(b"here"))
        return httpx.Response(statuses[step], headers={"location": f"/{step + 1}"})

    async with web(handler) as safe:
        page = await safe.fetch("https://orm.example/0")
    assert isinstance(page, FetchedPage)
    end = f"https://orm.example/{len(statuses)}"
    assert (page.url, page.moved_to) == (end, end if moved else None)


async def test_redirects_in_a_ring_end() -> None:
    """Five redirects are followed, and not more."""
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(302, headers={"location": "/"})

    async with web(handler) as safe:
        with pytest.raises(SourceUnavailable, match="more than 5 times"):
            await safe.fetch("https://orm.example/")
    assert len(asked) == 6


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compressobj(wbits=-15).compress(data) or b""),
        ("", bytes),
    ],
    ids=["gzip", "zlib", "bare", "plain"],
)
async def test_packed_answers_are_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """Answers in gzip, both kinds of deflate and none are decoded."""
    data = b"A feed. " * 1000
    if pack(b"") == b"" and encoding:
        engine = zlib.compressobj(wbits=-15)
        packed = engine.compress(data) + engine.flush()
    else:
        packed = pack(data)
    headers = {"content-encoding": encoding} if encoding else {}
    async with web(
        lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(packed))
    ) as safe:
        page = await safe.fetch("https://orm.example/")
    assert isinstance(page, FetchedPage)
    assert page.data == data


@pytest.mark.parametrize("encoding", ["gzip", ""])
async def test_too_much_is_refused(encoding: str) -> None:
    """An answer over the limit is refused, compressed or not."""
    data = b"The ferry sails at noon. " * 200
    packed, headers = (
        (gzip.compress(data), {"content-encoding": encoding}) if encoding else (data, {})
    )
    answer = httpx.Response(200, headers=headers, stream=httpx.ByteStream(packed))
    async with web(lambda _: answer, max_bytes=2**11) as safe:
        with pytest.raises(SourceUnavailable, match="larger than 0 MB"):
            await safe.fetch("https://orm.example/")


async def test_no_more_is_unpacked_than_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compressed answer is decoded piece by piece, only to the first piece over the limit."""
    monkeypatch.setattr("bot.intake.web._PIECE_BYTES", 500)
    pieces: list[int] = []

    async def counting(response: httpx.Response, url: str) -> AsyncIterator[bytes]:
        async for piece in _unpacked_pieces(response, url):
            pieces.append(len(piece))
            yield piece

    monkeypatch.setattr("bot.intake.web._unpacked_pieces", counting)
    data = gzip.compress(b"The ferry sails at noon. " * 200)
    answer = httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(data)
    )
    async with web(lambda _: answer, max_bytes=1_200) as safe:
        with pytest.raises(SourceUnavailable, match="larger"):
            await safe.fetch("https://orm.example/")
    assert pieces == [500, 500, 500]


@pytest.mark.parametrize(
    ("encoding", "reason"), [("br", "packed as br"), ("gzip", "packed wrongly")]
)
async def test_what_cannot_be_unpacked_says_so(encoding: str, reason: str) -> None:
    """An encoding that was not requested, or is broken, is an error with a message."""
    answer = httpx.Response(
        200, headers={"content-encoding": encoding}, stream=httpx.ByteStream(b"\x1f\x8bnonsense")
    )
    async with web(lambda _: answer) as safe:
        with pytest.raises(SourceUnavailable, match=reason):
            await safe.fetch("https://orm.example/")


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "retry_after"),
    [
        (404, {}, False, None),
        (410, {}, True, None),
        (429, {"retry-after": "120"}, False, 120),
        (
            503,
            {
                "retry-after": "Tue, 17 Mar 2026 08:10:00 GMT",
                "date": "Tue, 17 Mar 2026 08:00:00 GMT",
            },
            False,
            600,
        ),
        (500, {"retry-after": "soon"}, False, None),
        (403, {}, False, None),
    ],
)
async def test_refusals_of_the_server(
    status: int, headers: dict[str, str], *, permanent: bool, retry_after: float | None
) -> None:
    """Each error status becomes SourceUnavailable, with what a retry needs."""
    async with web(lambda _: httpx.Response(status, headers=headers)) as safe:
        with pytest.raises(SourceUnavailable) as caught:
            await safe.fetch("https://orm.example/feed")
    error = caught.value
    assert (error.status, error.permanent, error.retry_after) == (status, permanent, retry_after)
    assert str(error).startswith("https://orm.example/feed: ")


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.ReadTimeout("x"),
        httpx.ReadError("x"), httpx.RemoteProtocolError("x"), httpx.WriteError("x"),
        httpx.PoolTimeout("x"), httpx.ProxyError("x"), httpx.UnsupportedProtocol("x"),
        httpx.DecodingError("x"), httpx.CloseError("x"), httpx.LocalProtocolError("x"),
    ],
    ids=lambda fault: type(fault).__name__,
)  # fmt: skip
async def test_every_httpx_error_is_translated(fault: httpx.HTTPError) -> None:
    """Each of httpx's errors becomes SourceUnavailable that is worth a retry."""

    def handler(request: httpx.Request) -> httpx.Response:
        raise fault

    async with web(handler) as safe:
        with pytest.raises(SourceUnavailable) as caught:
            await safe.fetch("https://orm.example/")
    assert not caught.value.permanent


async def test_a_server_that_never_ends_is_given_up() -> None:
    """The timeout is for the whole answer, and a byte now and then does not extend it."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"."
                await asyncio.sleep(0.01)

    async with web(lambda _: httpx.Response(200, stream=Drip()), seconds=0.2) as safe:
        with pytest.raises(SourceUnavailable, match="no answer within"):
            await safe.fetch("https://orm.example/")


async def test_an_unknown_name_is_reported() -> None:
    """A failed name look-up is SourceUnavailable."""

    async def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    async with web(lambda _: httpx.Response(200), resolve=unknown) as safe:
        with pytest.raises(SourceUnavailable, match="no public server of that name"):
            await safe.fetch("https://orm.example/")


async def test_a_private_name_is_told_like_an_unknown_one() -> None:
    """Nobody learns by asking which names of the operator's own network exist."""

    async def inside(host: str, port: int) -> list[str]:
        return ["10.0.0.7"] if host == "wiki.example" else []

    faults = []
    async with web(lambda _: httpx.Response(200), resolve=inside) as safe:
        for name in ("wiki", "made-up"):
            with pytest.raises(SourceUnavailable) as caught:
                await safe.fetch(f"https://{name}.example/")
            fault = caught.value
            faults.append((type(fault), fault.reason, fault.permanent, fault.retry_after))
    assert faults[0] == faults[1]
