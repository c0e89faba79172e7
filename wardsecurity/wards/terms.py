"""Memberships by date: in order, and never over each other."""

import datetime as dt

from django.utils.translation import gettext as _

from wardsecurity.constraints import check_in_order
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.scoping import open_during
from wardsecurity.wards.models import AdministrativeUnit, Membership

FOR_EVER = dt.date.max
DAY = dt.timedelta(days=1)


def lock_seats(unit_id: int) -> AdministrativeUnit:
    """Lock the memberships of a unit: whoever writes one locks the unit first.

    Not a key lock, so that rows go on referring to the unit.
    """
    units = AdministrativeUnit.objects.select_for_update(of=("self",), no_key=True)
    return units.get(pk=unit_id)


def check_term(membership: Membership) -> None:
    """A membership's own rules; RuleViolation "term_reversed", "term_overlaps".

    One person holds one role in a unit once at a time: terms follow each other. The
    seats are locked.
    """
    start, end = membership.valid_from, membership.valid_to
    check_in_order(start, end)
    checked(membership)
    others = Membership.objects.filter(
        open_during(start, end or FOR_EVER),
        user=membership.user_id,
        unit=membership.unit_id,
        role=membership.role,
    )
    other = others.exclude(pk=membership.pk).order_by("valid_from").first()
    if other is None:
        return
    if other.valid_to is None:
        sentence = _("This person holds this role here already, from %(start)s on.")
    else:
        sentence = _(
            "This person holds this role here already, from %(start)s to %(end)s."
        )
    raise RuleViolation(
        sentence
        % {
            "start": f"{other.valid_from:%d/%m/%Y}",
            "end": other.valid_to and f"{other.valid_to:%d/%m/%Y}",
        },
        code="term_overlaps",
        field="valid_from",
    )
