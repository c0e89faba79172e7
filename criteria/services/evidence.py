"""Recording evidence: one paper, photo or figure that counts for many criteria."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import OfficialDocument
from criteria.models import (
    Assessment,
    Evaluation,
    Evidence,
    EvidenceFile,
    EvidenceKind,
    EvidenceLink,
)
from criteria.models.evidence import RECORDED_KINDS
from criteria.services.assessments import LARGEST_FIGURE
from criteria.services.evaluations import check_open_for
from criteria.services.evidence_locked import check_locked
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.files.models import StoredFile
from wardsecurity.files.services import store_upload
from wardsecurity.permissions import Mandate, ScopedRow, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit

EARLIEST_FACT = dt.date(1975, 4, 30)  # nothing a ward records today is older


@dataclass(frozen=True, slots=True)
class Facts:
    """What a piece of evidence says, as the form has it."""

    kind: str
    title: str
    fact_on: dt.date
    number: str = ""
    issuer: str = ""
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    expires_on: dt.date | None = None
    url: str = ""
    figure: int | None = None
    figure_unit: str = ""


_FREE_TEXT = ("title", "number", "issuer", "url", "figure_unit")


@dataclass(frozen=True, slots=True)
class Locked:
    """Everything a write on evidence holds, in the lock order."""

    evaluations: dict[int, Evaluation]
    assessments: list[Assessment]


class EvidenceConflict(RuleViolation):
    """Somebody changed this evidence since the form was opened."""

    def __init__(self, current: Evidence) -> None:
        super().__init__(
            _("This evidence was changed meanwhile. Compare both, then save."),
            code="conflict",
        )
        self.current = current


def _lock(assessment_ids: Iterable[int]) -> Locked:
    """Lock assessments below their evaluations."""
    ids = set(assessment_ids)
    pks = Assessment.objects.filter(pk__in=ids).values_list("evaluation_id", flat=True)
    evaluations = lock_evaluations(pks)
    return Locked(evaluations, lock_assessments(ids, evaluations))


def _linked(evidence: Evidence) -> set[int]:
    return set(evidence.links.values_list("assessment_id", flat=True))


def _lock_with(evidence: Evidence, more: Iterable[int] = ()) -> tuple[Evidence, Locked]:
    """Lock a piece of evidence and all it is linked to (and `more` assessments).

    Links may come between the look and the lock: then somebody else is writing right
    now, and the person is asked to try again (code "busy").
    """
    linked = _linked(evidence)
    locked = _lock(linked | set(more))
    row = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if _linked(row) - linked:
        raise RuleViolation(
            _("Somebody is saving this evidence right now. Try again."), code="busy"
        )
    return row, locked


def _require_all(
    actor: Any, rows: Sequence[Assessment], ward: AdministrativeUnit
) -> Mandate:
    """The right to record evidence for every criterion concerned, in one ward."""
    mandates = [require(actor, "record_evidence", row) for row in rows]
    if any(row.scope_unit_id != ward.pk for row in rows):
        raise RuleViolation(
            _("Choose criteria of this ward."), code="other_ward", field="criteria"
        )
    return mandates[0] if mandates else require(actor, "record_evidence", ward)


def _check_facts(facts: Facts) -> None:
    """Rules of evidence that its own words decide."""
    today = timezone.localdate()
    if facts.fact_on > today:
        raise RuleViolation(
            _("Enter a day up to today, %(today)s. Now: %(day)s.")
            % {"today": f"{today:%d/%m/%Y}", "day": f"{facts.fact_on:%d/%m/%Y}"},
            code="fact_in_future",
            field="fact_on",
        )
    if facts.fact_on < EARLIEST_FACT:
        raise RuleViolation(
            _("Check the year: %(day)s.") % {"day": f"{facts.fact_on:%d/%m/%Y}"},
            code="fact_too_old",
            field="fact_on",
        )
    if facts.expires_on and facts.expires_on < facts.fact_on:
        raise RuleViolation(
            _("Enter a day after the date of the fact."),
            code="expires_before_fact",
            field="expires_on",
        )
    if (
        facts.period_start
        and facts.period_end
        and facts.period_end < facts.period_start
    ):
        raise RuleViolation(
            _("Choose a last day after the first day of the period."),
            code="period_reversed",
            field="period_end",
        )
    if facts.figure is not None and abs(facts.figure) > LARGEST_FIGURE:
        raise RuleViolation(
            _("This figure is too large. Check the number of digits."),
            code="figure_too_large",
            field="figure",
        )


def _check_content(facts: Facts, file_count: int) -> None:
    """Each kind holds what it says it is; the database holds to the same.

    A measure is none of them: it is made by confirming it (services/measures.py).
    """
    if facts.kind not in RECORDED_KINDS:
        raise RuleViolation(
            _("A figure from the ward's records is confirmed on its criterion's page."),
            code="measure_by_hand",
            field="kind",
        )
    missing = {
        EvidenceKind.DOCUMENT: (
            not facts.number and not file_count,
            "number",
            _("Enter the number and symbol, or add the file."),
        ),
        EvidenceKind.FILES: (
            not file_count,
            "files",
            _("Take a photo or choose a file."),
        ),
        EvidenceKind.LINK: (not facts.url, "url", _("Enter the web address.")),
        EvidenceKind.FIGURE: (
            facts.figure is None,
            "figure",
            _("Enter the figure."),
        ),
    }
    is_missing, field, sentence = missing[EvidenceKind(facts.kind)]
    if is_missing:
        raise RuleViolation(sentence, code=f"{field}_missing", field=field)


def _check_recorded(evidence: Evidence) -> None:
    """A measure says what the records said, of its own criterion: it stays as it is."""
    if evidence.is_measure:
        raise RuleViolation(
            _("A figure from the ward's records is confirmed on its criterion's page."),
            code="measure_by_hand",
        )


def _check_reference_only(evidence: Evidence, rows: Iterable[Assessment]) -> None:
    """Some criteria take a paper's number and date only (RULES "Support")."""
    numbers = [row.criterion.number for row in rows if row.criterion.is_reference_only]
    if numbers and not evidence.is_reference:
        raise RuleViolation(
            _(
                "Criterion %(number)s takes a document's number and date only, without "
                "a file."
            )
            % {"number": numbers[0]},
            code="reference_only",
            field="files" if evidence.file_count else "number",
        )


def _apply(evidence: Evidence, facts: Facts) -> None:
    for name, value in asdict(facts).items():
        setattr(evidence, name, nfc(value) if isinstance(value, str) else value)


def _told(evidence: Evidence) -> dict[str, Any]:
    """What the trail tells of evidence before and after; free text goes apart."""
    return {
        "kind": evidence.kind,
        "fact_on": evidence.fact_on,
        "period": [evidence.period_start, evidence.period_end],
        "expires_on": evidence.expires_on,
        "figure": evidence.figure,
        "files": evidence.file_count,
    }


def _texts(evidence: Evidence) -> dict[str, str]:
    texts = {name: getattr(evidence, name) for name in _FREE_TEXT}
    return {name: text for name, text in texts.items() if text}


def keep_upload(
    *, actor: Any, ward: AdministrativeUnit, row: ScopedRow, upload: UploadedFile
) -> StoredFile:
    """Keep a file for evidence about to be recorded for `row` of a ward.

    Kept apart from the evidence, so that a form that comes back with a fault elsewhere
    does not ask for the photo again. What never becomes evidence is swept
    (`check_files --sweep`). No transaction around it: SQLite's one write lock is not
    held while a large file is copied and examined. Raises as store_upload does.
    """
    require(actor, "record_evidence", row)
    return store_upload(unit=ward, upload=upload)


def _add_files(evidence: Evidence, stored: Sequence[StoredFile]) -> None:
    """Hang kept files on the evidence; the same bytes hang once."""
    if any(one.unit_id != evidence.ward_id for one in stored):
        raise RuleViolation(
            _("Choose files of this ward."), code="other_ward", field="files"
        )
    here = set(
        evidence.files.filter(removed_at=None).values_list("stored_id", flat=True)
    )
    new = {one.pk: one for one in stored if one.pk not in here}
    EvidenceFile.objects.bulk_create(
        EvidenceFile(evidence=evidence, stored=one, name=one.name)
        for one in new.values()
    )
    evidence.file_count += len(new)


@transaction.atomic
def record_evidence(
    *,
    actor: Any,
    ward: AdministrativeUnit,
    assessments: Sequence[Assessment],
    facts: Facts,
    stored: Sequence[StoredFile] = (),
    wanted: int | None = None,
    document: OfficialDocument | None = None,
) -> Evidence:
    """Record a piece of evidence and link it to criteria of one ward.

    `wanted` is the place in the list of wanted evidence, for a single criterion;
    `document` the ward's document it was made from. Raises
    RuleViolation: "criteria_missing", "other_ward", "evaluation_locked",
    "fact_in_future", "fact_too_old", "expires_before_fact", "period_reversed",
    "number_missing", "files_missing", "url_missing", "figure_missing",
    "measure_by_hand", "reference_only", and those of store_upload.
    """
    locked = _lock(row.pk for row in assessments)
    mandate = _require_all(actor, locked.assessments, ward)
    if not locked.assessments:
        raise RuleViolation(
            _("Choose at least one criterion."),
            code="criteria_missing",
            field="criteria",
        )
    for one in locked.assessments:
        check_open_for(one)
    _check_facts(facts)
    _check_content(facts, len(stored))
    evidence = Evidence(
        ward=ward,
        document=document,
        recorded_by_id=mandate.user_id,
        recorded_post=mandate.post,
        # The count the database asks for; counted anew below.
        file_count=len(stored),
    )
    _apply(evidence, facts)
    _check_reference_only(evidence, locked.assessments)
    checked(evidence)
    evidence.save(force_insert=True)
    evidence.file_count = 0
    _add_files(evidence, stored)
    evidence.save(update_fields=["file_count"])
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            evidence=evidence,
            assessment=row,
            wanted=_known_wanted(row, wanted) if len(assessments) == 1 else None,
        )
        for row in locked.assessments
    )
    save_restated(locked.assessments, timezone.localdate())
    record(
        mandate,
        "evidence_recorded",
        evidence,
        after=_told(evidence)
        | {"criteria": [row.criterion.number for row in locked.assessments]},
        texts=_texts(evidence),
    )
    return evidence


def _known_wanted(row: Assessment, wanted: int | None) -> int | None:
    """The place of a wanted kind of evidence, if the criterion has one there."""
    in_list = wanted is not None and wanted < len(row.criterion.evidence_vi)
    return wanted if in_list else None


@transaction.atomic
def edit_evidence(
    *,
    actor: Any,
    evidence: Evidence,
    version: int,
    facts: Facts,
    stored: Sequence[StoredFile] = (),
    remove: Sequence[int] = (),
) -> Evidence:
    """Correct evidence: its words, new files, files taken off (by EvidenceFile pk).

    A removed file leaves its trace and goes on counting as once given. Evidence that
    also counts for a locked criterion takes other words and more files; what would
    change the locked result is refused (RULES "Evaluation"). Raises EvidenceConflict,
    and RuleViolation as record_evidence, "withdrawn", "counts_in_locked".
    """
    row, locked = _lock_with(evidence)
    mandate = _require_all(actor, locked.assessments, row.ward)
    if row.version != version:
        raise EvidenceConflict(row)
    if row.withdrawn_at:
        raise RuleViolation(_("This evidence was withdrawn."), code="withdrawn")
    _check_recorded(row)
    _check_facts(facts)
    check_locked(row, locked.assessments, facts, remove)
    before = _told(row)
    gone = row.files.filter(pk__in=remove, removed_at=None)
    staying = row.files.filter(removed_at=None).exclude(pk__in=remove).count()
    if facts.kind in (EvidenceKind.DOCUMENT, EvidenceKind.FILES):
        _check_content(facts, staying + len(stored))
    else:
        _check_content(facts, row.file_count)
    removed = gone.update(removed_at=timezone.now())
    _apply(row, facts)
    _add_files(row, stored)
    _check_reference_only(row, locked.assessments)
    checked(row)
    row.version += 1
    row.save()
    save_restated(locked.assessments, timezone.localdate())
    record(
        mandate,
        "evidence_edited",
        row,
        before=before,
        after=_told(row) | {"files_removed": removed},
        texts=_texts(row),
    )
    return row


@transaction.atomic
def withdraw_evidence(*, actor: Any, evidence: Evidence, reason: str) -> Evidence:
    """Take evidence out of every score, with a reason; it stays to be seen.

    Raises RuleViolation: "reason_missing", "withdrawn", "evaluation_locked".
    """
    row, locked = _lock_with(evidence)
    mandate = _require_all(actor, locked.assessments, row.ward)
    for one in locked.assessments:
        check_open_for(one)
    reason = nfc(reason)
    if not reason:
        raise RuleViolation(
            _("Say why this evidence is withdrawn."),
            code="reason_missing",
            field="reason",
        )
    if row.withdrawn_at:
        raise RuleViolation(_("This evidence was withdrawn."), code="withdrawn")
    row.withdrawn_at = timezone.now()
    row.withdrawn_reason, row.withdrawn_post = reason, mandate.post
    row.version += 1
    row.save(
        update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_post", "version"]
    )
    save_restated(locked.assessments, timezone.localdate())
    record(
        mandate,
        "evidence_withdrawn",
        row,
        after={"criteria": [one.criterion.number for one in locked.assessments]},
        texts={"title": row.title, "reason": reason},
    )
    return row


@transaction.atomic
def link_evidence(
    *,
    actor: Any,
    assessment: Assessment,
    evidence: Evidence,
    wanted: int | None = None,
) -> EvidenceLink:
    """Let evidence of the same ward count for one more criterion.

    Linking twice changes nothing. Raises RuleViolation: "other_ward", "withdrawn",
    "evaluation_locked", "measure_by_hand", "reference_only".
    """
    row, locked = _lock_with(evidence, [assessment.pk])
    (target,) = [one for one in locked.assessments if one.pk == assessment.pk]
    mandate = _require_all(actor, [target], row.ward)
    check_open_for(target)
    if row.withdrawn_at:
        raise RuleViolation(_("This evidence was withdrawn."), code="withdrawn")
    _check_recorded(row)
    _check_reference_only(row, [target])
    link, is_new = EvidenceLink.objects.get_or_create(
        evidence=row,
        assessment=target,
        defaults={"wanted": _known_wanted(target, wanted)},
    )
    if is_new:
        save_restated([target], timezone.localdate())
        record(
            mandate,
            "evidence_linked",
            target,
            after={"evidence": row.pk},
            texts={"title": row.title},
        )
    return link


@transaction.atomic
def unlink_evidence(*, actor: Any, assessment: Assessment, evidence: Evidence) -> None:
    """Let evidence no longer count for one criterion; the trail keeps that it did.

    The last criterion of a piece of evidence is not unlinked: it is withdrawn, with a
    reason. Raises RuleViolation: "last_link", "evaluation_locked".
    """
    row, locked = _lock_with(evidence, [assessment.pk])
    (target,) = [one for one in locked.assessments if one.pk == assessment.pk]
    mandate = _require_all(actor, [target], row.ward)
    check_open_for(target)
    links = row.links.filter(assessment=target)
    if not links.exists():
        return
    if row.links.count() == 1:
        raise RuleViolation(
            _("This is its only criterion. Withdraw the evidence instead."),
            code="last_link",
        )
    links.delete()
    save_restated([target], timezone.localdate())
    record(
        mandate,
        "evidence_unlinked",
        target,
        before={"evidence": row.pk},
        texts={"title": row.title},
    )
