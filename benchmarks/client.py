"""gunicorn on loopback, and who asks it."""

import html
import http.client
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.middleware import HEADER
from tests.plugins.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds for a server to start


@dataclass(frozen=True, slots=True)
class Answer:
    """A timed answer: seconds and queries."""

    seconds: float
    queries: int
    status: int
    body: str
    cookies: dict[str, str]


class Server:
    """One gunicorn, one worker of one thread: what a single core does."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "benchmarks.wsgi"),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", "1"),
                *("--threads", "2", "--keep-alive", "300"),
                *("--log-level", "error", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=environment,
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The measuring server did not start.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        visitor = Visitor(self.port, "")
        try:
            visitor.get("/healthz")
        except OSError:
            return False
        finally:
            visitor.close()
        return True

    def stop(self) -> None:
        """End the server and wait for it."""
        self.process.terminate()
        self.process.wait()


class Visitor:
    """One person's browser, as far as time is concerned: one kept connection."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies = {"sessionid": session} if session else {}

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def get(self, address: str) -> Answer:
        """Ask for a page; anything but 200 ends the run."""
        answer = self._ask("GET", address, {}, None)
        if answer.status != http.client.OK:
            raise SystemExit(f"{address}: {answer.status}")
        return answer

    def post(self, address: str, fields: dict[str, Any]) -> Answer:
        """Send a form; anything but a redirect ends the run."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.connection.port}/",
        }
        answer = self._ask("POST", address, headers, urlencode(fields, doseq=True))
        if answer.status != http.client.FOUND:
            raise SystemExit(f"{address}: {answer.status}\n{answer.body[:2000]}")
        return answer

    def _ask(
        self, method: str, address: str, headers: dict[str, str], body: str | None
    ) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        start = time.perf_counter()
        self.connection.request(method, address, body, {"Cookie": cookie, **headers})
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - start
        given = {}
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                given[key] = rest.partition(";")[0]
        self.cookies |= {
            key: value for key, value in given.items() if key == "csrftoken"
        }
        return Answer(
            seconds,
            int(response.headers.get(HEADER, 0)),
            response.status,
            content.decode(errors="replace"),
            given,
        )


def form_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to an address."""
    found = re.search(
        rf'<form[^>]*action="{re.escape(action)}[#"].*?</form>', page, re.DOTALL
    )
    if found is None:
        raise SystemExit(f"no form to {action}")
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', found[0])
    fields = {}
    for tag in hidden:
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    return fields


def environment(url: str, folder: Path) -> dict[str, str]:
    """What the measuring processes run in: this database, nothing of the shell's."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "HOME", "LANG")
        if name in os.environ
    }
    return kept | {
        "DATABASE_URL": url,
        "BENCH_FOLDER": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "EVIDENCE_STORAGE_URL": f"file://{folder}/evidence",
        "DEBUG": "False",
        "PYTHONPATH": str(ROOT),
    }
