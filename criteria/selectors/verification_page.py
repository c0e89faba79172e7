"""The province's page of one criterion: claim, cross-checks, papers, decisions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import Assessment, CriterionDecision, Evaluation, Result
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.models.sets import Baseline, in_language
from criteria.selectors.boards import Row, Status, gap_of, result_status
from criteria.selectors.criterion_page import (
    CriterionPage,
    EvidenceCard,
    get_criterion_page,
)
from criteria.selectors.measures import WardMeasure
from criteria.selectors.own_records import own_record_ids
from criteria.selectors.small_numbers import hide_small
from criteria.selectors.snapshots import changed_since_submission
from criteria.selectors.verification import (
    Line,
    Verification,
    get_verification,
    review_status,
)
from wardsecurity.numbers import shown, shown_points


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the claim: what it is and what it says."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Check:
    """One cross-check; a difference is bold and leads to where it is seen."""

    holds: bool
    words: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of the past, in words."""

    status: Status
    result: Status | None
    points: int | None
    reason: str
    who: str
    when: dt.datetime
    round: int


@dataclass(frozen=True, slots=True)
class WorkPage:
    """All that the province's page of a criterion shows."""

    verification: Verification
    line: Line
    page: CriterionPage
    facts: list[Fact]
    checks: list[Check]
    papers: list[EvidenceCard]
    beside: list[Line]
    decisions: list[Decided]
    previous: Line | None
    next: Line | None
    following: Line | None
    is_own: bool

    @property
    def may_decide(self) -> bool:
        """Whether the decision bar is there."""
        return self.verification.is_verifying and not self.is_own


def get_work_page(
    *,
    user: Any,
    evaluation: Evaluation,
    assessment: Assessment,
    rows: Sequence[Assessment],
    today: dt.date | None = None,
) -> WorkPage:
    """The page of a criterion for who verifies it; `rows` are all of the evaluation.

    About fourteen queries, whatever hangs on it.
    """
    today = today or timezone.localdate()
    verification = get_verification(
        user=user, evaluation=evaluation, rows=rows, today=today
    )
    page = get_criterion_page(
        user=user, evaluation=evaluation, assessment=assessment, rows=rows, today=today
    )
    number = page.row.number
    line = verification.line(number)
    assert line is not None  # noqa: S101 - the assessment is one of the rows
    beside = [verification.line(row.number) for row in page.shown_with]
    return WorkPage(
        verification=verification,
        line=line,
        page=page,
        facts=_facts(line, _year_before(user, assessment)),
        checks=[*_as_submitted(page, rows), *_checks(page)],
        papers=[card for card in page.evidence if card.state != "withdrawn"],
        beside=[one for one in beside if one is not None],
        decisions=list_decisions(user=user, assessment=assessment),
        previous=verification.line(number - 1),
        next=verification.line(number + 1),
        following=verification.following(number),
        is_own=assessment.pk in own_record_ids(user=user, evaluation=evaluation),
    )


def list_decisions(*, user: Any, assessment: Assessment) -> list[Decided]:
    """What was decided on a criterion so far, newest first. One query."""
    rows = CriterionDecision.objects.for_user(user).filter(assessment=assessment)
    return [
        Decided(
            status=review_status(row.review),
            result=result_status(row.result) if row.result else None,
            points=row.points,
            reason=row.reason,
            who=row.decided_post or _("Automatic"),
            when=timezone.localtime(row.decided_at),
            round=row.round,
        )
        for row in rows.order_by("-pk")
    ]


# --- The claim --------------------------------------------------------------------


def _year_before(user: Any, assessment: Assessment) -> Assessment | None:
    """The same criterion in the ward's year before. One query."""
    campaign = assessment.evaluation.campaign
    found = (
        Assessment.objects.for_user(user)
        .filter(
            evaluation__campaign__ward=campaign.ward_id,
            evaluation__campaign__year=campaign.year - 1,
            criterion__key=assessment.criterion.key,
        )
        .select_related("criterion", "evaluation__campaign")
        .first()
    )
    hide_small(user, [found] if found else [])
    return found


def _facts(line: Line, before: Assessment | None) -> list[Fact]:
    """Figures, share and points of the claim, and the year before it."""
    row, criterion = line.assessment, line.row.criterion
    facts = []
    unit = in_language(criterion, "value_unit")
    label = in_language(criterion, "value_label") or _("Figure")
    if criterion.is_measured and row.figure_hidden:
        facts.append(Fact(label, gap_of(row)))
    elif criterion.is_measured and row.value is not None:
        facts.append(Fact(label, f"{shown(row.value)} {unit}".strip()))
        if criterion.has_base and row.base is not None:
            facts.append(
                Fact(_base_label(line.row), f"{shown(row.base)} {unit}".strip())
            )
        facts.append(Fact(_("Result and what is needed"), gap_of(row)))
    facts.append(
        Fact(
            _("Self-assessed points"),
            _("%(points)s of %(most)s")
            % {
                "points": shown_points(line.self_points),
                "most": shown_points(row.max_points),
            },
        )
    )
    if before is not None:
        year = before.evaluation.campaign.year
        facts.append(Fact(_("Year %(year)s") % {"year": year}, _words_of(before)))
    return facts


def _base_label(row: Row) -> str:
    label = in_language(row.criterion, "base_label")
    if not label and row.criterion.baseline == Baseline.PREVIOUS_PERIOD:
        return _("The period before")
    return label or _("Total")


def _words_of(before: Assessment) -> str:
    """Figure and result of another year: the verified one once it was concluded."""
    concluded = before.evaluation.state in CONCLUDED_STATES
    result = (concluded and before.verified_result) or before.self_result
    word = result_status(result).word
    if not before.criterion.is_measured or before.value is None:
        return word
    return f"{gap_of(before)}. {word}"


# --- Cross-checks -----------------------------------------------------------------


def _checks(page: CriterionPage) -> list[Check]:
    """What can be compared without reading the papers, differences first to the eye."""
    live = [card for card in page.evidence if card.state in ("live", "expiring")]
    checks = [*_wanted(page), *_dates(page, live), *_expired(page)]
    if page.ward_measure is not None:
        checks.append(_measured(page, page.ward_measure))
    if page.row.met or live:
        checks.append(_late(page))
    return checks


def _as_submitted(page: CriterionPage, rows: Sequence[Assessment]) -> list[Check]:
    """Whether claim and papers are still what the ward submitted."""
    changed = changed_since_submission(page.assessment.evaluation, rows=rows)
    if changed is None:
        return []
    own = [one for one in changed if one.number == page.row.number]
    if not own:
        return [Check(True, _("Claim and papers are as they were submitted"))]
    return [
        Check(
            False,
            _("Changed since it was submitted: %(where)s, %(was)s → %(now)s")
            % {"where": one.where, "was": one.was, "now": one.now},
        )
        for one in own
    ]


def _wanted(page: CriterionPage) -> list[Check]:
    missing = [one.text for one in page.wanted if one.state != "have"]
    if not page.wanted:
        return []
    if not missing:
        return [Check(True, _("All kinds of evidence wanted are there"))]
    return [Check(False, _("Missing: %(kind)s") % {"kind": one}) for one in missing]


def _dates(page: CriterionPage, live: Sequence[EvidenceCard]) -> list[Check]:
    start, end = page.campaign.period_start, page.campaign.period_end
    outside = [card for card in live if not start <= card.evidence.fact_on <= end]
    if not live:
        return [Check(False, _("No evidence that counts"))]
    if not outside:
        return [Check(True, _("Dates of the evidence lie in the period"))]
    return [
        Check(
            False,
            _("Dated %(day)s, outside the period: %(title)s")
            % {
                "day": f"{card.evidence.fact_on:%d/%m/%Y}",
                "title": card.evidence.title,
            },
            card.view_url,
            _("Open"),
        )
        for card in outside
    ]


def _expired(page: CriterionPage) -> list[Check]:
    return [
        Check(
            False,
            _("No longer counts: %(title)s") % {"title": card.evidence.title},
            card.view_url,
            _("Open"),
        )
        for card in page.evidence
        if card.state in ("expired", "other-period")
    ]


def _measured(page: CriterionPage, measure: WardMeasure) -> Check:
    """The claim beside what the ward's own records say."""
    words = {"records": measure.words, "typed": measure.typed}
    if measure.confirmed is not None:
        words["confirmed"] = measure.confirmed.words
    if measure.typed:
        said = _("The ward states %(typed)s, its records say: %(records)s") % words
    elif measure.differs:
        said = _("Confirmed: %(confirmed)s; the records now say: %(records)s") % words
    elif measure.confirmed is not None or _claims_what_is_recorded(page, measure):
        return Check(True, _("Agrees with the ward's records: %(records)s") % words)
    else:
        said = _("The ward's records say otherwise: %(records)s") % words
    return Check(False, said, measure.records_url, _("See the records"))


def _claims_what_is_recorded(page: CriterionPage, measure: WardMeasure) -> bool:
    """Whether a claim nobody confirmed by the records agrees with them all the same."""
    row = page.assessment
    if not page.criterion.is_measured:
        return measure.holds == (row.self_result == Result.MET)
    base = measure.base if page.criterion.has_base else None
    return (row.value, row.base) == (measure.value, base)


def _late(page: CriterionPage) -> Check:
    days = page.assessment.days_late
    due = f"{page.row.due_on:%d/%m/%Y}"
    if not days:
        return Check(True, _("Done in time, due %(due)s") % {"due": due})
    return Check(
        False,
        _("Done %(days)s days after the due date %(due)s") % {"days": days, "due": due},
    )
