"""Choosing criteria for a document, and making it evidence for many in one step."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import OfficialDocument
from commitments.services.campaigns import check_writable, lock_campaign
from criteria.models import (
    Assessment,
    DocumentCriterion,
    Evidence,
    EvidenceKind,
    EvidenceLink,
)
from criteria.selectors.documents import (
    files_of_document,
    said_by,
    takes_files,
    why_no_evidence,
)
from criteria.services.evidence import (
    Facts,
    edit_evidence,
    link_evidence,
    record_evidence,
)
from criteria.services.scores import lock_assessments, lock_evaluations
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.files.models import StoredFile
from wardsecurity.permissions import require


def _lock_document(document: OfficialDocument) -> OfficialDocument:
    """A document held still: its campaign is locked, which each of its writers waits
    for.
    """
    campaign = lock_campaign(document.campaign)
    rows = OfficialDocument.objects.select_for_update(of=("self",))
    row = rows.select_related("issuer_unit", "issuer_body").get(pk=document.pk)
    row.campaign = campaign
    return row


@transaction.atomic
def suggest_criteria(
    *, actor: Any, document: OfficialDocument, assessments: Sequence[Assessment]
) -> None:
    """Say for which criteria of its year a document is meant; no score changes by it.

    Choosing the same again writes nothing. Raises RuleViolation: "campaign_closed",
    "withdrawn", "other_campaign".
    """
    row = _lock_document(document)
    mandate = require(actor, "keep_records", row)
    check_writable(row.campaign)
    if row.withdrawn_at:
        raise RuleViolation(_("This document was withdrawn."), code="withdrawn")
    wanted = {one.pk for one in assessments}
    here = Assessment.objects.filter(
        pk__in=wanted, evaluation__campaign=row.campaign_id
    )
    numbers = dict(here.values_list("pk", "criterion__number"))
    if set(numbers) != wanted:
        raise RuleViolation(
            _("Choose criteria of this year."), code="other_campaign", field="criteria"
        )
    links = DocumentCriterion.objects.filter(document=row)
    before = dict(links.values_list("assessment_id", "assessment__criterion__number"))
    if set(before) == wanted:
        return
    links.exclude(assessment__in=wanted).delete()
    DocumentCriterion.objects.bulk_create(
        DocumentCriterion(document=row, assessment_id=pk)
        for pk in sorted(wanted - set(before))
    )
    record(
        mandate,
        "document_suggested",
        row,
        before={"criteria": sorted(before.values())},
        after={"criteria": sorted(numbers.values())},
    )


def _check_usable(document: OfficialDocument) -> None:
    """RuleViolation "withdrawn" or "no_number": such a document is no evidence."""
    if refused := why_no_evidence(document):
        code = "withdrawn" if document.withdrawn_at else "no_number"
        raise RuleViolation(refused, code=code)


def _facts(document: OfficialDocument, evidence: Evidence | None = None) -> Facts:
    """The document's words as evidence; a period or expiry given by hand stays."""
    said = said_by(document)
    assert said.fact_on is not None  # noqa: S101 - a numbered document is dated
    return Facts(
        kind=EvidenceKind.DOCUMENT,
        title=said.title,
        fact_on=said.fact_on,
        number=said.number,
        issuer=said.issuer,
        period_start=evidence.period_start if evidence else None,
        period_end=evidence.period_end if evidence else None,
        expires_on=evidence.expires_on if evidence else None,
    )


def _lock_all(assessment_ids: Iterable[int]) -> list[Assessment]:
    """Lock assessments below their evaluations, all at once, in the lock order."""
    rows = Assessment.objects.filter(pk__in=set(assessment_ids))
    evaluations = lock_evaluations(rows.values_list("evaluation_id", flat=True))
    return lock_assessments(rows.values_list("pk", flat=True), evaluations)


@transaction.atomic
def make_evidence(
    *, actor: Any, document: OfficialDocument, assessments: Sequence[Assessment]
) -> list[Evidence]:
    """Make a document evidence for criteria of its ward, in any of its open years.

    One piece of evidence with the document's number, subject, date, issuer and files;
    a second time adds links to it. Criteria that take number and date only never share
    evidence with files: for them a second piece without files is kept. Returns the
    evidence now linked.

    Raises RuleViolation: "withdrawn", "no_number", "criteria_missing", "other_ward",
    "evaluation_locked", "fact_too_old".
    """
    row = _lock_document(document)
    live = list(Evidence.objects.filter(document=row, withdrawn_at=None).order_by("pk"))
    linked = EvidenceLink.objects.filter(evidence__in=live)
    chosen = {one.pk for one in assessments}
    locked = _lock_all(chosen | set(linked.values_list("assessment_id", flat=True)))
    targets = [one for one in locked if one.pk in chosen]
    for target in targets:
        require(actor, "record_evidence", target)
    _check_usable(row)
    if not targets:
        raise RuleViolation(
            _("Choose at least one criterion."),
            code="criteria_missing",
            field="criteria",
        )
    stored = files_of_document(row)
    plain = [one for one in targets if not one.criterion.is_reference_only]
    bare_only = [one for one in targets if one.criterion.is_reference_only]
    made = []
    if plain:
        with_files = next((one for one in live if one.file_count), None)
        made.append(
            _put(actor, row, with_files or next(iter(live), None), plain, stored)
        )
    if bare_only:
        bare = next((one for one in (*live, *made) if not one.file_count), None)
        made.append(_put(actor, row, bare, bare_only, []))
    return made


def _put(
    actor: Any,
    document: OfficialDocument,
    evidence: Evidence | None,
    targets: list[Assessment],
    stored: list[StoredFile],
) -> Evidence:
    """Link evidence that is there already, or record it now with these files."""
    if evidence is None:
        return record_evidence(
            actor=actor,
            ward=document.campaign.ward,
            assessments=targets,
            facts=_facts(document),
            stored=stored,
            document=document,
        )
    for target in targets:
        link_evidence(actor=actor, assessment=target, evidence=evidence)
    return evidence


@transaction.atomic
def take_over_document(*, actor: Any, evidence: Evidence, version: int) -> Evidence:
    """Let evidence say what its document says by now, new files included.

    Raises EvidenceConflict, and RuleViolation: "no_document", "withdrawn", "no_number".
    """
    if evidence.document is None:
        raise RuleViolation(
            _("This evidence was not made from a document."), code="no_document"
        )
    row = _lock_document(evidence.document)
    evidence.refresh_from_db()
    files = files_of_document(row) if takes_files(evidence) else []
    _check_usable(row)
    return edit_evidence(
        actor=actor,
        evidence=evidence,
        version=version,
        facts=_facts(row, evidence),
        stored=files,
    )
