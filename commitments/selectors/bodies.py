"""Reading outside bodies and Party terms of a ward."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from commitments.models import BodyKind, OutsideBody, PartyTerm
from wardsecurity.text import nfc, sort_key
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingKind,
    ParticipatingUnit,
)


def list_bodies(*, user: Any, ward: AdministrativeUnit) -> QuerySet[OutsideBody]:
    """Bodies a ward has registered, in Vietnamese order, with their papers counted."""
    rows = OutsideBody.objects.for_user(user).filter(ward=ward)
    live = Q(issued_documents__withdrawn_at=None)
    return rows.annotate(papers=Count("issued_documents", filter=live))


def get_body(*, user: Any, ward: AdministrativeUnit, pk: int) -> OutsideBody:
    """One body of a ward; Http404 when out of sight."""
    rows = OutsideBody.objects.for_user(user).select_related("ward")
    return get_object_or_404(rows.filter(ward=ward), pk=pk)


def find_body(*, ward: AdministrativeUnit, name: str) -> OutsideBody | None:
    """The ward's body of this name, small and capital letters alike; for services."""
    same = OutsideBody.objects.filter(ward=ward, sort_key=sort_key(nfc(name)))
    return same.order_by("pk").first()


def list_terms(*, user: Any, ward: AdministrativeUnit) -> QuerySet[PartyTerm]:
    """Terms of a ward's Party bodies, the newest first, with their papers counted."""
    rows = PartyTerm.objects.for_user(user).filter(ward=ward)
    live = Q(documents__withdrawn_at=None)
    rows = rows.annotate(papers=Count("documents", filter=live))
    return rows.select_related("unit", "body")


def get_term(*, user: Any, ward: AdministrativeUnit, pk: int) -> PartyTerm:
    """One term of a ward; Http404 when out of sight."""
    rows = PartyTerm.objects.for_user(user).select_related("ward", "unit", "body")
    return get_object_or_404(rows.filter(ward=ward), pk=pk)


def covers(term: PartyTerm, day: dt.date) -> bool:
    """Whether a day falls into a term; both its ends do."""
    return term.starts_on <= day <= (term.ends_on or day)


def term_on(
    *,
    ward: AdministrativeUnit,
    unit: ParticipatingUnit | None,
    body: OutsideBody | None,
    day: dt.date | None,
) -> PartyTerm | None:
    """The term a Party paper of this issuer and day falls into; for services."""
    if day is None:
        return None
    rows = PartyTerm.objects.filter(ward=ward, unit=unit, body=body)
    return next((term for term in rows if covers(term, day)), None)


def party_units(*, user: Any, ward: AdministrativeUnit) -> QuerySet[ParticipatingUnit]:
    """Party committees among the ward's units, ended ones too: terms are history."""
    rows = ParticipatingUnit.objects.for_user(user).filter(ward=ward)
    return rows.filter(kind=ParticipatingKind.PARTY_COMMITTEE)


def party_bodies(*, user: Any, ward: AdministrativeUnit) -> QuerySet[OutsideBody]:
    """Party bodies among those a ward has registered."""
    rows = OutsideBody.objects.for_user(user).filter(ward=ward)
    return rows.filter(kind=BodyKind.PARTY)
