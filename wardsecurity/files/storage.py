"""The folder of files: EVIDENCE_ROOT/<unit>/<two characters>/<sha256>.

A file is written under `incoming/`, flushed to the disk, renamed to its place, and only
then named by a row: a crash at any moment leaves at worst a file that no row names,
which the sweeper removes.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

INCOMING = "incoming"
PREVIEW_SUFFIX = ".preview.jpg"
_CHUNK = 1024 * 1024  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The size in bytes and the SHA-256 (hex) of some bytes."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file in its place, or a preview beside one."""

    path: Path
    unit_id: int
    sha256: str


def file_path(unit_id: int, sha256: str) -> Path:
    """Where a unit's file lies."""
    return Path(settings.EVIDENCE_ROOT, str(unit_id), sha256[:2], sha256)


def preview_path(unit_id: int, sha256: str) -> Path:
    """Where the preview of a unit's file lies."""
    path = file_path(unit_id, sha256)
    return path.with_name(path.name + PREVIEW_SUFFIX)


@contextmanager
def workspace() -> Iterator[Path]:
    """Give a folder of one's own on the same disk; it is gone afterwards."""
    incoming = Path(settings.EVIDENCE_ROOT, INCOMING)
    incoming.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=incoming))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_in(chunks: Iterable[bytes], target: Path, *, limit: int) -> Fingerprint:
    """Write chunks to `target`, hashing as they pass; stop once past `limit` bytes."""
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                break
            digest.update(chunk)
            file.write(chunk)
    return Fingerprint(size, digest.hexdigest())


def fingerprint_of(path: Path) -> Fingerprint:
    """Read a whole file for its size and hash."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Fingerprint(file.tell(), digest.hexdigest())


def put(source: Path, target: Path) -> None:
    """Move a finished file to its place so that no crash leaves half of it."""
    _flush(source)
    _make_folder(target.parent)
    source.rename(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each named on the disk by the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush(folder.parent)


def shelved(folder: Path) -> Iterator[Shelved]:
    """Walk the files and previews of one of `shelf_folders`, by name."""
    for path in sorted(folder.iterdir()):
        sha256 = path.name.removesuffix(PREVIEW_SUFFIX)
        yield Shelved(path, int(folder.parent.name), sha256)


def shelf_folders() -> Iterator[Path]:
    """Walk the folders that hold files: some hundred files of one unit in each."""
    root = Path(settings.EVIDENCE_ROOT)
    for unit in sorted(root.glob("[0-9]*")):
        if unit.name.isdigit():
            yield from sorted(unit.glob("[0-9a-f][0-9a-f]"))


def workspaces() -> list[Path]:
    """Return the folders of uploads under way, or left behind by a crash."""
    return sorted(Path(settings.EVIDENCE_ROOT, INCOMING).glob("*"))
