"""What the province returned, why, until when, and whether the ward answered."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max

from criteria.models import (
    Assessment,
    CriterionDecision,
    Evaluation,
    EvaluationState,
    Evidence,
    EvidenceLink,
    Review,
)
from wardsecurity.audit.models import TrailEntry

_ANSWERS = ("criterion_assessed", "evidence_linked", "evidence_unlinked")
_ANSWERS_BY_EVIDENCE = (
    "evidence_recorded",
    "evidence_edited",
    "evidence_withdrawn",
    "measure_confirmed",
)


@dataclass(frozen=True, slots=True)
class Return:
    """One returned criterion."""

    assessment: Assessment
    reason: str
    due_on: dt.date
    post: str  # of who returned it
    at: dt.datetime | None
    answered: bool


def is_returned(assessment: Assessment) -> bool:
    """Whether a criterion waits for the ward's answer; its evaluation is read."""
    return (
        assessment.evaluation.state == EvaluationState.RETURNED
        and assessment.review == Review.RETURNED
    )


def list_returns(evaluation: Evaluation, rows: Iterable[Assessment]) -> list[Return]:
    """The returned ones among an evaluation's assessments; none in another state.

    Answered: something was assessed, recorded or corrected since the return. Five
    queries, whatever the number; none where nothing is returned.
    """
    waiting = [row for row in rows if is_returned(row)]
    if not waiting:
        return []
    decisions = {
        one.assessment_id: one
        for one in CriterionDecision.objects.filter(
            assessment__in=waiting, review=Review.RETURNED
        ).order_by("pk")
    }
    since = {pk: one.decided_at for pk, one in decisions.items()}
    answered = _answered(waiting, since)
    return [
        Return(
            assessment=row,
            reason=row.review_reason,
            due_on=row.due_on,
            post=decisions[row.pk].decided_post if row.pk in decisions else "",
            at=since.get(row.pk),
            answered=row.pk in answered,
        )
        for row in waiting
    ]


def _answered(rows: Sequence[Assessment], since: dict[int, dt.datetime]) -> set[int]:
    """Those of which, or of whose evidence, the trail tells something since."""
    acted = _last(Assessment._meta.label_lower, [row.pk for row in rows], _ANSWERS)
    pairs = EvidenceLink.objects.filter(assessment__in=rows)
    links = list(pairs.values_list("assessment_id", "evidence_id"))
    touched = _last(
        Evidence._meta.label_lower, [pk for _row, pk in links], _ANSWERS_BY_EVIDENCE
    )
    found = {pk for pk, at in acted.items() if pk in since and at > since[pk]}
    return found | {
        row_id
        for row_id, evidence_id in links
        if row_id in since
        and evidence_id in touched
        and touched[evidence_id] > since[row_id]
    }


def _last(label: str, pks: list[int], actions: Sequence[str]) -> dict[int, dt.datetime]:
    """When each of these records was acted on last."""
    entries = TrailEntry.objects.filter(
        target_type=label, target_id__in=pks, action__in=actions
    )
    last = entries.order_by().values_list("target_id").annotate(last=Max("at"))
    return dict(last)
