"""Reading units and people."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from wardsecurity.permissions import Role
from wardsecurity.scoping import open_during, open_on
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
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


def serving_unit(*, user: Any, ward: AdministrativeUnit) -> set[int]:
    """Participating units the person acts for in a ward, as contributor."""
    return {
        row.participating_unit_id
        for row in list_open_memberships(user=user)
        if row.participating_unit_id is not None
        and row.role == Role.UNIT_CONTRIBUTOR
        and row.unit_id == ward.pk
    }


def get_membership(*, user: Any, pk: int) -> Membership:
    """A membership in the user's scope; Http404 otherwise."""
    found = Membership.objects.for_user(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def units_taking_part(
    ward_id: int, kinds: list[str], start: dt.date, end: dt.date
) -> dict[int, ParticipatingUnit]:
    """Units of some kinds that take part in a ward at some time in a period, by pk.

    For services that hold a lock.
    """
    rows = ParticipatingUnit.objects.filter(
        open_during(start, end), ward_id=ward_id, kind__in=kinds
    )
    return {row.pk: row for row in rows}
