"""What units that end leave behind: years, people, papers, files."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from commitments.models import Campaign
from criteria.models import CriteriaSet, Evidence, SetState
from wardsecurity.files.models import StoredFile
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)


@dataclass(slots=True)
class Left:
    """What one unit has on its last day."""

    unit: AdministrativeUnit
    closed_years: list[int] = field(default_factory=list)
    open_years: list[int] = field(default_factory=list)
    people: int = 0  # memberships open on the last day
    bodies: int = 0  # participating units on the last day
    papers: int = 0  # pieces of evidence, withdrawn ones too
    files: int = 0


def left_by(
    *, user: Any, units: Iterable[AdministrativeUnit], last_day: dt.date
) -> list[Left]:
    """What each unit leaves behind, as far as `user` may read. Five queries."""
    found = {unit.pk: Left(unit) for unit in units}
    campaigns = Campaign.objects.for_user(user).filter(ward__in=found)
    for ward, year, closed_at in campaigns.order_by("year").values_list(
        "ward", "year", "closed_at"
    ):
        years = found[ward].open_years if closed_at is None else None
        (found[ward].closed_years if years is None else years).append(year)
    on_last_day = open_on(last_day)
    for name, rows, path in (
        ("people", Membership.objects.for_user(user).filter(on_last_day), "unit"),
        (
            "bodies",
            ParticipatingUnit.objects.for_user(user).filter(on_last_day),
            "ward",
        ),
        ("papers", Evidence.objects.for_user(user), "ward"),
        ("files", StoredFile.objects.for_user(user), "unit"),
    ):
        counted = rows.filter(**{f"{path}__in": found}).order_by()
        for unit, count in counted.values_list(path).annotate(count=Count("pk")):
            setattr(found[unit], name, count)
    return list(found.values())


def sets_for_successors(*, user: Any) -> QuerySet[CriteriaSet]:
    """Sets a campaign may open on, those of `user`'s own units first.

    Working ones too: a campaign after invented ones is invented. The service asks
    whether the set stands above the ward and may be opened.
    """
    of_state = Q(state__in=[SetState.PUBLISHED, SetState.WORKING])
    return (
        CriteriaSet.objects.for_user(user)
        .filter(of_state)
        .select_related("owner")
        .annotate(
            rank=Case(
                When(state=SetState.PUBLISHED, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("rank", "owner__sort_key", "code", "-year", "-version")
    )
