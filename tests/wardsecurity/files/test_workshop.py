"""The processes apart: nothing to steal there, and nothing there brings us down."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.files import ooxml, pdf, picture
from wardsecurity.files import isolation, workbench
from wardsecurity.files.findings import Refused

CONTENT = {"pdf": pdf, "docx": ooxml, "jpeg": picture}


@pytest.fixture
def shop():
    """A workshop of this test's own."""
    isolation.close_workshop()
    yield isolation.workshop()
    isolation.close_workshop()


def examined(folder: Path, content: bytes):
    source = folder / "original"
    source.write_bytes(content)
    with isolation.workbench(source, folder) as bench:
        return bench.verdict()


def stuck(folder: Path) -> Path:
    """A file that whoever opens it waits for."""
    os.mkfifo(folder / "original")
    return folder / "original"


def is_gone(pid: int) -> bool:
    """Whether a process ends within a second or so."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def run_python(code: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"PATH": os.defpath},
        capture_output=True,
        check=False,
    )


# --- What it is -------------------------------------------------------------------


def test_it_knows_no_secret(shop, monkeypatch, tmp_path):
    """Neither the workshop nor a workbench, as the kernel tells it."""
    isolation.close_workshop()
    monkeypatch.setenv("SECRET_KEY", "hidden")
    monkeypatch.setenv("DATABASE_URL", "postgres://name:hidden@host/base")

    with isolation.workbench(stuck(tmp_path), tmp_path) as bench:
        for pid in (isolation.workshop().process.pid, bench.pid):
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            names = {one.partition(b"=")[0] for one in environment.split(b"\0") if one}
            assert names <= {b"PATH", b"LANG", b"LD_LIBRARY_PATH", b"LC_CTYPE"}
            assert b"hidden" not in environment


def test_it_holds_no_handle_of_ours(shop, tmp_path):
    """No database, no socket of the server, not even one that children inherit."""
    isolation.close_workshop()
    held = tmp_path / "held"
    with held.open("wb") as ours:
        os.set_inheritable(ours.fileno(), True)
        with isolation.workbench(stuck(tmp_path), tmp_path) as bench:
            time.sleep(0.2)  # until it opens the file
            theirs = {
                pid: [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
                for pid in (isolation.workshop().process.pid, bench.pid)
            }

    assert not [one for there in theirs.values() for one in there if one == str(held)]
    # A workbench has no way to give orders.
    assert not [one for one in theirs[bench.pid] if one.startswith("socket:")]


def test_it_imports_no_django():
    """It would start four times slower, with the settings and their secrets."""
    code = "import sys, wardsecurity.files.workshop; sys.exit('django' in sys.modules)"

    assert run_python(code).returncode == 0


def test_one_thread_forks(shop, tmp_path):
    examined(tmp_path, pdf())

    assert len(list(Path(f"/proc/{shop.process.pid}/task").iterdir())) == 1


@pytest.mark.parametrize(
    ("greed", "bites"),
    [("bytearray(2 * 1024**3)", b"MemoryError"), ("bytearray(1024**3)", b"")],
)
def test_a_workbench_has_a_limit_of_memory(greed, bites):
    code = f"from wardsecurity.files import workbench as w; w.set_limits(); {greed}"

    run = run_python(code)

    assert run.stderr.strip().endswith(bites)
    assert (run.returncode == 0) == (not bites)


def test_every_workbench_has_its_limits(shop, tmp_path):
    with isolation.workbench(stuck(tmp_path), tmp_path) as bench:
        time.sleep(0.2)  # until it opens the file
        limits = Path(f"/proc/{bench.pid}/limits").read_text()

    told = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
    assert told["Max cpu time"] == str(workbench.CPU_SECONDS)
    assert told["Max data size"] == str(workbench.MEMORY)
    assert told["Max file size"] == str(workbench.WRITTEN)
    assert told["Max core file size"] == "0"


# --- What it does -----------------------------------------------------------------


def test_each_file_has_a_process_of_its_own(shop, tmp_path):
    pids = set()
    for kind, content in CONTENT.items():
        folder = tmp_path / kind
        folder.mkdir()
        (folder / "original").write_bytes(content())
        with isolation.workbench(folder / "original", folder) as bench:
            assert bench.verdict().kind == kind
            pids.add(bench.pid)

    assert len(pids) == 3
    assert all(is_gone(pid) for pid in pids)
    assert shop.process.poll() is None


def test_many_files_at_once_get_each_its_own_verdict(shop, tmp_path):
    wrong = []

    def examine(place: int, kind: str) -> None:
        folder = tmp_path / str(place)
        folder.mkdir()
        if examined(folder, CONTENT[kind]()).kind != kind:
            wrong.append(place)

    kinds = [*CONTENT] * 8
    threads = [threading.Thread(target=examine, args=one) for one in enumerate(kinds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert not wrong
    assert isolation.workshop() is shop


# --- What goes wrong --------------------------------------------------------------


def test_what_takes_too_long_is_killed_and_refused(shop, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(isolation, "SECONDS", 0.3)

    with isolation.workbench(stuck(tmp_path), tmp_path) as bench:
        with pytest.raises(Refused, match="file_damaged"):
            bench.verdict()

        assert is_gone(bench.pid)
    assert "in_time=False" in caplog.text


def test_a_workbench_that_nobody_waits_for_is_killed(shop, tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        isolation.workbench(stuck(tmp_path), tmp_path) as bench,
    ):
        raise ZeroDivisionError  # the disk was full, say

    assert is_gone(bench.pid)


def test_a_crash_costs_that_file_only(shop, tmp_path):
    with isolation.workbench(stuck(tmp_path), tmp_path) as bench:
        os.kill(bench.pid, signal.SIGSEGV)
        with pytest.raises(Refused, match="file_damaged"):
            bench.verdict()

    other = tmp_path / "other"
    other.mkdir()
    assert examined(other, pdf()).kind == "pdf"
    assert isolation.workshop() is shop


def test_a_flood_of_words_is_not_kept(shop, tmp_path, monkeypatch):
    """What a taken-over decoder writes fills no memory of ours."""
    monkeypatch.setattr(isolation, "MOST_SAID", 100)
    answer, answering = os.pipe()
    complaint, complaining = os.pipe()
    for handle in (answering, complaining):
        os.write(handle, b"x" * 5000)
        os.close(handle)
    bench = isolation.Workbench(shop, 0, answer, complaint)

    with pytest.raises(Refused, match="file_damaged"):
        bench.verdict()

    assert {len(said) for said in bench._said.values()} == {100}
    os.close(answer)
    os.close(complaint)


def test_a_workshop_that_died_is_replaced(shop, tmp_path):
    shop.process.kill()
    shop.process.wait()

    assert examined(tmp_path, pdf()).kind == "pdf"
    assert isolation.workshop().process.pid != shop.process.pid


def test_a_workshop_that_dies_unseen_is_replaced(shop, tmp_path, monkeypatch):
    """Between the look whether it lives and the order."""
    examined(tmp_path, pdf())
    shop.process.kill()
    is_gone(shop.process.pid)
    polls = iter([None])
    monkeypatch.setattr(shop.process, "poll", lambda: next(polls, -9))

    other = tmp_path / "other"
    other.mkdir()
    assert examined(other, pdf()).kind == "pdf"
    assert isolation.workshop() is not shop


def test_a_number_that_is_no_workbench_is_not_killed(shop, tmp_path):
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    try:
        shop.stop(bystander.pid)

        assert bystander.poll() is None
        assert examined(tmp_path, pdf()).kind == "pdf"
    finally:
        bystander.kill()
        bystander.wait()


def test_it_ends_with_the_process_it_works_for():
    code = (
        "import os, signal; from wardsecurity.files import isolation;"
        "print(isolation.workshop().process.pid, flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )

    pid = int(run_python(code).stdout)

    assert is_gone(pid)


def test_a_forked_server_process_opens_its_own(shop, monkeypatch):
    monkeypatch.setattr(isolation.os, "getpid", lambda: 1)

    try:
        own = isolation.workshop()
        assert own.process.pid != shop.process.pid
        assert own.owner == 1
        assert shop.process.poll() is None  # it is the other process's to end
    finally:
        monkeypatch.undo()
        own.process.kill()
        own.process.wait()
        shop.process.kill()
        shop.process.wait()
