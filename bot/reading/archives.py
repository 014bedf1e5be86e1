"""Unpack a gzip or ZIP of articles within a cap, so that each file is read as if it came alone."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from bot.model.errors import SourceUnreadable
from bot.reading import messages

GZIP_START, ZIP_START = b"\x1f\x8b", b"PK\x03\x04"
MAX_FILES = 1_000


def unpack(data: bytes, max_bytes: int) -> list[bytes]:
    """Return the files in an archive, of `max_bytes` at most, or raise SourceUnreadable."""
    if data.startswith(GZIP_START):
        return [_gunzip(data, max_bytes)]
    try:
        return list(_unzip(data, max_bytes))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as e:
        raise SourceUnreadable(messages.text("archive_broken")) from e


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = engine.decompress(data, max_bytes + 1)
    except zlib.error as e:
        raise SourceUnreadable(messages.text("archive_broken")) from e
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    if not engine.eof:
        raise SourceUnreadable(messages.text("archive_broken"))
    return content


def _unzip(data: bytes, max_bytes: int) -> Iterator[bytes]:
    """Yield the content of each file, oldest first."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if _is_article(member)]
        if any(member.flag_bits & 1 for member in members):
            raise SourceUnreadable(messages.text("archive_locked"))
        if len(members) > MAX_FILES:
            count = {"count": len(members), "most": MAX_FILES}
            raise SourceUnreadable(messages.text("archive_too_many", **count))
        bytes_left = max_bytes
        for member in sorted(members, key=lambda member: member.date_time):
            with archive.open(member) as file:
                content = file.read(bytes_left + 1)
            bytes_left -= len(content)
            if bytes_left < 0:
                raise _too_large(max_bytes)
            yield content


def _is_article(member: zipfile.ZipInfo) -> bool:
    """Leave out folders and what operating systems put beside files."""
    names = member.filename.split("/")
    return not member.is_dir() and not any(name.startswith((".", "__MACOSX")) for name in names)


def _too_large(max_bytes: int) -> SourceUnreadable:
    return SourceUnreadable(messages.text("archive_too_large", size=max_bytes / 2**20))
