"""Who is told what: the people of wards and their units, found for many at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from criteria.models import Assessment
from wardsecurity.accounts.models import User
from wardsecurity.permissions import ACTIONS, Role
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import Membership


@dataclass(frozen=True, slots=True)
class Seats:
    """Pks of people with a seat open on a day, by ward or by participating unit."""

    staff: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    leaders: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    committee: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    of_unit: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def of_units(self, units: Iterable[int | None]) -> set[int]:
        """Contributors of any of these participating units."""
        found: set[int] = set()
        return found.union(*(self.of_unit.get(pk, ()) for pk in units if pk))

    def offices(self, ward_id: int) -> set[int]:
        """Staff and leaders of a ward."""
        return self.staff.get(ward_id, set()) | self.leaders.get(ward_id, set())


def seats_of(ward_ids: Iterable[int], day: dt.date) -> Seats:
    """Who sits where in these wards on a day, closed accounts left out. One query."""
    seats = Seats()
    places = {
        Role.WARD_STAFF: seats.staff,
        Role.WARD_LEADER: seats.leaders,
        Role.COMMITTEE_MEMBER: seats.committee,
    }
    rows = Membership.objects.filter(
        open_on(day), unit__in=set(ward_ids), user__is_active=True
    ).values_list("user_id", "unit_id", "role", "participating_unit_id")
    for user_id, ward_id, role, unit_id in rows:
        if role == Role.UNIT_CONTRIBUTOR:
            seats.of_unit[unit_id].add(user_id)
        elif role in places:
            places[Role(role)][ward_id].add(user_id)
    return seats


def units_by_assessment(
    assessments: Iterable[Assessment],
) -> dict[int, set[int]]:
    """Lead and supporting units of assessments, by their pk. One query."""
    found = {
        row.pk: {row.lead_unit_id} if row.lead_unit_id else set() for row in assessments
    }
    through = Assessment.supporting_units.through.objects
    pairs = through.filter(assessment__in=list(found))
    for pk, unit in pairs.values_list("assessment_id", "participatingunit_id"):
        found[pk].add(unit)
    return found


def verifiers_of(ward_id: int, day: dt.date) -> QuerySet[User]:
    """People above a ward who verify it."""
    seats = Membership.objects.filter(
        open_on(day),
        role__in=ACTIONS["verify"],
        unit__seen__unit_id=ward_id,
        unit__seen__read_only=False,
    )
    return User.objects.filter(pk__in=seats.values("user_id"), is_active=True)
