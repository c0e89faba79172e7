"""Have uploads examined in processes apart.

One process of ours has one workshop, started with the first upload: it has loaded the
parsers, holds no secrets, and forks a workbench for every file, which ends with it.
"""

import atexit
import json
import logging
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wardsecurity.files.findings import Findings, Refused

logger = logging.getLogger(__name__)

SECONDS = 25  # of waiting; a workbench has 20 of computing
MOST_SAID = 64 * 1024  # bytes of an answer; a verdict has some hundred
_PROJECT = Path(__file__).resolve().parents[2]


class Workshop:
    """The process that opens workbenches."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._door, theirs = socket.socketpair()
        self._door.settimeout(SECONDS)
        # No key, no database address: nothing there is worth taking.
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wardsecurity.files.workshop"],
                cwd=_PROJECT,
                env=environment,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
            )

    def open(self, source: Path, folder: Path, answer: int, complaint: int) -> int:
        """Have a workbench opened that writes to these handles; return its pid.

        Raises OSError when the workshop is gone.
        """
        order = json.dumps([str(source), str(folder)]).encode()
        with self._lock:
            socket.send_fds(self._door, [order], [answer, complaint])
            pid = self._door.recv(32)
        if not pid:
            raise ConnectionResetError
        return int(pid)

    def stop(self, pid: int) -> None:
        """Have a workbench killed, if it still stands."""
        with self._lock, suppress(OSError):
            self._door.sendall(json.dumps(pid).encode())
            self._door.recv(32)

    def close(self) -> None:
        """Let it end: it does when its door closes."""
        self._door.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


_workshop: Workshop | None = None
_opening = threading.Lock()


def workshop() -> Workshop:
    """Return this process's workshop; it starts (0.2 s) while the caller goes on."""
    global _workshop
    with _opening:
        running = _workshop
        if running and running.owner == os.getpid() and running.process.poll() is None:
            return running
        close_workshop()
        _workshop = Workshop()
        return _workshop


def close_workshop() -> None:
    """Let this process's workshop end, if there is one."""
    global _workshop
    closing, _workshop = _workshop, None
    if closing:
        closing.close()


atexit.register(close_workshop)


class Workbench:
    """The examination of one file, which goes on while nobody waits for it."""

    def __init__(self, shop: Workshop, pid: int, answer: int, complaint: int) -> None:
        self._shop, self.pid = shop, pid
        self._answer, self._complaint = answer, complaint
        self._said = {answer: b"", complaint: b""}
        self._is_done = False

    def verdict(self) -> Findings:
        """Wait for the findings. No answer, whatever the cause, is "file_damaged".

        Raises Refused, and OSError when the disk is full.
        """
        in_time = self._listen(SECONDS)
        if not in_time:
            self.stop()
            self._listen(1)
        answer, complaint = self._said[self._answer], self._said[self._complaint]
        if complaint or not in_time or not answer:
            logger.warning(
                "workbench in_time=%s said=%s",
                in_time,
                complaint[-2000:].decode(errors="replace"),
            )
        return _verdict(answer)

    def _listen(self, seconds: float) -> bool:
        """Read until the process ended; False when that takes longer."""
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            for handle in self._said:
                selector.register(handle, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(max(until - time.monotonic(), 0))
                if not ready:
                    return False
                for key, _events in ready:
                    said = os.read(key.fd, MOST_SAID)
                    room = MOST_SAID - len(self._said[key.fd])
                    self._said[key.fd] += said[:room]
                    if not said:
                        selector.unregister(key.fd)
        self._is_done = True
        return True

    def stop(self) -> None:
        """Kill the process, unless it ended by itself."""
        if not self._is_done:
            self._shop.stop(self.pid)


@contextmanager
def workbench(source: Path, folder: Path) -> Iterator[Workbench]:
    """Have `source` examined; what is made of it lies in `folder`.

    The process is gone afterwards, whatever happened.
    """
    answer, answering = os.pipe()
    complaint, complaining = os.pipe()
    try:
        try:
            shop, pid = _opened(source, folder, answering, complaining)
        finally:
            os.close(answering)
            os.close(complaining)
        bench = Workbench(shop, pid, answer, complaint)
        try:
            yield bench
        finally:
            bench.stop()
    finally:
        os.close(answer)
        os.close(complaint)


def _opened(
    source: Path, folder: Path, answer: int, complaint: int
) -> tuple[Workshop, int]:
    """Open a workbench, in a new workshop if the one there was has died."""
    shop = workshop()
    try:
        return shop, shop.open(source, folder, answer, complaint)
    except OSError:
        logger.warning("workshop pid=%s died", shop.process.pid)
        shop.process.kill()
        shop.process.wait()
    shop = workshop()
    return shop, shop.open(source, folder, answer, complaint)


def _verdict(answer: bytes) -> Findings:
    """Read the first line, which may be all that a crash left."""
    line, finished, _rest = answer.partition(b"\n")
    if not finished:
        raise Refused("file_damaged")
    verdict = json.loads(line)
    if "fault" in verdict:
        raise OSError(verdict["fault"], os.strerror(verdict["fault"]))
    if "refused" in verdict:
        raise Refused(verdict["refused"], verdict["reason"])
    return Findings(**verdict)
