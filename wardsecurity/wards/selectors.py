"""Reading units and people."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from wardsecurity.permissions import Role, kept_open_memberships
from wardsecurity.scoping import open_during, open_on
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
    UnitSuccession,
)


def list_units(*, user: Any) -> QuerySet[AdministrativeUnit]:
    """Units a user may read, in Vietnamese order."""
    return AdministrativeUnit.objects.for_user(user)


def get_ward(*, user: Any, slug: str) -> AdministrativeUnit:
    """The ward, commune or special zone of this address; Http404 when out of sight."""
    wards = list_units(user=user).filter(kind__in=COMMUNE_LEVEL)
    return get_object_or_404(wards.select_related("parent"), slug=slug)


def list_participating_units(
    *, user: Any, ward: AdministrativeUnit
) -> QuerySet[ParticipatingUnit]:
    """Participating units of a ward, those too that have ended or are to come."""
    return ParticipatingUnit.objects.for_user(user).filter(ward=ward)


def list_open_memberships(*, user: Any) -> list[Membership]:
    """The person's own memberships open today, wards first. One query."""
    rows = Membership.objects.filter(open_on(timezone.localdate()), user_id=user.pk)
    own = list(rows.select_related("unit", "participating_unit").order_by("pk"))
    return sorted(own, key=lambda row: not row.unit.is_commune_level)


def memberships_here(*, user: Any) -> list[Membership]:
    """As list_open_memberships, read once per request: for showing, not deciding."""
    kept = kept_open_memberships(user)
    if kept is None:
        kept = user.__dict__["_open_memberships"] = list_open_memberships(user=user)
    return sorted(kept, key=lambda row: not row.unit.is_commune_level)


def units_served_here(
    *, user: Any, ward: AdministrativeUnit
) -> list[ParticipatingUnit]:
    """As serving_unit, read once per request: for showing, not deciding."""
    return _served(memberships_here(user=user), ward)


def serving_unit(*, user: Any, ward: AdministrativeUnit) -> set[int]:
    """Participating units the person acts for in a ward, as contributor: one at most.

    A set, to be asked of.
    """
    units = _served(list_open_memberships(user=user), ward)
    return {unit.pk for unit in units}


def _served(
    memberships: list[Membership], ward: AdministrativeUnit
) -> list[ParticipatingUnit]:
    return [
        row.participating_unit
        for row in memberships
        if row.participating_unit is not None
        and row.role == Role.UNIT_CONTRIBUTOR
        and row.unit_id == ward.pk
    ]


def get_membership(*, user: Any, pk: int) -> Membership:
    """A membership in the user's scope; Http404 otherwise."""
    found = Membership.objects.for_user(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def units_taking_part(
    ward_id: int, kinds: list[str], start: dt.date, end: dt.date
) -> QuerySet[ParticipatingUnit]:
    """Units of some kinds that take part in a ward at some time in a period.

    For services that hold a lock, and for rows that the caller reads by for_user.
    """
    return ParticipatingUnit.objects.filter(
        open_during(start, end), ward_id=ward_id, kind__in=kinds
    )


def predecessors_of(*, user: Any, unit: AdministrativeUnit) -> list[UnitSuccession]:
    """Who went before a unit, those before them too: the nearest first.

    The rows carry their `predecessor`. Whoever reads the unit reads them all. One query
    for each generation, and one to find no more.
    """
    return _chain(user, unit, "successor_id", "predecessor_id")


def successors_of(*, user: Any, unit: AdministrativeUnit) -> list[UnitSuccession]:
    """Who followed a unit, those after them too: the nearest first.

    The rows carry their `successor`, which the user may not be allowed to read: its
    name may be said, its pages ask by themselves.
    """
    return _chain(user, unit, "predecessor_id", "successor_id")


def _chain(
    user: Any, unit: AdministrativeUnit, here: str, there: str
) -> list[UnitSuccession]:
    rows = UnitSuccession.objects.for_user(user).select_related(
        "predecessor", "successor"
    )
    found: dict[int, UnitSuccession] = {}
    generation = {unit.pk}
    while generation:
        new = [
            row
            for row in rows.filter(**{f"{here}__in": generation})
            if row.pk not in found
        ]
        found.update((row.pk, row) for row in new)
        generation = {getattr(row, there) for row in new}
    return list(found.values())


@dataclass(frozen=True, slots=True)
class PostLeft:
    """A post in a unit that was followed, and whether its holder serves in the next."""

    membership: Membership
    succession: UnitSuccession
    is_given: bool


def posts_left(
    *, memberships: QuerySet[Membership], successions: Sequence[UnitSuccession]
) -> list[PostLeft]:
    """Posts held today or later in units that were followed, for each successor.

    Of `memberships`, which the caller has kept to those in sight. Two queries.
    """
    lasting = open_during(timezone.localdate(), dt.date.max)
    left = memberships.filter(
        lasting, unit__in={row.predecessor_id for row in successions}
    )
    left = left.select_related("user", "unit").order_by("unit__sort_key", "pk")
    given = set(
        Membership.objects.filter(
            lasting, unit__in={row.successor_id for row in successions}
        ).values_list("user_id", "unit_id")
    )
    return [
        PostLeft(one, row, (one.user_id, row.successor_id) in given)
        for row in successions
        for one in left
        if one.unit_id == row.predecessor_id
    ]
