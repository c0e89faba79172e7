"""The ward's leader submits: what blocks is refused, the ward's side is locked."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.services.campaigns import check_writable
from criteria import scoring
from criteria.models import (
    Assessment,
    Evaluation,
    EvaluationState,
    Review,
    SnapshotKind,
)
from criteria.selectors.blocks import blocking
from criteria.selectors.scores import may_change_assessment
from criteria.services.notices import notify_submitted
from criteria.services.scores import save_restated, store_rollup
from criteria.services.snapshots import take_snapshot
from criteria.services.steps import check_step, lock_year
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require

# What handing in writes on a criterion: the day its result freezes, and a clean look.
_HANDED_IN = (
    *("scored_on", "review", "review_reason"),
    *("recheck_result", "recheck_points", "recheck_finding", "recheck_on"),
)


@transaction.atomic
def submit_evaluation(
    *, actor: Any, evaluation: Evaluation, version: int
) -> Evaluation:
    """Hand a year to the province: all of it, or again what was returned.

    The results of the criteria handed in freeze at the score day (`scored_on`); of a
    returned year only the returned ones move. A re-check found what was handed in
    before: its decision and the trail keep it, the row handed in again does not.
    `version` is the evaluation's as seen.

    Raises RuleViolation: "evaluation_moved", "campaign_closed", "submission_blocked".
    """
    locked, rows = lock_year(evaluation)
    mandate = require(actor, "submit", locked)
    check_step(locked, (EvaluationState.OPEN, EvaluationState.RETURNED), version)
    check_writable(locked.campaign)
    today = timezone.localdate()
    handed_in = [row for row in rows if may_change_assessment(locked, row)]
    save_restated(handed_in, today)
    _check_blocks(handed_in)
    before = locked.state
    for row in handed_in:
        row.scored_on = scoring.score_day(today, locked.campaign.period_end)
        row.review, row.review_reason = Review.PENDING, ""
        row.recheck_result, row.recheck_points = "", None
        row.recheck_finding, row.recheck_on = "", None
    Assessment.objects.bulk_update(handed_in, _HANDED_IN)
    locked.state = EvaluationState.SUBMITTED
    locked.round += 1
    locked.version += 1
    locked.submitted_at = timezone.now()
    locked.submitted_by_id, locked.submitted_post = mandate.user_id, mandate.post
    locked.save()
    store_rollup(locked, today)
    notify_submitted(locked)
    record(
        mandate,
        "evaluation_submitted",
        locked,
        before={"state": before},
        after={
            "state": locked.state,
            "round": locked.round,
            "criteria": [row.criterion.number for row in handed_in],
            "met": locked.self_met,
        },
    )
    take_snapshot(evaluation=locked, kind=SnapshotKind.SUBMITTED, mandate=mandate)
    return locked


def _check_blocks(rows: list[Assessment]) -> None:
    """RuleViolation "submission_blocked", naming the criteria."""
    numbers = sorted(
        {row.criterion.number for found in blocking(rows).values() for row in found}
    )
    if numbers:
        raise RuleViolation(
            _("Not submitted: these criteria are not ready: %(numbers)s.")
            % {"numbers": ", ".join(map(str, numbers))},
            code="submission_blocked",
        )
