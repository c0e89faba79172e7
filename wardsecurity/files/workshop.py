"""The workshop: a process that has loaded every parser and forks a workbench a file.

It is started without secrets (isolation.py gives it an empty environment), imports no
Django, opens nobody's file, and ends when the process it works for does. Orders come
through the socket at stdin:

    [source, folder], and two handles: examine the file; the verdict goes to the first
        handle, complaints to the second. The answer is the pid of the workbench.
    pid: kill that workbench. The answer is the same pid.
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

# With every parser, loaded once: they would cost each workbench 0.1 s.
from wardsecurity.files.workbench import main, set_limits

LONGEST_ORDER = 64 * 1024  # bytes

_CHILDREN = {signal.SIGCHLD}


class Workshop:
    """Carries out the orders that come through a door."""

    def __init__(self, door: socket.socket) -> None:
        self.door = door
        self.benches: set[int] = set()  # pids that were not reaped: they are ours
        signal.signal(signal.SIGCHLD, self.reap)

    def reap(self, _signal: int, _frame: object) -> None:
        """Take note of workbenches that ended, and tell of those that crashed."""
        while self.benches:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.benches.discard(pid)
            if status:
                code = os.waitstatus_to_exitcode(status)
                sys.stderr.write(f"workbench pid={pid} ended={code}\n")

    def serve(self) -> None:
        """Wait for orders until the door is closed."""
        while True:
            order, handles, _flags, _from = socket.recv_fds(self.door, LONGEST_ORDER, 2)
            if not order:
                return
            wish = json.loads(order)
            signal.pthread_sigmask(signal.SIG_BLOCK, _CHILDREN)
            if isinstance(wish, int):
                pid = self.stop(wish)
            else:
                pid = self.open(Path(wish[0]), Path(wish[1]), handles)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHILDREN)
            for handle in handles:
                os.close(handle)
            self.door.sendall(str(pid).encode())

    def open(self, source: Path, folder: Path, handles: list[int]) -> int:
        """Fork a workbench; return its pid."""
        pid = os.fork()
        if not pid:
            self._work(source, folder, handles)
        self.benches.add(pid)
        return pid

    def stop(self, pid: int) -> int:
        """Kill a workbench. One that ended is let be: its number may be another's."""
        if pid in self.benches:
            os.kill(pid, signal.SIGKILL)
        return pid

    def _work(self, source: Path, folder: Path, handles: list[int]) -> NoReturn:
        """Be a workbench: examine one file, and end."""
        code = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _CHILDREN)
            self.door.close()
            for handle, place in zip(handles, (1, 2), strict=True):
                os.dup2(handle, place)
                os.close(handle)
            set_limits()
            main(source, folder)
            code = 0
        finally:
            os._exit(code)


if __name__ == "__main__":
    Workshop(socket.socket(fileno=sys.stdin.fileno())).serve()
