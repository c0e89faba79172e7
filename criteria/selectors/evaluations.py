"""Reading evaluations: a ward's year, found by its address."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from commitments.models import Campaign
from criteria.models import Evaluation


def list_evaluations(*, user: Any) -> QuerySet[Evaluation]:
    """Evaluations a user may read, by ward in Vietnamese order, newest year first."""
    return (
        Evaluation.objects.for_user(user)
        .select_related("campaign__ward__parent", "criteria_set__owner")
        .order_by("campaign__ward__sort_key", "-campaign__year")
    )


def get_evaluation(*, user: Any, ward: str, year: int) -> Evaluation:
    """The evaluation of a ward's slug and year, or Http404. One query."""
    return get_object_or_404(
        list_evaluations(user=user), campaign__ward__slug=ward, campaign__year=year
    )


def find_evaluation(*, user: Any, pk: int | None) -> Evaluation | None:
    """The evaluation of this pk if the user may read it."""
    return list_evaluations(user=user).filter(pk=pk).first() if pk else None


def evaluation_of(*, user: Any, campaign: Campaign) -> Evaluation | None:
    """The evaluation of a campaign; None when it has none yet."""
    return list_evaluations(user=user).filter(campaign=campaign).first()


def latest_evaluation(*, user: Any, ward_ids: list[int]) -> Evaluation | None:
    """The one to work in: real before example, then the latest period."""
    return (
        list_evaluations(user=user)
        .filter(campaign__ward__in=ward_ids)
        .order_by("campaign__is_example", "-campaign__period_end", "pk")
        .first()
    )
