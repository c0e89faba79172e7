"""The queue: evaluations that lie with the province, the longest waiting first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign
from commitments.selectors.statuses import Status
from criteria.models import Assessment, Evaluation, EvaluationState
from criteria.selectors.evaluations import list_evaluations
from criteria.selectors.rollup import roll_up
from criteria.selectors.scores import is_fresh
from criteria.selectors.steps import state_tag
from criteria.selectors.verification import LOOKED_AT
from wardsecurity.permissions import ACTIONS
from wardsecurity.scoping import scope_of
from wardsecurity.text import fold

_CONCLUDED = (EvaluationState.RECOGNISED, EvaluationState.NOT_RECOGNISED)
# The groups of the queue, in the order in which somebody has to act.
GROUPS: dict[str, tuple[str, ...]] = {
    "waiting": (EvaluationState.SUBMITTED,),
    "verifying": (EvaluationState.VERIFYING,),
    "verified": (EvaluationState.VERIFIED,),
    "returned": (EvaluationState.RETURNED,),
    "concluded": _CONCLUDED,
}
# In these states the ward waits for the province.
_WITH_PROVINCE = (
    EvaluationState.SUBMITTED,
    EvaluationState.VERIFYING,
    EvaluationState.VERIFIED,
)


@dataclass(frozen=True, slots=True)
class Queued:
    """One evaluation of the queue."""

    evaluation: Evaluation
    campaign: Campaign
    status: Status
    group: str
    self_met: int
    looked: int
    days: int | None  # the ward has waited; None where the province waits
    url: str


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """A group of the queue, counted."""

    code: str
    label: str
    count: int


def group_label(code: str) -> str:
    """What a group is called."""
    return {
        "": _("All"),
        "waiting": _("Waiting for verification"),
        "verifying": _("In verification"),
        "verified": _("Waiting for the decision"),
        "returned": _("With the ward"),
        "concluded": _("Concluded"),
    }[code]


def list_queue(*, user: Any) -> QuerySet[Evaluation]:
    """Submitted evaluations of the wards the person verifies, by who has to act."""
    reach = scope_of(user, ACTIONS["verify"]).filter(
        unit_id=OuterRef("campaign__ward_id"), read_only=False
    )
    rank = Case(
        *(
            When(state__in=states, then=Value(place))
            for place, states in enumerate(GROUPS.values())
        ),
        output_field=IntegerField(),
    )
    looked = (
        Assessment.objects.filter(evaluation=OuterRef("pk"), review__in=LOOKED_AT)
        .order_by()
        .values("evaluation")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        list_evaluations(user=user)
        .filter(Exists(reach))
        .exclude(state=EvaluationState.OPEN)
        .annotate(rank=rank, looked_at=Coalesce(Subquery(looked), 0))
        .order_by("rank", F("submitted_at").asc(nulls_first=True), "pk")
    )


def search_queue(
    rows: QuerySet[Evaluation], *, q: str = "", year: int | None = None
) -> QuerySet[Evaluation]:
    """Narrow the queue: words of the ward's name without diacritics, a year."""
    if year is not None:
        rows = rows.filter(campaign__year=year)
    words = fold(q).split()
    if words:
        names = rows.order_by().values_list("campaign__ward", "campaign__ward__name")
        named = {pk for pk, name in names if all(word in fold(name) for word in words)}
        rows = rows.filter(campaign__ward__in=named)
    return rows


def in_group(rows: QuerySet[Evaluation], code: str) -> QuerySet[Evaluation]:
    """One group of the queue; all of it for a code that is none."""
    return rows.filter(state__in=GROUPS[code]) if code in GROUPS else rows


def count_groups(rows: QuerySet[Evaluation]) -> list[QueueGroup]:
    """All of it, then each group, counted. One query."""
    counts = rows.order_by().aggregate(
        **{
            code: Count("pk", filter=Q(state__in=states))
            for code, states in GROUPS.items()
        }
    )
    counts = {"": sum(counts.values()), **counts}
    return [QueueGroup(code, group_label(code), counts[code]) for code in counts]


def years_queued(*, user: Any) -> list[int]:
    """Years of the person's queue, newest first. One query."""
    years = list_queue(user=user).order_by("-campaign__year")
    return list(years.values_list("campaign__year", flat=True).distinct())


def queued(rows: Sequence[Evaluation], *, today: dt.date | None = None) -> list[Queued]:
    """Evaluations of list_queue ready to be shown; a query when some went stale."""
    today = today or timezone.localdate()
    stale = [row.pk for row in rows if not is_fresh(row, today)]
    met = {
        pk: sum(one.own.met for one in sums)
        for pk, sums in roll_up(stale, today).items()
    }
    return [
        Queued(
            evaluation=row,
            campaign=row.campaign,
            status=state_tag(row),
            group=next(code for code, states in GROUPS.items() if row.state in states),
            self_met=met.get(row.pk, row.self_met),
            looked=row.looked_at,  # type: ignore[attr-defined]  # annotated
            days=_days(row, today),
            url=reverse(
                "criteria:verification-overview",
                args=[row.campaign.ward.slug, row.campaign.year],
            ),
        )
        for row in rows
    ]


def _days(row: Evaluation, today: dt.date) -> int | None:
    """Whole days since the ward submitted, while it waits for the province."""
    if row.state not in _WITH_PROVINCE or row.submitted_at is None:
        return None
    return max(0, (today - timezone.localdate(row.submitted_at)).days)
