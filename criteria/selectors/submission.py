"""Getting ready to submit: what blocks, what is only said, and what comes after."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign
from commitments.selectors.facts import ward_facts
from commitments.selectors.statuses import Status
from criteria import scoring
from criteria.measures import SOURCES, takes_measure, words_of
from criteria.models import Assessment, Evaluation, EvaluationState, Evidence
from criteria.models.evidence import EvidenceKind
from criteria.selectors.blocks import Block, blocking
from criteria.selectors.boards import Row, count_drafted, next_step, rows_of
from criteria.selectors.returns import Return, list_returns
from criteria.selectors.scores import (
    ScoreSheet,
    get_score_sheet,
    may_change,
    may_change_assessment,
)
from criteria.selectors.steps import Step, next_line, state_tag, steps_of
from wardsecurity.permissions import may


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One criterion of a check: what is missing, and the link that leads to it."""

    row: Row
    missing: str
    action_url: str
    action_label: str


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of thing that blocks or is worth knowing; `lines` may be empty."""

    code: str
    title: str
    advice: str
    lines: list[CheckLine]


@dataclass(frozen=True, slots=True)
class SubmissionCheck:
    """Whether a year can be handed in, by whom, and what of it."""

    blocks: list[Check]
    warnings: list[Check]
    may_submit: bool  # this person, and nothing blocks
    is_leader: bool
    rows: list[Row]
    returns: list[Return]
    handed_in: int  # criteria that would be handed in

    @property
    def blocked_count(self) -> int:
        """Criteria that block."""
        return sum(len(one.lines) for one in self.blocks)


def submission_check(
    *, user: Any, evaluation: Evaluation, today: dt.date | None = None
) -> SubmissionCheck:
    """What stands between a year and its submission, as the service will judge it.

    About nine queries, whatever the number of criteria.
    """
    today = today or timezone.localdate()
    rows = rows_of(user=user, evaluation=evaluation, today=today)
    by_pk = {row.assessment.pk: row for row in rows}
    mine = [
        row.assessment
        for row in rows
        if may_change_assessment(evaluation, row.assessment)
    ]
    returns = list_returns(evaluation, (row.assessment for row in rows))
    found = blocking(mine, today)
    blocks = [_block(kind, found[kind], by_pk) for kind in found]
    is_leader = may(user, "submit", evaluation)
    return SubmissionCheck(
        blocks=blocks,
        warnings=_warnings(evaluation, mine, by_pk, returns, today) if mine else [],
        may_submit=is_leader and may_change(evaluation) and not blocks,
        is_leader=is_leader,
        rows=rows,
        returns=returns,
        handed_in=len(mine),
    )


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """The page on which a year is handed in, and what became of it."""

    campaign: Campaign
    evaluation: Evaluation
    check: SubmissionCheck
    sheet: ScoreSheet
    state: Status
    steps: list[Step]
    is_open: bool
    is_returned: bool
    missing_count: int | None
    submitted_at: dt.datetime | None
    next_line: str

    @property
    def drafted(self) -> int:
        """Criteria whose text is the project's draft."""
        return count_drafted(self.check.rows)


def get_submission_page(*, user: Any, evaluation: Evaluation) -> SubmissionPage:
    """What the submission page shows; the caller read the evaluation."""
    sheet = get_score_sheet(evaluation)
    threshold = evaluation.criteria_set.min_met
    at = evaluation.submitted_at
    return SubmissionPage(
        campaign=evaluation.campaign,
        evaluation=evaluation,
        check=submission_check(user=user, evaluation=evaluation),
        sheet=sheet,
        state=state_tag(evaluation),
        steps=steps_of(evaluation),
        is_open=may_change(evaluation),
        is_returned=evaluation.state == EvaluationState.RETURNED,
        missing_count=None
        if threshold is None
        else max(0, threshold - sheet.total.met),
        submitted_at=timezone.localtime(at) if at else None,
        next_line=next_line(evaluation),
    )


def _block(kind: Block, found: Sequence[Assessment], by_pk: dict[int, Row]) -> Check:
    rows = [by_pk[one.pk] for one in found]
    match kind:
        case Block.NOT_ASSESSED:
            return Check(
                kind,
                _("Not assessed yet"),
                _("Enter the figure, or choose the result."),
                [_line(row, next_step(row), "#assess", _("Assess")) for row in rows],
            )
        case Block.UNSUPPORTED:
            return Check(
                kind,
                _("Claimed without evidence"),
                _("Record evidence, or change the assessment."),
                [
                    _line(row, next_step(row), "#evidence", _("Record evidence"))
                    for row in rows
                ],
            )
        case Block.UNEXPLAINED:
            return Check(
                kind,
                _("Explanation missing"),
                _("Say why the criterion is not met or does not apply."),
                [
                    _line(row, _unexplained(row), "#assess", _("Explain"))
                    for row in rows
                ],
            )


def _unexplained(row: Row) -> str:
    """The figure, and which paper is asked for where it stands for the words."""
    if row.reference_only:
        return _("Enter the paper's number and date.")
    return row.gap


def _line(row: Row, note: str, anchor: str, label: str) -> CheckLine:
    return CheckLine(row, note, f"{row.url}{anchor}", label)


# --- What does not block ------------------------------------------------------------


def _warnings(
    evaluation: Evaluation,
    mine: list[Assessment],
    by_pk: dict[int, Row],
    returns: list[Return],
    today: dt.date,
) -> list[Check]:
    """What a leader wants to know before handing in; only kinds that have something."""
    look = _("Look")
    own = [by_pk[one.pk] for one in mine]
    failed = [row for row in own if row.mandatory and not row.done]
    overdue = [row for row in own if row.overdue]
    silent = [by_pk[one.assessment.pk] for one in returns if not one.answered]
    moved = _moved_measures(evaluation, mine, today)
    checks = [
        Check(
            "mandatory",
            _("Mandatory criteria not met"),
            _("As long as one of them is not met, the ward is not eligible."),
            [_line(row, row.gap, "", look) for row in failed],
        ),
        Check(
            "unanswered",
            _("Returned, and nothing added since"),
            _("The province asked for more; it will see the same again."),
            [_line(row, "", "", look) for row in silent],
        ),
        Check(
            "measure_moved",
            _("The records show another figure by now"),
            _("The confirmed figure is handed in as it is, or confirm it anew."),
            [_line(by_pk[pk], words, "", look) for pk, words in moved.items()],
        ),
        Check(
            "overdue",
            _("Overdue"),
            _("Recorded late still counts; the delay is shown to the province."),
            [_line(row, row.status.word, "", look) for row in overdue],
        ),
    ]
    checks = [one for one in checks if one.lines]
    if evaluation.criteria_set.min_met is None:
        advice = _("The province decides without a number to reach.")
        checks.append(
            Check("no_threshold", _("The ward has not set a threshold."), advice, [])
        )
    return checks


def _moved_measures(
    evaluation: Evaluation, mine: Iterable[Assessment], today: dt.date
) -> dict[int, str]:
    """What the records say now where another figure was confirmed. Two queries."""
    rows = {row.pk: row for row in mine if takes_measure(row.criterion)}
    standing = Evidence.objects.filter(
        links__assessment__in=rows, kind=EvidenceKind.MEASURE, withdrawn_at=None
    )
    confirmed = {
        pk: (source, value, base)
        for pk, source, value, base in standing.order_by("pk").values_list(
            "links__assessment", "measure_source", "measure_value", "measure_base"
        )
        if pk in rows and rows[pk].criterion.measure_source == source
    }
    if not confirmed:
        return {}
    campaign = evaluation.campaign
    facts = ward_facts(campaign, scoring.score_day(today, campaign.period_end))
    found = {}
    for pk, (source, value, base) in confirmed.items():
        reading = SOURCES[source].read(facts)
        if reading.figure != (value, base):
            found[pk] = words_of(source, *reading.figure)
    return found
