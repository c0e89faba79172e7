"""The workbench: a process of its own in which an uploaded file is opened.

Decoders of pictures and PDF are large C libraries fed by strangers. Here a crash, a
hang or a grab for memory ends this process alone; it holds no secrets and imports no
Django. The workshop (workshop.py) forks one for every file.

It prints one line of JSON, the verdict, then writes folder/preview.jpg where it can.
"""

import errno
import json
import logging
import resource
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from PIL.Image import Image

from wardsecurity.files.findings import Findings, Refused
from wardsecurity.files.kinds import PREVIEW
from wardsecurity.files.office import inspect_office, inspect_ole
from wardsecurity.files.pdf import draw_first_page, inspect_pdf
from wardsecurity.files.pictures import keep_picture
from wardsecurity.files.previews import save_preview
from wardsecurity.files.sniffing import sniff

CPU_SECONDS = 20
MEMORY = 1536 * 1024 * 1024  # bytes: 100 megapixels of RGBA, turned, and some room
WRITTEN = 400 * 1024 * 1024  # bytes: a picture of 100 megapixels that packs badly

logger = logging.getLogger(__name__)

# The disk's, not the file's.
_OUR_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EIO}

Draw = Callable[[], Image]


def examine(source: Path, folder: Path) -> tuple[Findings, Draw | None]:
    """Return the findings and how to draw the preview, if there is something to draw.

    Raises Refused.
    """
    kind = sniff(source)
    if kind == "ole":
        inspect_ole(source)
    if kind == "zip":
        return inspect_office(source), None
    if kind == "pdf":
        findings, document = inspect_pdf(source)
        return findings, lambda: draw_first_page(document)
    findings, image = keep_picture(source, kind, folder)
    return findings, lambda: image


def main(source: Path, folder: Path) -> None:
    """Print the verdict; then draw the preview, which may fail."""
    try:
        findings, draw = examine(source, folder)
    except Refused as refused:
        _tell({"refused": refused.code, "reason": refused.reason})
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OUR_FAULTS:
            _tell({"fault": error.errno})
        else:
            logger.exception("the decoder gave up")
            _tell({"refused": "file_damaged", "reason": ""})
    else:
        _tell(asdict(findings))
        if draw:
            save_preview_of(draw, folder)


def save_preview_of(draw: Draw, folder: Path) -> None:
    """Write folder/preview.jpg, whole or not at all."""
    save_preview(draw(), folder / "unfinished")
    (folder / "unfinished").rename(folder / PREVIEW)


def _tell(verdict: dict[str, object]) -> None:
    print(json.dumps(verdict), flush=True)  # noqa: T201 - stdout is the answer


def set_limits() -> None:
    """Bound what this process may take. Not to be taken back."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
