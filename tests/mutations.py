"""Damage files as fuzzers do, but at their boundaries: tags, lines, JSON values.

Hypothesis draws from it in `make test`, atheris in `make chaos`; the same `random` gives the same
damage.
"""

import re
from random import Random

TOKENS = (
    *(
        b"<",
        b">",
        b"&",
        b'"',
        b"]]>",
        b"<![CDATA[",
        b"<p>",
        b"</p>",
        b"<!DOCTYPE x [",
        b"xmlns:a='",
        b"&#x110000;",
    ),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\x02",
        b"\x03",
        b"^",
        b"\n\n",
        b"{",
        b"[",
        b"9" * 40,
        b"--b1",
        b"&#55296;",
        b"T25:61",
    ),
    *(
        b"\x01",
        b"\x16\x16\x01",
        b"\x08",
        b"=\n",
        b"---\n",
        b"+++\n",
        b"=?utf-8?q?=FF?=",
        b"\\u0000",
        b"null",
        b"1e999",
    ),
    *(
        b"<iframe/>",
        b"<pre>\n  x\ny\nz</pre>",
        b"0000-00-00",
        b"9999-12-31T23:59:59-23:59",
        b"http://[",
        b"a" * 600,
    ),
    "\u202e\u0300".encode(),
)
MOST = 200_000
# Where a file comes apart: tags, lines, JSON's values.
_SEAM = re.compile(rb"(?=<)|(?<=>)|(?<=\n)|(?=[{}\[\],:])")


def damaged(data: bytes, random: Random, other: bytes = b"") -> bytes:
    """Return the data with one to four kinds of damage.

    `other` is a file of the same or another format to take pieces from.
    """
    for _ in range(random.randint(1, 4)):
        data = random.choice(_KINDS)(data, random, other)[:MOST]
    return data


def _places(data: bytes, random: Random) -> tuple[int, int]:
    """Return two offsets in order, at boundaries more often than not."""
    seams = (
        [seam.start() for seam in _SEAM.finditer(data[:20_000])] if random.random() < 0.6 else []
    )
    first, second = (
        random.choice(seams) if seams else random.randint(0, len(data)) for _ in range(2)
    )
    return min(first, second), max(first, second)


def _cut(data: bytes, random: Random, _other: bytes) -> bytes:
    return data[: _places(data, random)[1]]


def _drop(data: bytes, random: Random, _other: bytes) -> bytes:
    start, end = _places(data, random)
    return data[:start] + data[min(end, start + random.choice((1, 10, 100, 1000))) :]


def _repeat(data: bytes, random: Random, _other: bytes) -> bytes:
    start, end = _places(data, random)
    piece = data[start : min(end, start + 2000)]
    times = min(random.choice((1, 2, 10, 50)), MOST // max(len(piece), 1))
    return data[:start] + piece * times + data[start:]


def _swap(data: bytes, random: Random, _other: bytes) -> bytes:
    a, b = _places(data, random)
    c, d = _places(data[b:], random)
    return data[:a] + data[b + c : b + d] + data[b : b + c] + data[a:b] + data[b + d :]


def _nest(data: bytes, random: Random, _other: bytes) -> bytes:
    """Nest an element, list or object in itself, up to fifty times."""
    tags = re.findall(rb"<([A-Za-z][\w:.-]{0,40})[\s>]", data[:20_000]) or [b"div"]
    name, times = random.choice(tags), random.choice((1, 5, 50))
    opening, closing = random.choice(
        ((b"<%s>" % name, b"</%s>" % name), (b"[", b"]"), (b'{"a":', b"}"))
    )
    start, end = _places(data, random)
    return (
        data[:start]
        + opening * times
        + data[start:end]
        + closing * random.choice((0, times))
        + data[end:]
    )


def _insert(data: bytes, random: Random, _other: bytes) -> bytes:
    place = _places(data, random)[0]
    return data[:place] + random.choice(TOKENS) + data[place:]


def _flip(data: bytes, random: Random, _other: bytes) -> bytes:
    if not data:
        return data
    place = random.randrange(len(data))
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def _splice(data: bytes, random: Random, other: bytes) -> bytes:
    place, (start, end) = _places(data, random)[0], _places(other, random)
    return data[:place] + other[start:end] + data[place:]


_KINDS = (_cut, _drop, _repeat, _swap, _nest, _insert, _flip, _splice)
