"""Reading the steering committees above the wards, and who sits in them."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commitments.models import BodyKind, BodyMember, OutsideBody
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import AdministrativeUnit, UnitKind, UnitScope
from wardsecurity.wards.selectors import list_units

KEEPERS = (UnitKind.COUNTRY, UnitKind.PROVINCE)


def get_keeper(*, user: Any, slug: str) -> AdministrativeUnit:
    """The province or country of an address; Http404 when out of sight."""
    units = list_units(user=user).filter(kind__in=KEEPERS)
    return get_object_or_404(units, slug=slug)


def _with_members(
    rows: QuerySet[OutsideBody], members: QuerySet[BodyMember]
) -> QuerySet[OutsideBody]:
    return (
        rows.filter(kind=BodyKind.STEERING_COMMITTEE)
        .select_related("ward")
        .prefetch_related(Prefetch("members", queryset=members))
    )


def list_committees(*, user: Any, unit: AdministrativeUnit) -> QuerySet[OutsideBody]:
    """Committees that a province keeps, and all who sit or sat there. Two queries."""
    members = BodyMember.objects.for_user(user)
    return _with_members(OutsideBody.objects.for_user(user).filter(ward=unit), members)


def list_committees_above(*, ward: AdministrativeUnit) -> QuerySet[OutsideBody]:
    """Committees of the units above a ward, with who sits in them today.

    The ward was read through for_user; who reads a ward reads what stands above it. Two
    queries.
    """
    above = UnitScope.objects.filter(
        viewer_id=OuterRef("ward_id"), unit=ward, read_only=False
    )
    rows = OutsideBody.objects.filter(Exists(above), ward__kind__in=KEEPERS)
    sitting = BodyMember.objects.filter(open_on(timezone.localdate()))
    return _with_members(rows, sitting)


def get_committee(*, user: Any, unit: AdministrativeUnit, pk: int) -> OutsideBody:
    """A committee that a province keeps; Http404 otherwise."""
    return get_object_or_404(list_committees(user=user, unit=unit), pk=pk)


def get_body_member(*, user: Any, unit: AdministrativeUnit, pk: int) -> BodyMember:
    """A member who still sits in a committee of a province; Http404 otherwise."""
    rows = BodyMember.objects.for_user(user).filter(body__ward=unit)
    still = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    return get_object_or_404(rows.filter(still).select_related("body__ward"), pk=pk)
