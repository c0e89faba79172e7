"""Run every test: `make test`, or `make test ARGS="-k word"` for some of them.

The tests run on SQLite, on a throw-away PostgreSQL, and in Chromium over the better
of the two. What the machine lacks is installed by apt where that is allowed; else
the rest runs and the end says what did not. With CI=true a lack is a failure.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.plugins.tools import CHROMIUM, POSTGRESQL, TOOLS, Tool

RESULTS = Path("var/test-results")
INTERRUPTED, NO_TEST_CHOSEN = 2, 5  # exit codes of pytest
WORKERS = min(2, os.cpu_count() or 1)


@dataclass
class Run:
    """One run of pytest, and what came out of it."""

    name: str
    database: str
    marks: str
    workers: int
    exit_code: int | None = None  # None: it did not run

    @property
    def junit(self) -> Path:
        """Where pytest leaves the counts."""
        return RESULTS / f"{self.name}.xml"

    def execute(self, arguments: Sequence[str]) -> None:
        """Run pytest to its end, which Ctrl-C brings about sooner."""
        announce(f"Tests: {self.name}")
        command = [sys.executable, "-m", "pytest", "--db", self.database]
        command += ["-m", self.marks, f"--junit-xml={self.junit}"]
        command += ["-n", str(self.workers)] if self.workers > 1 else []
        process = subprocess.Popen([*command, *arguments])
        # Ctrl-C reaches pytest by itself; a polite kill is passed on. Either way we
        # wait until pytest has taken its database away.
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, lambda *_: None)
        self.exit_code = process.wait()
        if self.exit_code == NO_TEST_CHOSEN and arguments:
            self.exit_code = 0  # ARGS chose none of this run's tests

    def counts(self) -> "Counts":
        """Return how many tests passed, failed and were skipped."""
        if not self.junit.exists():
            return Counts()
        [suite] = ElementTree.parse(self.junit).getroot()  # noqa: S314 (ours)
        number = {name: int(value) for name, value in suite.items() if value.isdigit()}
        failed = number["failures"] + number["errors"]
        passed = number["tests"] - failed - number["skipped"]
        return Counts(passed, failed, number["skipped"])


@dataclass(frozen=True)
class Counts:
    """Tests by their end."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def main(arguments: Sequence[str]) -> int:
    """Return 0 when everything that could run passed, and in CI: when all could."""
    missing = provide(TOOLS)
    shutil.rmtree(RESULTS, ignore_errors=True)
    runs = planned_runs(missing)
    for run in runs:
        run.execute(arguments)
        if run.exit_code == INTERRUPTED:
            break
    report(runs, missing)
    in_ci = os.environ.get("CI") == "true"
    return int(any(run.exit_code for run in runs) or (in_ci and bool(missing)))


def planned_runs(missing: Sequence[Tool]) -> list[Run]:
    """Return the runs that this machine can do.

    Chromium tests what stands above the database, so one database is enough for it:
    PostgreSQL, which a ward's server runs on.
    """
    with_postgres = POSTGRESQL not in missing
    runs = [Run("SQLite", "sqlite", "not browser", WORKERS)]
    if with_postgres:
        runs.append(Run("PostgreSQL", "postgres", "not browser", WORKERS))
    if CHROMIUM not in missing:
        database = "postgres" if with_postgres else "sqlite"
        runs.append(Run("Chromium", database, "browser", 1))
    return runs


def provide(tools: Sequence[Tool]) -> list[Tool]:
    """Install the tools that are missing; return those that still are."""
    missing = [tool for tool in tools if not tool.find()]
    apt = apt_command()
    if not missing or apt is None:
        return missing
    packages = [package for tool in missing for package in tool.packages]
    announce(f"Installing {' '.join(packages)}")
    install = ["install", "--yes", "--no-install-recommends", *packages]
    for step in (["update"], install):
        subprocess.run([*apt, "-qq", *step], stdout=subprocess.DEVNULL, check=False)
    return [tool for tool in missing if not tool.find()]


def apt_command() -> list[str] | None:
    """Return how to call apt-get here without being asked; None when we may not."""
    if not shutil.which("apt-get"):
        return None
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return apt
    sudo = ["sudo", "--non-interactive"]
    allowed = shutil.which("sudo") and subprocess.run(
        [*sudo, "true"], capture_output=True, check=False
    )
    return [*sudo, *apt] if allowed and allowed.returncode == 0 else None


def report(runs: Sequence[Run], missing: Sequence[Tool]) -> None:
    """Print the closing lines."""
    announce("Results")
    for run in runs:
        verdict = {0: "ok", None: "NOT RUN"}.get(run.exit_code, "FAILED")
        print(f"{run.name:12}{verdict:9}{run.counts()}")
    for tool in missing:
        print(f"\n!!! {tool.name} is missing: {tool.without} did NOT run.")
        print(f"    This adds it:  {tool.remedy}")
    print(f"\n{sum((run.counts() for run in runs), Counts())}", flush=True)


def announce(text: str) -> None:
    """Print a headline."""
    print(f"\n=== {text} ===", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
