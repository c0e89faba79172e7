"""Live evaluations that may go over to another version, and those that did."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404

from criteria.models import CriteriaSet, Evaluation, EvaluationMove, EvaluationState
from wardsecurity.wards.models import UnitScope


def list_movable(*, user: Any, criteria_set: CriteriaSet) -> QuerySet[Evaluation]:
    """Open evaluations on other versions of a set, of the wards below its owner.

    Only those that were never submitted: a submitted one was looked at as it stood.
    Years on a version of the same owner come first; the others are `elsewhere`.
    """
    below = UnitScope.objects.filter(
        viewer_id=criteria_set.owner_id,
        unit_id=OuterRef("campaign__ward_id"),
        read_only=False,
    )
    return (
        Evaluation.objects.for_user(user)
        .filter(
            Exists(below),
            state=EvaluationState.OPEN,
            round=0,
            campaign__closed_at__isnull=True,
            criteria_set__code=criteria_set.code,
        )
        .exclude(criteria_set=criteria_set)
        .annotate(
            elsewhere=Case(
                When(criteria_set__owner=criteria_set.owner_id, then=False),
                default=True,
                output_field=BooleanField(),
            )
        )
        .select_related("campaign__ward", "criteria_set__owner")
        .order_by("elsewhere", "campaign__ward__sort_key", "-campaign__year", "pk")
    )


def list_moves_of_ward(*, user: Any, ward: Any) -> QuerySet[EvaluationMove]:
    """All moves of a ward's evaluations, newest first."""
    return (
        EvaluationMove.objects.for_user(user)
        .filter(evaluation__campaign__ward=ward)
        .select_related("from_set", "to_set", "evaluation__campaign__ward")
        .order_by("-pk")
    )


def get_move(*, user: Any, ward: str, pk: int) -> EvaluationMove:
    """A move of a ward's evaluation; Http404 when out of sight."""
    rows = EvaluationMove.objects.for_user(user).select_related(
        "from_set", "to_set", "evaluation__campaign__ward"
    )
    found = get_object_or_404(rows, pk=pk)
    if found.evaluation.campaign.ward.slug != ward:
        raise Http404
    return found
