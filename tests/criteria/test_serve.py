"""The worker beside the server: started again when it ends, until it is stopped."""

import subprocess
import sys
import time

from criteria.management.commands.serve import Attended


def test_a_worker_that_ends_is_started_again_until_it_is_stopped():
    started = []

    def start():
        code = "import time; time.sleep(60)"
        one = subprocess.Popen([sys.executable, "-c", code])  # noqa: S603 - ourselves
        started.append(one)
        return one

    worker = Attended(start, pause=0.01)
    started[0].kill()
    until = time.monotonic() + 20
    while len(started) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(started) == 2
    assert started[1].poll() is None
    worker.stop()
    assert started[1].wait(20) is not None
    time.sleep(0.2)
    assert len(started) == 2
