"""The folder of files: EVIDENCE_ROOT/<unit>/<two characters>/<sha256>.

A file comes to lie under `incoming/`, is flushed to the disk, renamed to its place, and
only then named by a row: a crash at any moment leaves at worst a file that no row
names, which the sweeper removes.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

INCOMING = "incoming"
PREVIEW_SUFFIX = ".preview.jpg"
_PRIVATE = 0o600


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


def take_in(upload: UploadedFile, target: Path, *, limit: int) -> Fingerprint:
    """Have an upload at `target` and say what it is; past `limit` it is not read on.

    What was streamed to a file on the same disk gets a second name there and is not
    copied; its bytes are read for the hash only if nobody knows it (arrivals.py).
    """
    if not _linked(upload, target):
        return _copied(upload.chunks(), target, limit)
    size = target.stat().st_size
    if size > limit:
        return Fingerprint(size, "")
    known = getattr(upload, "sha256", "")
    return Fingerprint(size, known) if known else fingerprint_of(target)


def _linked(upload: UploadedFile, target: Path) -> bool:
    """Give an upload's temporary file a second name; False where that cannot be."""
    if not isinstance(upload, TemporaryUploadedFile):
        return False
    upload.seek(0)  # whatever was written last is in the file then
    try:
        target.hardlink_to(upload.temporary_file_path())
    except OSError:  # another disk, or one without links
        return False
    return True


def _copied(chunks: Iterable[bytes], target: Path, limit: int) -> Fingerprint:
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


def put(moves: Mapping[Path, Path], *, flushed: Collection[Path] = ()) -> None:
    """Move finished files to their places in one folder: no crash leaves half of one.

    Those `flushed` are known to be on the disk. Only the account that the application
    runs as may read what is kept.
    """
    folders = {target.parent for target in moves.values()}
    for source in moves:
        source.chmod(_PRIVATE)
        if source not in flushed:
            flush(source)
    for folder in folders:
        _make_folder(folder)
    for source, target in moves.items():
        source.rename(target)
    for folder in folders:
        flush(folder)


def flush(path: Path) -> None:
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
    flush(folder.parent)


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
