"""The province's verification of a ward's year, step by step.

Every service of the way from submission to decision is reached from here: submitting
is in services/submission.py, a decision on one criterion in services/decisions.py,
recognition and reopening in services/recognition.py.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import (
    Assessment,
    Evaluation,
    EvaluationState,
    Review,
    SnapshotKind,
)
from criteria.models.assessments import DECIDED
from criteria.services.decisions import VerificationConflict, decide_criterion
from criteria.services.notices import notify_concluded, notify_returned
from criteria.services.recognition import recognise, reopen
from criteria.services.scores import save_restated, store_rollup
from criteria.services.snapshots import take_snapshot
from criteria.services.steps import EvaluationMoved, check_step, lock_year
from criteria.services.submission import submit_evaluation
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require

__all__ = [
    "EvaluationMoved",
    "VerificationConflict",
    "conclude_verification",
    "decide_criterion",
    "recognise",
    "reopen",
    "send_returns",
    "start_verification",
    "submit_evaluation",
]

LONGEST_RETURN = dt.timedelta(days=90)  # docs/decisions/0010-verification.md


@transaction.atomic
def start_verification(*, actor: Any, evaluation: Evaluation) -> Evaluation:
    """Take up a submitted year: the verifier's first look. A second look is no step.

    Raises RuleViolation "evaluation_moved".
    """
    locked, _rows = lock_year(evaluation)
    mandate = require(actor, "verify", locked)
    check_step(locked, (EvaluationState.SUBMITTED, EvaluationState.VERIFYING))
    if locked.state == EvaluationState.VERIFYING:
        return locked
    locked.state = EvaluationState.VERIFYING
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    record(
        mandate,
        "verification_started",
        locked,
        before={"state": EvaluationState.SUBMITTED},
        after={"state": locked.state, "round": locked.round},
    )
    return locked


@transaction.atomic
def send_returns(
    *, actor: Any, evaluation: Evaluation, version: int, due_on: dt.date
) -> Evaluation:
    """Send all returned criteria back together, to be answered by `due_on`.

    Only once every criterion was looked at, so that the ward hears all at once; what
    waits for a re-check may wait on. The returned ones move with the days again; the
    others keep their decision and their score day.

    Raises RuleViolation: "evaluation_moved", "nothing_returned", "not_looked_at",
    "due_in_past", "due_too_late".
    """
    locked, rows = lock_year(evaluation)
    mandate = require(actor, "verify", locked)
    check_step(locked, (EvaluationState.VERIFYING,), version)
    returned = [row for row in rows if row.review == Review.RETURNED]
    if not returned:
        raise RuleViolation(
            _("No criterion is marked as returned."), code="nothing_returned"
        )
    _check_none(
        [row for row in rows if row.review == Review.PENDING],
        _("Look at these criteria first: %(numbers)s. Returns are sent together."),
        code="not_looked_at",
    )
    _check_due(due_on)
    before = {str(row.criterion.number): row.due_on for row in returned}
    for row in returned:
        row.due_on, row.scored_on = due_on, None
    Assessment.objects.bulk_update(returned, ["due_on", "scored_on"])
    locked.state = EvaluationState.RETURNED
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    save_restated(returned, timezone.localdate())
    notify_returned(locked)
    record(
        mandate,
        "returns_sent",
        locked,
        before={"state": EvaluationState.VERIFYING, "due_on": before},
        after={
            "state": locked.state,
            "round": locked.round,
            "criteria": [row.criterion.number for row in returned],
            "due_on": due_on,
        },
    )
    return locked


def _check_due(due_on: dt.date) -> None:
    """A return gives the ward a day from today on, within LONGEST_RETURN.

    It may lie after the campaign's period: that bounds the first due date only.
    """
    today = timezone.localdate()
    last = today + LONGEST_RETURN
    if not today <= due_on <= last:
        raise RuleViolation(
            _("Choose a day from %(start)s to %(end)s. Now: %(day)s.")
            % {
                "start": f"{today:%d/%m/%Y}",
                "end": f"{last:%d/%m/%Y}",
                "day": f"{due_on:%d/%m/%Y}",
            },
            code="due_in_past" if due_on < today else "due_too_late",
            field="due_on",
        )


@transaction.atomic
def conclude_verification(
    *, actor: Any, evaluation: Evaluation, version: int
) -> Evaluation:
    """Close the verification: every criterion is decided, and stands from now on.

    Raises RuleViolation: "evaluation_moved", "undecided".
    """
    locked, rows = lock_year(evaluation)
    mandate = require(actor, "verify", locked)
    check_step(locked, (EvaluationState.VERIFYING,), version)
    _check_none(
        [row for row in rows if row.review not in DECIDED],
        _("Decide on these criteria first: %(numbers)s."),
        code="undecided",
    )
    locked.state = EvaluationState.VERIFIED
    locked.version += 1
    locked.verified_at = timezone.now()
    locked.verified_by_id, locked.verified_post = mandate.user_id, mandate.post
    locked.save()
    store_rollup(locked, timezone.localdate())
    notify_concluded(locked)
    record(
        mandate,
        "verification_concluded",
        locked,
        before={"state": EvaluationState.VERIFYING},
        after={
            "state": locked.state,
            "round": locked.round,
            "met": locked.verified_met,
            "applicable": locked.verified_applicable,
            "points": locked.verified_points,
        },
    )
    take_snapshot(evaluation=locked, kind=SnapshotKind.VERIFIED, mandate=mandate)
    return locked


def _check_none(rows: list[Assessment], sentence: str, *, code: str) -> None:
    """RuleViolation with the sentence, naming the criteria in the way."""
    if rows:
        numbers = sorted(row.criterion.number for row in rows)
        raise RuleViolation(
            sentence % {"numbers": ", ".join(map(str, numbers))}, code=code
        )
