"""The steps an evaluation took, as its trail has them."""

from criteria.models import Evaluation
from wardsecurity.audit.models import TrailEntry

STEPS = (
    "evaluation_submitted",
    "verification_started",
    "returns_sent",
    "verification_concluded",
    "evaluation_recognised",
    "evaluation_not_recognised",
    "evaluation_reopened",
)


def last_step(evaluation: Evaluation) -> TrailEntry | None:
    """Who took the last step and when; the caller read the evaluation. One query."""
    return (
        TrailEntry.objects.filter(
            target_type=Evaluation._meta.label_lower,
            target_id=evaluation.pk,
            action__in=STEPS,
        )
        .order_by("-pk")
        .first()
    )
