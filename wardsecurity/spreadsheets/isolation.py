"""Have a workbook opened in a process apart: no secrets there, bounded time and memory.

Tables are imported a few times a year, so that a process is started for each.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

SECONDS = 40  # of waiting; the worker has 20 of computing
MOST_SAID = 64 * 1024 * 1024  # bytes of an answer
_PROJECT = Path(__file__).resolve().parents[2]


def cells_of(path: Path) -> dict[str, Any]:
    """The worker's answer (see worker.py); none, whatever the cause, is a refusal."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, a path of ours
                [sys.executable, "-m", "wardsecurity.spreadsheets.worker", str(path)],
                cwd=_PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            logger.warning("spreadsheet worker took longer than %s s", SECONDS)
            return {"refused": "workbook_too_large", "reason": ""}
        complaint = done.stderr[-500:].decode(errors="replace")
        if done.returncode or complaint:
            logger.warning(
                "spreadsheet worker ended=%s said=%s", done.returncode, complaint
            )
        if done.returncode:
            return {"refused": "workbook_too_large", "reason": ""}
        answer.seek(0)
        return json.loads(answer.read(MOST_SAID))  # type: ignore[no-any-return]
