"""Reading evaluations: a ward's year, found by its address."""

import datetime as dt
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commitments.models import Campaign, Directive
from commitments.selectors.directives import TO_WORK_ON
from criteria.models import Evaluation
from wardsecurity.notices.selectors import unread_column
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import Membership


def list_evaluations(*, user: Any) -> QuerySet[Evaluation]:
    """Evaluations a user may read, by ward in Vietnamese order, newest year first."""
    return (
        Evaluation.objects.for_user(user)
        .select_related("campaign__ward__parent", "criteria_set__owner")
        .order_by("campaign__ward__sort_key", "-campaign__year")
    )


def _with_counts(rows: QuerySet[Evaluation], user: Any) -> QuerySet[Evaluation]:
    """Each with what the header counts, for the badges: no query of its own.

    `overdue_directives` of the ward, `own_overdue_directives` of the participating
    units the person serves, `unread_notices` of the person, wherever they come from.
    """
    today = timezone.localdate()
    overdue = Directive.objects.filter(
        TO_WORK_ON, campaign=OuterRef("campaign"), due_on__lt=today
    )
    own = overdue.filter(
        Exists(
            Membership.objects.filter(
                open_on(today),
                user=user.pk,
                participating_unit=OuterRef("responsible_unit"),
            )
        )
    )
    return rows.annotate(
        overdue_directives=_count(overdue),
        own_overdue_directives=_count(own),
        unread_notices=unread_column(user),
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    by_campaign = rows.order_by().values("campaign").annotate(count=Count("pk"))
    return Coalesce(Subquery(by_campaign.values("count")), 0)


def get_evaluation(*, user: Any, ward: str, year: int) -> Evaluation:
    """The evaluation of a ward's slug and year, or Http404. One query."""
    rows = _with_counts(list_evaluations(user=user), user)
    return get_object_or_404(rows, campaign__ward__slug=ward, campaign__year=year)


def find_evaluation(*, user: Any, pk: int | None) -> Evaluation | None:
    """The evaluation of this pk if the user may read it."""
    if not pk:
        return None
    rows = _with_counts(list_evaluations(user=user), user)
    return rows.filter(pk=pk).first()


def evaluation_of(*, user: Any, campaign: Campaign) -> Evaluation | None:
    """The evaluation of a campaign; None when it has none yet."""
    rows = _with_counts(list_evaluations(user=user), user)
    return rows.filter(campaign=campaign).first()


def nearest_first(today: dt.date) -> list[Any]:
    """The order of evaluations by which year is the one to work in.

    The period that holds today, else the latest that has begun, a future one last: a
    year opened ahead moves nobody into it.
    """
    start, end = "campaign__period_start", "campaign__period_end"
    begun, not_over = Q((f"{start}__lte", today)), Q((f"{end}__gte", today))
    rank = Case(When(begun & not_over, then=0), When(begun, then=1), default=Value(2))
    soonest = Case(When(not_over, then=F(end)))  # among those not over
    return [rank, soonest, f"-{end}"]


def latest_evaluation(*, user: Any, ward_ids: list[int]) -> Evaluation | None:
    """The one to work in: real before example, then by `nearest_first`. One query."""
    return (
        _with_counts(list_evaluations(user=user), user)
        .filter(campaign__ward__in=ward_ids)
        .order_by("campaign__is_example", *nearest_first(timezone.localdate()), "pk")
        .first()
    )
