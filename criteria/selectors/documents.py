"""Documents beside criteria: what one is meant for, and what it is evidence of."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from commitments.models import Campaign, DocumentFile, OfficialDocument
from criteria.models import (
    Assessment,
    DocumentCriterion,
    Evaluation,
    EvaluationState,
    Evidence,
    EvidenceLink,
)
from criteria.selectors.evaluations import evaluation_of
from criteria.selectors.scores import may_change
from wardsecurity.files.models import StoredFile
from wardsecurity.permissions import may
from wardsecurity.wards.models import ParticipatingUnit
from wardsecurity.wards.selectors import serving_unit

_TITLE_LENGTH = 300  # of evidence; a subject may be longer


@dataclass(frozen=True, slots=True)
class Said:
    """What evidence takes from a document, word for word."""

    title: str
    number: str
    fact_on: dt.date | None
    issuer: str


def said_by(document: OfficialDocument) -> Said:
    """The words of a document as its evidence carries them."""
    title = document.subject_vi
    if len(title) > _TITLE_LENGTH:
        title = f"{title[: _TITLE_LENGTH - 1]}…"
    return Said(title, document.display, document.issued_on, document.issuer.name)


def files_of_document(document: OfficialDocument) -> list[StoredFile]:
    """Files that stand on a document, in order; one query."""
    rows = DocumentFile.objects.filter(document=document, removed_at=None)
    return [row.stored for row in rows.select_related("stored")]


def why_no_evidence(document: OfficialDocument) -> str:
    """What keeps a document from becoming evidence, in words; "" when nothing does."""
    if document.withdrawn_at:
        return _("This document was withdrawn.")
    if document.is_draft:
        return _("It has no number yet: a draft is no evidence.")
    return ""


# --- What a document is meant for -------------------------------------------------


def criteria_of_document(
    *, user: Any, document: OfficialDocument
) -> list[DocumentCriterion]:
    """Criteria of its campaign that a document is meant for, by number; one query."""
    rows = DocumentCriterion.objects.for_user(user).filter(document=document)
    return list(rows.select_related("assessment__criterion"))


def suggested_for(*, user: Any, assessment: Assessment) -> list[OfficialDocument]:
    """Standing documents meant for a criterion that are not its evidence yet.

    One query, and none where the list that `assessment` is from saw none at all.
    """
    if vars(assessment).get("has_documents") is False:
        return []
    recorded = EvidenceLink.objects.filter(
        assessment=assessment,
        evidence__document=OuterRef("pk"),
        evidence__withdrawn_at=None,
    )
    rows = OfficialDocument.objects.for_user(user).filter(
        ~Exists(recorded),
        document_criteria__assessment=assessment,
        withdrawn_at=None,
    )
    return list(rows.select_related("issuer_unit", "issuer_body"))


# --- What a document is evidence of -----------------------------------------------


def links_of_document(*, user: Any, document: OfficialDocument) -> list[EvidenceLink]:
    """Criteria a document is live evidence for, this year's and others'; one query."""
    evidence = Evidence.objects.for_user(user).filter(
        document=document, withdrawn_at=None
    )
    return list(
        EvidenceLink.objects.filter(evidence__in=evidence)
        .select_related(
            "evidence", "assessment__criterion", "assessment__evaluation__campaign"
        )
        .order_by("-assessment__evaluation__campaign__year", "assessment__criterion")
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria of one year that a document can become evidence for."""

    campaign: Campaign
    is_here: bool
    rows: list[Assessment]


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may choose, and what was chosen before."""

    groups: list[Group]
    suggested: set[int]  # assessments
    linked: list[EvidenceLink]
    has_files: bool

    @property
    def takes_reference_only(self) -> list[int]:
        """Numbers of this year's criteria that take number and date only."""
        return [
            row.criterion.number
            for group in self.groups
            if group.is_here
            for row in group.rows
            if row.criterion.is_reference_only
        ]


def may_record_somewhere(*, user: Any, evaluation: Evaluation) -> bool:
    """Whether a person records evidence for any criterion of a year."""
    if may(user, "record_evidence", evaluation):
        return True
    return bool(_own_of(user, evaluation.campaign, _open_rows(evaluation.campaign)))


def _open_rows(campaign: Campaign) -> list[Assessment]:
    """Criteria of the ward's years still written in, this year's first; two queries."""
    rows = (
        Assessment.objects.filter(
            evaluation__campaign__ward=campaign.ward_id,
            evaluation__campaign__closed_at=None,
            evaluation__state=EvaluationState.OPEN,
        )
        .select_related("criterion__category", "evaluation__campaign__ward")
        .prefetch_related("supporting_units")
        .order_by("-evaluation__campaign__year", "criterion__number")
    )
    return sorted(rows, key=lambda row: row.evaluation.campaign_id != campaign.pk)


def _own_of(user: Any, campaign: Campaign, rows: list[Assessment]) -> list[Assessment]:
    """Those a contributor's unit leads, supports or gives its part for; two queries."""
    own = serving_unit(user=user, ward=campaign.ward)
    units = ParticipatingUnit.objects.filter(pk__in=own)
    kinds = set(units.values_list("kind", flat=True))
    return [
        row
        for row in rows
        if row.lead_unit_id in own
        or own & {unit.pk for unit in row.supporting_units.all()}
        or kinds & set(row.criterion.figures_by)
    ]


def get_options(
    *, user: Any, evaluation: Evaluation, document: OfficialDocument
) -> Options:
    """Criteria a person may make a document evidence for, by year; seven queries.

    Only of the ward's open years; what it is evidence for already is left out.
    """
    campaign = evaluation.campaign
    rows = _open_rows(campaign)
    if not may(user, "record_evidence", evaluation):
        rows = _own_of(user, campaign, rows)
    linked = links_of_document(user=user, document=document)
    taken = {link.assessment_id for link in linked}
    groups: dict[int, Group] = {}
    for row in rows:
        year = row.evaluation.campaign
        group = groups.setdefault(year.pk, Group(year, year.pk == campaign.pk, []))
        if row.pk not in taken:
            group.rows.append(row)
    meant = criteria_of_document(user=user, document=document)
    return Options(
        groups=[group for group in groups.values() if group.rows],
        suggested={one.assessment_id for one in meant} - taken,
        linked=linked,
        has_files=bool(document.standing_files),
    )


# --- Evidence made from a document ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """What evidence says and what its document says now."""

    label: str
    evidence: str
    document: str


def takes_files(evidence: Evidence) -> bool:
    """Whether files may hang on evidence: a reference-only criterion forbids them."""
    links = evidence.links.select_related("assessment__criterion")
    return not any(link.assessment.criterion.is_reference_only for link in links)


def differences_of(evidence: Evidence, document: OfficialDocument) -> list[Difference]:
    """Where evidence and the document it was made from differ by now; three queries."""
    said = said_by(document)
    pairs = [
        (_("Title"), evidence.title, said.title),
        (_("Number and symbol"), evidence.number, said.number),
        (_("Date of the fact"), _day(evidence.fact_on), _day(said.fact_on)),
        (_("Issued by"), evidence.issuer, said.issuer),
    ]
    found = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
    hung = set(evidence.files.values_list("stored_id", flat=True))
    new = [one for one in files_of_document(document) if one.pk not in hung]
    if new and takes_files(evidence):
        found.append(Difference(_("Files"), "", ", ".join(one.name for one in new)))
    return found


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def document_of_evidence(*, user: Any, evidence: Evidence) -> OfficialDocument | None:
    """The document evidence was made from, if the user may read it; one query."""
    if evidence.document_id is None:
        return None
    rows = OfficialDocument.objects.for_user(user).select_related(
        "issuer_unit", "issuer_body", "campaign__ward"
    )
    return rows.filter(pk=evidence.document_id).first()


# --- What the panels ask ----------------------------------------------------------


def may_make_evidence(*, user: Any, campaign: Campaign) -> bool:
    """Whether the page that makes a document evidence lets the person in."""
    evaluation = evaluation_of(user=user, campaign=campaign)
    if evaluation is None or not may_change(evaluation):
        return False
    return may_record_somewhere(user=user, evaluation=evaluation)
