"""One service on a SQLite file: a second is refused before it can post what the first posts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.model.errors import SettingsError
from bot.store.database import database_url


@contextmanager
def sole_service(url: str) -> Iterator[None]:
    """Have the file to oneself for a block; raise SettingsError where another service has it.

    The lock is the kernel's (flock): it ends with its process, however that ends, and what is left of the file
    beside the database means nothing. PostgreSQL needs no such thing.
    """
    address = database_url(url)
    if address.get_backend_name() != "sqlite":
        yield
        return
    path = Path(f"{address.database}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as e:
        fault = f"DATELINE_DATA or DATABASE_URL: {path} cannot be written to ({e.strerror})."
        raise SettingsError([f"{fault} Name a folder that can."]) from e
    try:
        _lock(handle, path)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
        fault = f"Another Dateline (process {holder}) serves from {path.with_suffix('')}, and SQLite takes one."
        cure = "Stop that one, or give this one its own DATELINE_DATA; for several processes set DATABASE_URL to a"
        raise SettingsError([f"{fault} {cure} postgresql:// address."]) from e
    os.truncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
