"""What a decision rested on, kept as it was."""

from criteria.models import Assessment, DecisionSnapshot, Evaluation
from wardsecurity.audit.services import canonical, digest
from wardsecurity.permissions import Mandate

_KEPT = ("self_result", "self_points", "verified_result", "verified_points", "review")


def take_snapshot(
    *, evaluation: Evaluation, kind: str, mandate: Mandate
) -> DecisionSnapshot:
    """Keep the results of a locked evaluation, in the caller's transaction."""
    rows = Assessment.objects.filter(evaluation=evaluation)
    content = canonical(
        {
            "taken_by": mandate.name,
            "criteria": list(rows.values("criterion__number", *_KEPT)),
        }
    )
    return DecisionSnapshot.objects.create(
        evaluation=evaluation,
        kind=kind,
        round=evaluation.round,
        content=content,
        sha256=digest(content),
    )
