"""Sets that come in by file: looked at first, written in a second step.

Nothing is written on any fault, and nothing else than what was shown: when the present
version moved since the dry run, the second step is refused and the comparison is made
again.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, SetState, SetUpload, UploadKind
from criteria.selectors.sets import present_version
from criteria.services.set_diffs import SetDiff, compare
from criteria.services.set_files import SetContent, checked_set
from criteria.services.set_tables import CRITERIA, TABLES
from criteria.services.set_workbooks import read_set
from criteria.services.sets import load_set, lock_owner
from criteria.services.yaml_files import LARGEST_FILE, Faulty, read_yaml
from wardsecurity.errors import RuleViolation
from wardsecurity.files.arrivals import sha256_of
from wardsecurity.files.names import display_name
from wardsecurity.permissions import require
from wardsecurity.spreadsheets.findings import Fault, Workbook
from wardsecurity.spreadsheets.reading import MOST_BYTES, read_workbook
from wardsecurity.wards.models import AdministrativeUnit

KEPT = dt.timedelta(days=7)  # an upload that nobody applied


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row of a sheet with everything that is said of it."""

    sheet: str
    row: int | None
    title: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would come to. `seen` travels with the page that shows it."""

    upload: SetUpload
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    rows: tuple[FaultyRow, ...] = ()
    book: Workbook | None = None  # of a workbook, to give back marked
    content: SetContent | None = None
    base: CriteriaSet | None = None  # the present version
    diff: SetDiff = field(default_factory=SetDiff)
    same_as: CriteriaSet | None = None
    seen: str = ""

    @property
    def may_apply(self) -> bool:
        """Whether a new draft can be made of it."""
        return self.content is not None and not (self.same_as or self.upload.made_id)


def upload_set(
    *, actor: Any, owner: AdministrativeUnit, upload: UploadedFile
) -> SetUpload:
    """Keep a file for its dry run; one that cannot be opened is refused.

    Raises RuleViolation for field "file": those of read_workbook, "file_too_large".
    """
    require(actor, "edit_set", owner)
    kind = _kind_of(upload)
    if (upload.size or 0) > (MOST_BYTES if kind == UploadKind.XLSX else LARGEST_FILE):
        raise RuleViolation(
            _("The file is larger than %(most)s MB. Choose a smaller one.")
            % {"most": 5 if kind == UploadKind.XLSX else 2},
            code="file_too_large",
            field="file",
        )
    if kind == UploadKind.XLSX:
        read_workbook(upload, tables=TABLES)  # refuses what is no workbook
    upload.seek(0)
    return _keep(actor, owner, kind, upload)


@transaction.atomic
def _keep(
    actor: Any, owner: AdministrativeUnit, kind: str, upload: UploadedFile
) -> SetUpload:
    mandate = require(actor, "edit_set", owner)
    old = SetUpload.objects.filter(owner=owner, made__isnull=True)
    old.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
    return SetUpload.objects.create(
        owner=owner,
        kind=kind,
        name=display_name(upload.name),
        data=upload.read(),
        sha256=sha256_of(upload),
        uploaded_by_id=mandate.user_id,
        uploaded_post=mandate.post,
    )


def _kind_of(upload: UploadedFile) -> str:
    """By its beginning, then its name: a YAML file has no beginning of its own."""
    upload.seek(0)
    is_zip = upload.read(2) == b"PK"
    upload.seek(0)
    is_yaml = str(upload.name or "").lower().endswith((".yaml", ".yml"))
    return UploadKind.YAML if is_yaml and not is_zip else UploadKind.XLSX


# --- The dry run ------------------------------------------------------------------


def examine(upload: SetUpload) -> DryRun:
    """Read a kept file and compare it with the present version. Writes nothing."""
    data = bytes(upload.data)
    if upload.kind == UploadKind.YAML:
        return _examine_yaml(upload, data)
    base, before = None, None

    def base_of(code: str) -> SetContent | None:
        nonlocal base, before
        base = present_version(owner=upload.owner, code=code)
        before = SetContent.of(base) if base else None
        return before

    book, content = read_set(data, base_of=base_of)
    return _compared(
        upload, content, base, before, tuple(book.faults), tuple(book.notes), book
    )


def _examine_yaml(upload: SetUpload, data: bytes) -> DryRun:
    try:
        content = checked_set(read_yaml(data))
    except Faulty as error:
        faults = tuple(
            Fault(one.sentence, sheet=one.place, heading=one.field)
            for one in error.faults
        )
        return DryRun(upload, faults, (), rows=_rows(faults, None))
    # A file neither publishes nor makes a working set: what comes in is a draft.
    content.criteria_set.state = SetState.DRAFT
    code = content.criteria_set.code
    base = present_version(owner=upload.owner, code=code)
    before = SetContent.of(base) if base else None
    return _compared(upload, content, base, before, (), (), None)


def _compared(
    upload: SetUpload,
    content: SetContent | None,
    base: CriteriaSet | None,
    before: SetContent | None,
    faults: tuple[Fault, ...],
    notes: tuple[Fault, ...],
    book: Workbook | None,
) -> DryRun:
    if content is None:
        return DryRun(
            upload, faults, notes, rows=_rows(faults, book), book=book, base=base
        )
    same = CriteriaSet.objects.filter(
        owner=upload.owner,
        code=content.criteria_set.code,
        content_hash=content.hash,
    )
    return DryRun(
        upload,
        faults,
        notes,
        book=book,
        content=content,
        base=base,
        diff=compare(before, content) if before else SetDiff(),
        same_as=same.order_by("version").last(),
        seen=_seen(base, content),
    )


def _seen(base: CriteriaSet | None, content: SetContent) -> str:
    """What the dry run showed: the present version as it stood, and the content."""
    stood = f"{base.pk}:{base.content_hash}" if base else "-"
    return f"{stood}:{content.hash}"


def _rows(faults: Sequence[Fault], book: Workbook | None) -> tuple[FaultyRow, ...]:
    """Faults by row, each row with the title that stands in it."""
    titles = {}
    for row in book.rows(CRITERIA.key) if book else []:
        titles[row.number] = str(row.get("title_vi", ""))
    sheet = book.sheets.get(CRITERIA.key) if book else None
    ordered = sorted(faults, key=lambda one: (one.sheet, one.row or 0))
    return tuple(
        FaultyRow(
            name,
            number,
            titles.get(number or 0, "") if sheet and name == sheet.name else "",
            tuple(group),
        )
        for (name, number), group in groupby(
            ordered, key=lambda one: (one.sheet, one.row)
        )
    )


# --- Writing ----------------------------------------------------------------------


def apply_upload(*, actor: Any, upload: SetUpload, seen: str) -> CriteriaSet:
    """Make the draft that the dry run showed; a second time gives the same one.

    Raises RuleViolation: "upload_faulty", "set_moved", "set_same".
    """
    require(actor, "edit_set", upload)
    run = examine(upload)
    if run.content is None:
        raise RuleViolation(
            _("The file has faults; nothing was written."), code="upload_faulty"
        )
    return _apply(actor, upload, run.content, seen)


@transaction.atomic
def _apply(
    actor: Any, upload: SetUpload, content: SetContent, seen: str
) -> CriteriaSet:
    owner = lock_owner(upload.owner)
    row = SetUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    require(actor, "edit_set", row)
    if row.made:
        return row.made
    base = present_version(owner=owner, code=content.criteria_set.code)
    if _seen(base, content) != seen:
        raise RuleViolation(
            _(
                "The present version changed since this comparison was shown. Nothing"
                " was written. The comparison below is made anew."
            ),
            code="set_moved",
        )
    loaded = load_set(
        actor=actor,
        owner=owner,
        content=content,
        copied_from=base if base and base.owner_id != owner.pk else None,
        file={"upload": row.pk, "sha256": row.sha256},
    )
    if not loaded.is_new:
        raise RuleViolation(
            _("Version %(version)s says the same already. Nothing was written.")
            % {"version": loaded.criteria_set.version},
            code="set_same",
        )
    row.made = loaded.criteria_set
    row.save(update_fields=["made"])
    return loaded.criteria_set
