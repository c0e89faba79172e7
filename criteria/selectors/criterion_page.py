"""One criterion, everything its page shows."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Campaign
from commitments.selectors.statuses import Status as StateTag
from criteria import scoring
from criteria.models import (
    Assessment,
    Category,
    CriteriaSet,
    Criterion,
    Evaluation,
    Evidence,
    EvidenceLink,
)
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.models.sets import ProvenanceLevel
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.boards import (
    Row,
    Status,
    count_drafted,
    result_status,
    row_of,
    shown_row,
)
from criteria.selectors.evidence import list_linked
from criteria.selectors.history import HistoryItem, history_of_criterion
from criteria.selectors.measures import (
    Measure,
    WardMeasure,
    measure_for,
    measure_of,
)
from criteria.selectors.returns import Return, list_returns
from criteria.selectors.scores import may_change, may_change_assessment
from criteria.selectors.small_numbers import evidence_figure, hides_small
from criteria.selectors.steps import locked_words, state_tag
from wardsecurity.files.shown import FileView, file_view
from wardsecurity.permissions import may

SOON = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of evidence the criterion asks for, and whether it is there."""

    index: int
    text: str
    count: int
    state: str  # have, missing, expired
    add_url: str


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    """A piece of evidence as a page shows it."""

    evidence: Evidence
    files: list[FileView]
    preview_url: str
    view_url: str
    also: list[int]
    state: str  # live, expiring, expired, withdrawn, other-period
    facts: list[str]
    may_withdraw: bool
    may_edit: bool  # a measure is confirmed anew, never edited by hand
    unlink_url: str
    figure: str  # with its unit


@dataclass(frozen=True, slots=True)
class CriterionPage:
    """One criterion in one evaluation."""

    row: Row
    own: Row  # as the ward says; `row` is the verified one once that is concluded
    verified: Status | None  # beside it, once concluded
    criterion: Criterion
    category: Category
    assessment: Assessment
    campaign: Campaign
    requirement: str
    wanted: list[Wanted]
    wanted_have: int
    wanted_size: int
    evidence: list[EvidenceCard]
    measure: Measure | None
    ward_measure: WardMeasure | None
    previous: Row | None
    next: Row | None
    shown_with: list[Row]
    history: list[HistoryItem]
    provenance_word: str
    criteria_set: CriteriaSet
    drafted: int
    rows: list[Row]
    source: str
    may_record: bool
    may_assess: bool
    locked_reason: str
    returned: Return | None
    state: StateTag
    submission_url: str
    add_url: str
    choose_url: str


def card_of(
    evidence: Evidence,
    campaign: Campaign,
    *,
    today: dt.date,
    may_edit: bool,
    number: int | None = None,
    hides: bool = False,
) -> EvidenceCard:
    """A piece of evidence of list_evidence or get_evidence, ready to be shown.

    With `hides` small numbers of people are not told (selectors/small_numbers.py).
    """
    files = [file_view(one.stored, one.name) for one in evidence.standing_files]
    facts = []
    if evidence.number:
        facts.append(_("No. %(number)s") % {"number": evidence.number})
    facts.append(_("Dated %(day)s") % {"day": f"{evidence.fact_on:%d/%m/%Y}"})
    if evidence.issuer:
        facts.append(evidence.issuer)
    figure = evidence_figure(evidence, hides=hides)
    if figure:
        facts.append(figure)
    if len(files) == 1:
        facts.append(files[0].facts)
    elif files:
        facts.append(
            ngettext("%(count)s file", "%(count)s files", len(files))
            % {"count": len(files)}
        )
    if evidence.document and evidence.document.withdrawn_at:
        facts.append(_("The document was withdrawn"))
    if evidence.expires_on:
        facts.append(
            _("Counts up to %(day)s") % {"day": f"{evidence.expires_on:%d/%m/%Y}"}
        )
    here = [
        link.assessment.criterion.number
        for link in evidence.all_links
        if link.assessment.evaluation.campaign_id == campaign.pk
    ]
    at = [campaign.ward.slug, campaign.year]
    return EvidenceCard(
        evidence=evidence,
        files=files,
        preview_url=next((one.preview_url for one in files if one.preview_url), ""),
        view_url=reverse("criteria:evidence-detail", args=[*at, evidence.pk]),
        also=[one for one in here if one != number],
        state=state_of(evidence, campaign, today),
        facts=facts,
        may_withdraw=may_edit
        and evidence.withdrawn_at is None
        and all(
            may_change_assessment(link.assessment.evaluation, link.assessment)
            for link in evidence.all_links
        ),
        may_edit=may_edit and evidence.withdrawn_at is None and not evidence.is_measure,
        unlink_url=reverse("criteria:evidence-unlink", args=[*at, number, evidence.pk])
        if number and len(evidence.all_links) > 1
        else "",
        figure=figure,
    )


def state_of(evidence: Evidence, campaign: Campaign, today: dt.date) -> str:
    """Whether evidence counts for a campaign today, and for how long."""
    day = scoring.score_day(today, campaign.period_end)
    if evidence.withdrawn_at:
        return "withdrawn"
    proof = scoring.Proof(
        evidence.fact_on,
        evidence.expires_on,
        evidence.period_start,
        evidence.period_end,
        out=evidence.quarantined_at is not None,
    )
    if not scoring.counts_for(proof, campaign.period_start, campaign.period_end):
        return "other-period"
    if evidence.expires_on and evidence.expires_on < day:
        return "expired"
    if evidence.expires_on and evidence.expires_on <= day + SOON:
        return "expiring"
    return "live"


def _wanted(
    page_url: str, criterion: Criterion, cards: list[tuple[EvidenceLink, EvidenceCard]]
) -> list[Wanted]:
    found = []
    for index, text in enumerate(criterion.wanted_evidence):
        shows = [card for link, card in cards if link.wanted == index]
        live = [card for card in shows if card.state in ("live", "expiring")]
        expired = any(card.state == "expired" for card in shows)
        found.append(
            Wanted(
                index=index,
                text=text,
                count=len(live),
                state="have" if live else "expired" if expired else "missing",
                add_url=f"{page_url}?wanted={index}",
            )
        )
    return found


def source_of(criterion: Criterion) -> str:
    """The named source, in words; "" where it only repeats the level beside it."""
    drafted = ProvenanceLevel.DRAFTED
    if criterion.source.strip().lower() == drafted:
        return ""
    return re.sub(rf"\b{drafted}\b", str(drafted.label), criterion.source)


def get_criterion_page(
    *,
    user: Any,
    evaluation: Evaluation,
    assessment: Assessment,
    rows: Sequence[Assessment] | None = None,
    today: dt.date | None = None,
) -> CriterionPage:
    """All that the page of a criterion shows; about ten queries, whatever the ward.

    `rows` are the evaluation's assessments, where the caller has read them.
    """
    today = today or timezone.localdate()
    campaign, criterion = evaluation.campaign, assessment.criterion
    changes = may_change_assessment(evaluation, assessment)
    may_record = may(user, "record_evidence", assessment)
    may_assess = may(user, "assess", assessment)
    if rows is None:
        rows = list_assessments_here(user=user, evaluation=evaluation)
    lines = {
        row.criterion.number: shown_row(
            row, today=today, changes=may_change(evaluation)
        )
        for row in rows
    }
    links = list_linked(user=user, assessment=assessment)
    hides = hides_small(user, assessment)
    cards = [
        (
            link,
            card_of(
                link.evidence,
                campaign,
                today=today,
                may_edit=may_record and changes,
                number=criterion.number,
                hides=hides,
            ),
        )
        for link in links
    ]
    at = [campaign.ward.slug, campaign.year, criterion.number]
    add_url = reverse("criteria:evidence-create", args=at)
    wanted = _wanted(add_url, criterion, cards)
    return CriterionPage(
        row=lines[criterion.number],
        own=row_of(assessment, today=today, changes=may_change(evaluation)),
        verified=result_status(assessment.verified_result)
        if evaluation.state in CONCLUDED_STATES and assessment.verified_result
        else None,
        criterion=criterion,
        category=criterion.category,
        assessment=assessment,
        campaign=campaign,
        requirement=criterion.requirement,
        wanted=wanted,
        wanted_have=sum(one.state == "have" for one in wanted),
        wanted_size=len(wanted),
        evidence=[card for _link, card in cards],
        measure=None
        if assessment.figure_hidden
        else measure_of(criterion, assessment.value, assessment.base),
        ward_measure=measure_for(
            assessment=assessment,
            evidence=[link.evidence for link in links],
            today=today,
            may_confirm=may_record and may_assess and changes,
        ),
        previous=lines.get(criterion.number - 1),
        next=lines.get(criterion.number + 1),
        shown_with=[
            lines[number]
            for number in _beside(criterion, lines)
            if number != criterion.number
        ],
        history=history_of_criterion(
            user=user,
            assessment=assessment,
            evidence_ids=[link.evidence_id for link in links],
            hides=hides,
        ),
        provenance_word=criterion.get_provenance_display(),
        criteria_set=evaluation.criteria_set,
        drafted=count_drafted(lines.values()),
        rows=list(lines.values()),
        source=source_of(criterion),
        may_record=may_record and changes,
        may_assess=may_assess and changes,
        locked_reason="" if changes else locked_words(evaluation),
        state=state_tag(evaluation),
        submission_url=reverse("criteria:submission", args=at[:2]),
        returned=next(iter(list_returns(evaluation, [assessment])), None),
        add_url=add_url,
        choose_url=reverse("criteria:evidence-choose", args=at),
    )


def _beside(criterion: Criterion, rows: dict[int, Row]) -> list[int]:
    """Criteria shown with this one, named by either of the two, in order."""
    named = set(criterion.shown_with) | {
        number
        for number, row in rows.items()
        if criterion.number in row.criterion.shown_with
    }
    return sorted(named & set(rows))
