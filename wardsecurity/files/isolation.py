"""Have an upload examined on the workbench, in a process apart."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from wardsecurity.files.findings import Findings, Refused

logger = logging.getLogger(__name__)

SECONDS = 25  # of waiting; the workbench has 20 of computing
_PROJECT = Path(__file__).resolve().parents[2]


def examine_apart(source: Path, folder: Path) -> Findings:
    """Return the findings about `source`; what is made of it lies in `folder`.

    One process of 0.1 to 0.3 s. No answer, whatever the cause, is "file_damaged".

    Raises Refused, and OSError when the disk is full.
    """
    # No key, no database address: nothing there is worth taking.
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    module = "wardsecurity.files.workbench"
    command = [sys.executable, "-m", module, str(source), str(folder)]
    try:
        run = subprocess.run(  # noqa: S603 - our own module, paths of our own making
            command,
            cwd=_PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answer, complaint, ended = run.stdout, run.stderr, str(run.returncode)
    except subprocess.TimeoutExpired as late:
        answer, complaint, ended = late.stdout or b"", late.stderr or b"", "time-out"
    if complaint or ended != "0":
        logger.warning(
            "workbench ended=%s said=%s",
            ended,
            complaint[-2000:].decode(errors="replace"),
        )
    return _verdict(answer)


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
