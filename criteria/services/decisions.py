"""One decision on one criterion: accepted, adjusted, returned, or to be re-checked."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria import scoring
from criteria.models import (
    Assessment,
    CriterionDecision,
    EvaluationState,
    Result,
    Review,
)
from criteria.models.assessments import DECIDED
from criteria.models.choices import PointRule
from criteria.selectors.own_records import own_record_ids
from criteria.selectors.scores import standing_of
from criteria.services.scores import lock_assessments, lock_evaluations, store_rollup
from criteria.services.steps import check_reason, check_step
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import shown
from wardsecurity.permissions import require
from wardsecurity.text import nfc

_CHOICES = (*DECIDED, Review.RETURNED, Review.RECHECK)


class VerificationConflict(RuleViolation):
    """Another verifier decided this criterion meanwhile; nothing was written.

    `current` is the assessment as it stands.
    """

    def __init__(self, current: Assessment) -> None:
        super().__init__(
            _("Another verifier decided this criterion meanwhile. Look, then decide."),
            code="conflict",
        )
        self.current = current


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result with its points, in hundredths."""

    result: str
    points: int


@transaction.atomic
def decide_criterion(
    *,
    actor: Any,
    assessment: Assessment,
    version: int,
    review: str,
    result: str = "",
    points: int | None = None,
    reason: str = "",
    finding: str = "",
    recheck_on: dt.date | None = None,
) -> Assessment:
    """Decide on one criterion while the year is in verification.

    `accepted` takes the ward's own result; `adjusted` another result, or other points
    of a proportional criterion; `returned` asks the ward for more; `recheck` marks it
    for a look on site, and takes what was found there (`result`, `points`, `finding`,
    `recheck_on`) when given. `points` are hundredths. The three results stay apart in
    self_, verified_ and recheck_ columns, and each call adds a CriterionDecision.

    Raises VerificationConflict, and RuleViolation: "evaluation_moved", "own_record",
    "review_unknown", "not_assessed", "reason_missing", "result_missing",
    "result_unknown", "points_out_of_range", "points_follow_result",
    "nothing_adjusted", "finding_missing", "recheck_day_missing",
    "recheck_in_future", "recheck_before_period".
    """
    evaluations = lock_evaluations([assessment.evaluation_id])
    (row,) = lock_assessments([assessment.pk], evaluations)
    mandate = require(actor, "verify", row)
    check_step(row.evaluation, (EvaluationState.VERIFYING,))
    _check_others_record(actor, row)
    if row.version != version:
        raise VerificationConflict(row)
    before = told(row)
    reason, finding = nfc(reason).strip(), nfc(finding).strip()
    outcome: Outcome | None = None
    match review:
        case Review.ACCEPTED:
            outcome = _accepted(row, reason)
        case Review.ADJUSTED:
            outcome = _adjusted(row, result, points, reason)
        case Review.RETURNED:
            check_reason(reason, _("Say what the ward has to add."))
        case Review.RECHECK:
            _found_on_site(row, result, points, finding, recheck_on)
        case _:
            raise RuleViolation(
                _("Choose one of the decisions shown."),
                code="review_unknown",
                field="review",
            )
    row.review, row.review_reason = review, reason
    row.verified_result = outcome.result if outcome else ""
    row.verified_points = outcome.points if outcome else None
    row.version += 1
    row.save()
    CriterionDecision.objects.create(
        assessment=row,
        round=row.evaluation.round,
        review=review,
        result=row.verified_result or (row.recheck_result if result else ""),
        points=outcome.points if outcome else (row.recheck_points if result else None),
        reason=reason or finding,
        decided_by_id=mandate.user_id,
        decided_post=mandate.post,
    )
    store_rollup(row.evaluation, timezone.localdate())
    record(
        mandate,
        "criterion_decided",
        row,
        before=before,
        after=told(row) | {"round": row.evaluation.round},
        texts={
            name: text
            for name, text in (("reason", reason), ("finding", finding))
            if text
        },
    )
    return row


def told(row: Assessment) -> dict[str, Any]:
    """What the trail tells of a decision before and after."""
    return {
        "review": row.review,
        "result": row.verified_result,
        "points": row.verified_points,
        "recheck_result": row.recheck_result,
        "recheck_points": row.recheck_points,
        "recheck_on": row.recheck_on,
    }


def claimed(row: Assessment) -> Outcome:
    """The ward's own result, with the points that count for it."""
    one = standing_of(row)
    campaign = row.evaluation.campaign
    day = scoring.score_day(timezone.localdate(), campaign.period_end, row.scored_on)
    return Outcome(one.result, scoring.counted_points(one, day))


def _check_others_record(actor: Any, row: Assessment) -> None:
    """RULES "Evaluation": nobody verifies what they recorded or assessed."""
    if row.pk in own_record_ids(user=actor, evaluation=row.evaluation):
        raise RuleViolation(
            _(
                "This criterion was assessed, or its evidence recorded or taken away, "
                "from this account. Somebody else has to verify it."
            ),
            code="own_record",
        )


def _accepted(row: Assessment, reason: str) -> Outcome:
    """The ward's own result stands; against what was found on site, only said why."""
    if row.self_result == Result.NOT_ASSESSED:
        raise RuleViolation(
            _("Nothing is claimed here: adjust or return it."), code="not_assessed"
        )
    own = claimed(row)
    found = (row.recheck_result, row.recheck_points)
    if row.recheck_result and found != (own.result, own.points):
        check_reason(reason, _("The re-check found otherwise. Say why it is accepted."))
    return own


def _adjusted(row: Assessment, result: str, points: int | None, reason: str) -> Outcome:
    check_reason(reason, _("Say why the result is adjusted."))
    own = claimed(row)
    if points is None and result == own.result:
        points = own.points
    outcome = _outcome(row, result, points)
    if outcome == own:
        raise RuleViolation(
            _("This is the ward's own result. Accept it, or change result or points."),
            code="nothing_adjusted",
            field="result",
        )
    return outcome


def _found_on_site(
    row: Assessment,
    result: str,
    points: int | None,
    finding: str,
    recheck_on: dt.date | None,
) -> None:
    """Keep what the re-check found; nothing yet when it is only ordered."""
    if not (result or points is not None or finding or recheck_on):
        return
    if not finding:
        raise RuleViolation(
            _("Say what was found on site."), code="finding_missing", field="finding"
        )
    if recheck_on is None:
        raise RuleViolation(
            _("Enter the day of the re-check."),
            code="recheck_day_missing",
            field="recheck_on",
        )
    today = timezone.localdate()
    if recheck_on > today:
        raise RuleViolation(
            _("Enter a day up to today, %(today)s. Now: %(day)s.")
            % {"today": f"{today:%d/%m/%Y}", "day": f"{recheck_on:%d/%m/%Y}"},
            code="recheck_in_future",
            field="recheck_on",
        )
    first = row.evaluation.campaign.period_start
    if recheck_on < first:
        raise RuleViolation(
            _("Enter a day from %(first)s on. Now: %(day)s.")
            % {"first": f"{first:%d/%m/%Y}", "day": f"{recheck_on:%d/%m/%Y}"},
            code="recheck_before_period",
            field="recheck_on",
        )
    outcome = _outcome(row, result, points)
    row.recheck_result, row.recheck_points = outcome.result, outcome.points
    row.recheck_finding, row.recheck_on = finding, recheck_on


def _outcome(row: Assessment, result: str, points: int | None) -> Outcome:
    """A result with its points: what a set allows (RULES "Figures").

    Met gives all points, not met and not applicable none; not met of a proportional
    criterion may give any part. Points alone say the result.
    """
    if points is not None and not 0 <= points <= row.max_points:
        raise RuleViolation(
            _("Enter points from 0 to %(max)s.")
            % {"max": shown(Decimal(row.max_points) / 100)},
            code="points_out_of_range",
            field="points",
        )
    if not result:
        if points is None:
            raise RuleViolation(
                _("Choose a result."), code="result_missing", field="result"
            )
        result = Result.MET if points == row.max_points else Result.NOT_MET
    if result not in (Result.MET, Result.NOT_MET, Result.NOT_APPLICABLE):
        raise RuleViolation(
            _("Choose one of the results shown."), code="result_unknown", field="result"
        )
    follows = row.max_points if result == Result.MET else 0
    partly = row.criterion.rule == PointRule.PROPORTIONAL and result == Result.NOT_MET
    if points is None or points == follows:
        return Outcome(str(result), follows)
    if not partly:
        raise RuleViolation(
            _("The points of this criterion follow from its result: all or nothing."),
            code="points_follow_result",
            field="points",
        )
    return Outcome(str(result), points)
