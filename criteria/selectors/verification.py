"""What the province sees of an evaluation: each criterion's claim and its decision."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign
from commitments.selectors.statuses import Status as StateTag
from criteria import scoring
from criteria.models import (
    Assessment,
    Category,
    Evaluation,
    EvaluationState,
    Result,
    Review,
)
from criteria.models.assessments import DECIDED
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.boards import Row, Status, result_status, row_of
from criteria.selectors.scores import may_change
from criteria.selectors.steps import state_tag
from wardsecurity.permissions import may

LOOKED_AT = (*DECIDED, Review.RETURNED, Review.RECHECK)


def review_status(review: str) -> Status:
    """The province's look at one criterion; its code names the cell."""
    match review:
        case Review.ACCEPTED:
            return Status("met", _("Accepted"), "check-badge", "bamboo")
        case Review.ADJUSTED:
            return Status("adjusted", _("Adjusted"), "adjustments-horizontal", "ink")
        case Review.RETURNED:
            return Status(
                "overdue", _("Returned"), "arrow-uturn-left", "seal", box=True
            )
        case Review.RECHECK:
            return Status("in-progress", _("Re-check on site"), "map-pin", "ink")
    return Status("not-started", _("Not looked at"), "minus-circle", "muted")


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion in verification: its claim, the decision on it, and both points."""

    row: Row  # as the ward says; its address is the province's page of the criterion
    self_points: int  # hundredths that count of the ward's claim
    decision: Status
    verified: Status | None
    rechecked: Status | None

    @property
    def assessment(self) -> Assessment:
        """The row of the database behind it."""
        return self.row.assessment

    @property
    def self_result(self) -> Status:
        """What counts of the ward's claim: "met" without evidence does not."""
        if self.row.met:
            return result_status(Result.MET)
        if self.row.result == Result.MET:
            return result_status(Result.NOT_MET)
        return result_status(self.row.result)

    @property
    def differs(self) -> bool:
        """Whether the province came to another result or other points."""
        one = self.assessment
        return one.verified_result != "" and (
            one.verified_result != self.self_result.code
            or (one.verified_points or 0) != self.self_points
        )

    @property
    def cell(self) -> Row:
        """The row as the rail of cells shows it: by its decision."""
        return replace(self.row, status=self.decision, cell=self.decision.code)


@dataclass(frozen=True, slots=True)
class Group:
    """A category and its lines."""

    category: Category
    lines: list[Line]

    @property
    def cells(self) -> list[Row]:
        """The lines for the rail."""
        return [line.cell for line in self.lines]


@dataclass(frozen=True, slots=True)
class Count:
    """How many criteria stand at one decision."""

    code: str
    cell: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Verification:
    """An evaluation before the province: its lines, and what may be done."""

    evaluation: Evaluation
    campaign: Campaign
    status: StateTag
    lines: list[Line]
    groups: list[Group]
    may_verify: bool
    may_reopen: bool

    @property
    def size(self) -> int:
        """How many criteria there are."""
        return len(self.lines)

    def with_review(self, *reviews: str) -> list[Line]:
        """Lines that stand at one of some decisions."""
        return [line for line in self.lines if line.assessment.review in reviews]

    @property
    def looked(self) -> int:
        """How many were looked at."""
        return len(self.with_review(*LOOKED_AT))

    @property
    def rest(self) -> int:
        """How many are still to be looked at."""
        return self.size - self.looked

    @property
    def returned(self) -> list[Line]:
        """Those to be sent back, or sent back."""
        return self.with_review(Review.RETURNED)

    @property
    def pending(self) -> list[Line]:
        """Those that keep the evaluation from being concluded."""
        return [line for line in self.lines if line.assessment.review not in DECIDED]

    @property
    def counts(self) -> list[Count]:
        """Counts by decision, for the rail's legend; none of what did not occur."""
        words = [
            (Review.ACCEPTED, _("accepted")),
            (Review.ADJUSTED, _("adjusted")),
            (Review.RETURNED, _("sent back")),
            (Review.RECHECK, _("to re-check")),
        ]
        found = [
            Count(code, review_status(code).code, word, len(self.with_review(code)))
            for code, word in words
        ]
        words_left = _("not looked at")
        found.append(Count(Review.PENDING, "not-started", words_left, self.rest))
        return [one for one in found if one.count]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has begun yet."""
        return self.evaluation.state == EvaluationState.SUBMITTED

    @property
    def is_verifying(self) -> bool:
        """Whether decisions are taken now."""
        return self.evaluation.state == EvaluationState.VERIFYING

    @property
    def is_concluded(self) -> bool:
        """Whether the verified result stands."""
        return self.evaluation.state in CONCLUDED_STATES

    def line(self, number: int) -> Line | None:
        """The line of a criterion's number."""
        return next((one for one in self.lines if one.row.number == number), None)

    def shown_groups(self, show: str) -> list[Group]:
        """Groups with the lines at one decision; all for a word that is none."""
        if show not in Review.values:
            return self.groups
        reviews = (Review.PENDING, Review.NONE) if show == Review.PENDING else (show,)
        picked = [
            Group(
                group.category,
                [line for line in group.lines if line.assessment.review in reviews],
            )
            for group in self.groups
        ]
        return [group for group in picked if group.lines]

    def following(self, number: int = 0) -> Line | None:
        """The next one not looked at after a number, else the first; None: all were."""
        rest = [
            line
            for line in self.lines
            if line.assessment.review not in LOOKED_AT and line.row.number != number
        ]
        after = [line for line in rest if line.row.number > number]
        return next(iter(after or rest), None)


def work_url(campaign: Campaign, number: int) -> str:
    """The province's page of one criterion."""
    at = [campaign.ward.slug, campaign.year, number]
    return reverse("criteria:verification-work", args=at)


def line_of(row: Assessment, *, today: dt.date, changes: bool) -> Line:
    """A criterion with its decision."""
    campaign = row.evaluation.campaign
    own = row_of(row, today=today, changes=changes)
    day = scoring.score_day(today, campaign.period_end, row.scored_on)
    return Line(
        row=replace(own, url=work_url(campaign, row.criterion.number)),
        self_points=scoring.counted_points(own.standing, day),
        decision=review_status(row.review),
        verified=result_status(row.verified_result) if row.verified_result else None,
        rechecked=result_status(row.recheck_result) if row.recheck_result else None,
    )


def line_of_assessment(row: Assessment, *, today: dt.date | None = None) -> Line:
    """A criterion with its decision, for a form."""
    today = today or timezone.localdate()
    return line_of(row, today=today, changes=may_change(row.evaluation))


def get_verification(
    *,
    user: Any,
    evaluation: Evaluation,
    rows: Sequence[Assessment] | None = None,
    today: dt.date | None = None,
) -> Verification:
    """An evaluation of get_evaluation as the province works on it.

    One query for the rows where the caller has not read them.
    """
    today = today or timezone.localdate()
    if rows is None:
        rows = list_assessments_here(user=user, evaluation=evaluation)
    changes = may_change(evaluation)
    lines = [line_of(row, today=today, changes=changes) for row in rows]
    return Verification(
        evaluation=evaluation,
        campaign=evaluation.campaign,
        status=state_tag(evaluation),
        lines=lines,
        groups=_by_category(lines),
        may_verify=may(user, "verify", evaluation),
        may_reopen=may(user, "reopen", evaluation),
    )


def _by_category(lines: Iterable[Line]) -> list[Group]:
    groups: dict[int, Group] = {}
    for line in lines:
        category = line.row.criterion.category
        groups.setdefault(category.pk, Group(category, [])).lines.append(line)
    return sorted(groups.values(), key=lambda group: group.category.order)
