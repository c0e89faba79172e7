"""Keeping files, and removing what was left behind."""

import datetime as dt
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from wardsecurity.files import storage
from wardsecurity.files.findings import Findings, Refused
from wardsecurity.files.isolation import workbench, workshop
from wardsecurity.files.kinds import KINDS, MAX_SIZE, PREVIEW
from wardsecurity.files.models import StoredFile
from wardsecurity.files.names import display_name, named_as
from wardsecurity.files.refusals import violation
from wardsecurity.files.selectors import find_orphans, find_same, find_unused
from wardsecurity.files.sniffing import is_kept_as_sent
from wardsecurity.files.storage import Fingerprint
from wardsecurity.wards.models import AdministrativeUnit

logger = logging.getLogger(__name__)

LEAST_AGE = dt.timedelta(hours=1)  # an upload under way is younger


def store_upload(*, unit: AdministrativeUnit, upload: UploadedFile) -> StoredFile:
    """Keep an uploaded file for a unit; the same bytes again give the same row.

    The caller has checked that the actor may. Best called outside a transaction: the
    file is taken in, examined and flushed to the disk (some 0.2 s) before the first
    write to the database, and SQLite lets one writer in at a time.

    Memory stays flat. Raises RuleViolation for field "files", with the code file_empty,
    file_too_large, file_type_refused, file_encrypted, file_macros, file_damaged,
    image_too_many_pixels, file_archive_bomb or file_polyglot.
    """
    name = display_name(upload.name)
    try:
        with storage.workspace() as folder:
            return _store(unit, upload, name, folder)
    except Refused as refused:
        logger.info("upload refused unit=%s code=%s", unit.pk, refused)
        raise violation(refused, name) from None


def _store(
    unit: AdministrativeUnit, upload: UploadedFile, name: str, folder: Path
) -> StoredFile:
    source = folder / "original"
    workshop()  # the first upload starts it, beside what follows
    original = storage.take_in(upload, source, limit=MAX_SIZE)
    if not original.size:
        raise Refused("file_empty")
    if original.size > MAX_SIZE:
        raise Refused("file_too_large")
    same = find_same(unit=unit, original_sha256=original.sha256)
    if same and storage.file_path(unit.pk, same.sha256).exists():
        return _sent_again(same)

    with workbench(source, folder) as bench:
        # Meanwhile, what will be kept as it came is brought to the disk.
        flushed = [source] if is_kept_as_sent(source) else []
        for path in flushed:
            storage.flush(path)
        findings = bench.verdict()
    kept = folder / findings.kept
    fingerprint = original if kept == source else storage.fingerprint_of(kept)
    preview = folder / PREVIEW
    moves = {kept: storage.file_path(unit.pk, fingerprint.sha256)}
    has_preview = preview.exists()
    if has_preview:
        moves[preview] = storage.preview_path(unit.pk, fingerprint.sha256)
    storage.put(moves, flushed=flushed)
    facts = _facts(findings, fingerprint, has_preview=has_preview)
    if same:
        return _heal(same, facts)
    row, is_new = StoredFile.objects.get_or_create(
        unit=unit,
        original_sha256=original.sha256,
        defaults={
            **facts,
            "original_size": original.size,
            "name": named_as(name, findings.kind),
        },
    )
    return row if is_new else _sent_again(row)


def _facts(
    findings: Findings, fingerprint: Fingerprint, *, has_preview: bool
) -> dict[str, object]:
    """Return the columns that follow from what lies on the disk."""
    return {
        "sha256": fingerprint.sha256,
        "size": fingerprint.size,
        "kind": findings.kind,
        "content_type": KINDS[findings.kind].content_type,
        "pages": findings.pages,
        "width": findings.width,
        "height": findings.height,
        "has_preview": has_preview,
    }


def _sent_again(row: StoredFile) -> StoredFile:
    """Keep the sweeper away from a row that is about to be used."""
    row.last_sent_at = timezone.now()
    row.save(update_fields=["last_sent_at"])
    return row


def _heal(row: StoredFile, facts: dict[str, object]) -> StoredFile:
    """Give a row whose file was lost the file that was sent again."""
    logger.warning(
        "file healed file=%s was=%s is=%s", row.pk, row.sha256, facts["sha256"]
    )
    for column, value in facts.items():
        setattr(row, column, value)
    row.save(update_fields=list(facts))
    return _sent_again(row)


@dataclass(frozen=True, slots=True)
class Swept:
    """How much a sweep removed."""

    workspaces: int  # uploads that a crash cut off
    unused: int  # rows of forms never finished
    orphans: int  # files and previews that no row names


def sweep_leftovers(*, older_than: dt.timedelta) -> Swept:
    """Remove what uploads left behind longer ago than this.

    An upload puts its file in place anew, so a file in use is always young or named by
    a row. Raises ValueError below an hour, the age of an upload still under way.
    """
    if older_than < LEAST_AGE:
        raise ValueError(f"older_than is {older_than}: at least {LEAST_AGE}.")
    before = timezone.now() - older_than
    workspaces = [path for path in storage.workspaces() if _is_older(path, before)]
    for path in workspaces:
        shutil.rmtree(path, ignore_errors=True)
    unused = sum(_remove_row(row) for row in find_unused(before=before).iterator())
    orphans = [file.path for file in find_orphans() if _is_older(file.path, before)]
    for path in orphans:
        path.unlink(missing_ok=True)
    swept = Swept(len(workspaces), unused, len(orphans))
    logger.info("leftovers swept %s", swept)
    return swept


def _remove_row(row: StoredFile) -> bool:
    """Delete a row unless somebody began to use it; its file is then an orphan."""
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return False
    return True


def _is_older(path: Path, before: dt.datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
