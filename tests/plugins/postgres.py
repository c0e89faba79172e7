"""A throw-away PostgreSQL, in a process that outlives nobody.

`python -m tests.plugins.postgres` makes a cluster in a temporary folder, prints its
URL, and takes everything away when its standard input ends: also when the program
that started it was killed.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from tests.plugins.tools import POSTGRESQL

PATIENCE = 30  # seconds for a server to start
ATTEMPTS = 3  # somebody may take the free port before the server does

# Nothing here must survive a power cut, so nothing waits for the disk.
HASTE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
}


class Unavailable(Exception):
    """PostgreSQL could not be found or started; the message says why."""


class ThrowawayPostgres:
    """The process of this module, seen from the program that starts it."""

    module = "tests.plugins.postgres"

    def __init__(self) -> None:
        # In a session of its own it does not hear Ctrl-C: it waits for us to finish.
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def url(self) -> str:
        """Wait for the server and return its URL; raises Unavailable."""
        assert self.process.stdout
        if url := self.process.stdout.readline().strip():
            return url
        raise Unavailable(self.process.communicate()[1].strip())

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.process.communicate()


def main(caller: TextIO) -> None:
    """Serve until `caller` ends."""
    initdb = POSTGRESQL.find()
    if initdb is None:
        raise Unavailable(f"PostgreSQL is missing. Add it: {POSTGRESQL.remedy}")
    user = unprivileged_user()
    with folder_of(user) as folder:
        make_cluster(initdb, folder, user)
        with server(Path(initdb).with_name("postgres"), folder, user) as port:
            url = f"postgres://postgres@127.0.0.1:{port}/wardsecurity"
            print(url, flush=True)
            caller.read()


def unprivileged_user() -> str | None:
    """Return who runs the server: PostgreSQL refuses root. None means: we do."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def folder_of(user: str | None) -> Iterator[Path]:
    """Lend a temporary folder that belongs to `user`."""
    # Root's own TMPDIR may lie where `user` cannot go.
    parent = "/tmp" if user else None  # noqa: S108 (mkdtemp makes it private)
    folder = Path(tempfile.mkdtemp(prefix="wardsecurity-postgres-", dir=parent))
    if user:
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_cluster(initdb: str, folder: Path, user: str | None) -> None:
    """Run initdb, with upper and lower case of all letters where the system can."""
    options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--username=postgres"]
    options.append(f"--pgdata={folder}/data")
    for locale in ("C.UTF-8", "C"):
        made = subprocess.run(
            [initdb, *options, f"--locale={locale}"],
            cwd=folder,
            user=user,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode == 0:
            return
    raise Unavailable(f"initdb failed: {made.stderr.strip()}")


@contextmanager
def server(postgres: Path, folder: Path, user: str | None) -> Iterator[int]:
    """Run the server on a free port of this machine."""
    log = folder / "log"
    for _ in range(ATTEMPTS):
        port = free_port()
        options = {"port": port, "listen_addresses": "127.0.0.1", **HASTE}
        options["unix_socket_directories"] = ""
        flags = [part for name in options for part in ("-c", f"{name}={options[name]}")]
        with log.open("w") as output:
            process = subprocess.Popen(
                [postgres, "-D", folder / "data", *flags],
                cwd=folder,
                user=user,
                env=bare_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            if is_ready(process, folder / "data" / "postmaster.pid"):
                yield port
                return
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: there is nothing to keep
            process.wait()
    raise Unavailable(f"The server did not start: {log.read_text().strip()}")


def is_ready(process: subprocess.Popen[bytes], pid_file: Path) -> bool:
    """Wait until the server says so in its pid file; False when it has ended."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if "ready" in pid_file.read_text().splitlines()[7]:
                return True
        except (FileNotFoundError, IndexError):
            pass
        time.sleep(0.02)
    return False


def free_port() -> int:
    """Return a port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bare_environment() -> dict[str, str]:
    """Return an environment in which no PG* variable bends the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main(sys.stdin)
    except Unavailable as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(1)
