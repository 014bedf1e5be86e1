"""A gzip or ZIP of articles: unpacked within the cap, each file in it read as if it had come alone."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from bot.model.errors import SourceUnreadable

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
_MOST_FILES = 1_000
_BROKEN = "This archive is broken or cut short. Drop the complete file again."
_OFFICE = "This is an Office document, not a text. Save the article as text, HTML or a wire format."


def unpack(data: bytes, most: int) -> list[bytes]:
    """The files in it, with `most` bytes in all; raise SourceUnreadable for more, and for what is broken."""
    if data.startswith(GZIP):
        return [_gunzipped(data, most)]
    try:
        return list(_unzipped(data, most))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as e:
        raise SourceUnreadable(_BROKEN) from e


def _gunzipped(data: bytes, most: int) -> bytes:
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        inside = engine.decompress(data, most + 1)
    except zlib.error as e:
        raise SourceUnreadable(_BROKEN) from e
    if len(inside) > most:
        raise _too_large(most)
    if not engine.eof:
        raise SourceUnreadable(_BROKEN)
    return inside


def _unzipped(data: bytes, most: int) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if _is_article(member)]
        if any(
            member.filename in {"[Content_Types].xml", "mimetype"} for member in archive.infolist()
        ):
            raise SourceUnreadable(_OFFICE)
        if any(member.flag_bits & 1 for member in members):
            raise SourceUnreadable("This archive is locked with a password.")
        if len(members) > _MOST_FILES:
            raise SourceUnreadable(
                f"This archive holds {len(members):,} files; {_MOST_FILES:,} is the most."
            )
        left = most
        for member in sorted(members, key=lambda member: member.date_time):
            with archive.open(member) as file:
                inside = file.read(left + 1)
            left -= len(inside)
            if left < 0:
                raise _too_large(most)
            yield inside


def _is_article(member: zipfile.ZipInfo) -> bool:
    """Leave out folders and what systems put beside files."""
    name = member.filename
    return not member.is_dir() and not any(
        part.startswith((".", "__MACOSX")) for part in name.split("/")
    )


def _too_large(most: int) -> SourceUnreadable:
    return SourceUnreadable(f"Unpacked, this archive is larger than {most / 2**20:.0f} MB.")
