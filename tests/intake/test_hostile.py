"""What the world can drop: each ends in time with an error or with what can be saved, and reads nothing else."""

import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.intake.workers import ReaderPool
from bot.model.errors import SourceUnreadable
from tests.bench.processes import descendants, memory

SECONDS = 8.0  # of processor time
PATIENCE = 20 * SECONDS  # of any time
MOST_MEMORY = 512


def rss(title: str, doctype: str = "", item: str = "<item>") -> bytes:
    """A feed of one item."""
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>c</title>{item}<title>{title}</title>'
        "<guid>1</guid><description>It rained, she said.</description></item></channel></rss>"
    ).encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(200_000))
MANY = "".join(
    f"<item><title>Item {n}</title><guid>{n}</guid><description>x</description></item>"
    for n in range(20_000)
)
HOSTILE = {
    "entities in entities": rss("&l9;", f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>'),
    "a long entity often": rss("&a;" * 50_000, f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'),
    "outside dtd": rss("t", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'),
    "deep xml": b"<nitf><body>" + b"<a>" * 200_000 + b"x" + b"</a>" * 200_000 + b"</body></nitf>",
    "deep feed": rss("<a>" * 200_000),
    "deep html": b"<html><body>" + b"<div>" * 100_000 + b"x",
    "deep html in a feed": rss("&lt;div&gt;" * 100_000),
    "many attributes in a feed": rss("t", item=f"<item {ATTRIBUTES}>"),
    "many attributes in a page": f"<html><body {ATTRIBUTES}><p>text</p></body></html>".encode(),
    "many items": f"<rss><channel>{MANY}</channel></rss>".encode(),
    "unclosed items": b"<rss><channel>" + b"<item><title>t" * 50_000,
    "brackets": b"<" * 3_000_000,
    "ampersands": rss("&" * 300_000),
    "deep json": b'{"version":"https://jsonfeed.org/version/1.1","items":'
    + b"[" * 200_000
    + b"]" * 200_000
    + b"}",
    "a long headline": json.dumps(
        {"guid": "g", "headline": "h" * 1_000_000, "body_text": "It rained."}
    ).encode(),
    "one long word": b"a" * 5_000_000,
    "one long line": b"word " * 2_000_000,
    "open quotes": b'"said ' * 400_000,
    "every byte": bytes(range(256)) * 4_000,
    "a yaml bomb": b"---\na: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"b: [*a,*a,*a]\n" * 200
    + b"---\nText, he said.",
    "mime in mime": b"From: a\nTo: b\nDate: c\nSubject: d\n"
    + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 5_000,
    "markdown brackets": b"# T\n\n" + b"[" * 50_000 + b"](" * 50_000,
    "markdown quotes": b"# T\n\n" + b">" * 50_000 + b" x",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[ReaderPool]:
    """One pool for this file, as the service has it."""
    opened = ReaderPool(timeout=SECONDS)
    await opened.warm()
    yield opened
    opened.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", HOSTILE)
async def test_it_ends_in_time(pool: ReaderPool, name: str) -> None:
    """Within the time and memory given there is an article or a reason, and the next file is read as ever."""
    begun, reason = time.monotonic(), "."
    try:
        parsed = await pool.parse(HOSTILE[name])
        assert all(len(article.body) <= 300_000 for article in parsed.articles)
    except SourceUnreadable as e:
        reason = e.reason
    assert reason.endswith(".")
    assert time.monotonic() - begun < PATIENCE + 5
    if sys.platform == "linux":
        peaks = [memory(worker, "VmHWM") for worker in descendants(os.getpid())]
        assert 0 < max(peaks) < MOST_MEMORY
    assert (await pool.parse(b"The ferry sails at noon, she said.")).articles


@pytest.mark.asyncio(loop_scope="module")
async def test_no_file_of_ours_is_read(pool: ReaderPool, tmp_path: Path) -> None:
    """An entity that names a local file stands for nothing."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET42")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert "TOPSECRET42" not in repr(await pool.parse(rss("&x;", doctype)))


@pytest.mark.asyncio(loop_scope="module")
async def test_what_can_be_saved_is_saved(pool: ReaderPool) -> None:
    """Of twenty thousand items the first two thousand are taken; a headline of a million letters is left out."""
    assert len((await pool.parse(HOSTILE["many items"])).articles) == 2_000
    (article,) = (await pool.parse(HOSTILE["a long headline"])).articles
    assert (article.headline, article.body) == (None, "It rained.")
