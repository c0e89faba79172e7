"""Participating units of a unit that ended, copied to the unit that goes on."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from wardsecurity.scoping import open_on
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingKind,
    ParticipatingUnit,
)
from wardsecurity.wards.services import save_participating_unit

# They stand on a piece of ground: two of one name in two wards are two.
OF_THE_GROUND = frozenset(
    {
        ParticipatingKind.RESIDENTIAL_GROUP,
        ParticipatingKind.CIVIL_DEFENCE_GROUP,
        ParticipatingKind.SECURITY_TEAM,
        ParticipatingKind.HEALTH_STATION,
        ParticipatingKind.SCHOOL,
        ParticipatingKind.ENTERPRISE,
    }
)


def bodies_on(
    wards: Sequence[AdministrativeUnit], last_day: dt.date
) -> list[ParticipatingUnit]:
    """Participating units of some wards on their last day."""
    rows = ParticipatingUnit.objects.filter(open_on(last_day), ward__in=wards)
    return list(rows.select_related("ward").order_by("sort_key", "pk"))


def carry_bodies(
    *,
    actor: Any,
    predecessors: Sequence[AdministrativeUnit],
    successor: AdministrativeUnit,
    day: dt.date,
    groups: bool,
) -> list[ParticipatingUnit]:
    """Copy the bodies of the predecessors' last day, from `day` on; return the copies.

    Authorities of one name and kind become one. Bodies of the ground stay apart, with
    the name of their old ward where two had one name; without `groups` they are left
    for people to place. What a name has already in the successor stays as it is.
    """
    found = bodies_on(predecessors, day - dt.timedelta(days=1))
    if not groups:
        found = [one for one in found if one.kind not in OF_THE_GROUND]
    there = ParticipatingUnit.objects.filter(open_on(day), ward=successor)
    copies: dict[tuple[str, str], ParticipatingUnit] = {
        (one.name, one.kind): one for one in there
    }
    # A body may have one name with another of another kind: the database allows one.
    taken = Counter(one.name for one in copies.values())
    wards_of_name = {(one.name, one.ward_id) for one in found}
    shared = Counter(name for name, _ward in wards_of_name)
    made: dict[int, ParticipatingUnit] = {}
    for one in sorted(found, key=lambda row: row.attached_to_id is not None):
        apart = one.kind in OF_THE_GROUND and (shared[one.name] > 1 or taken[one.name])
        name = f"{one.name} ({one.ward})"[:160] if apart else one.name
        key = (name, one.kind)
        if key not in copies and taken[name]:
            name = f"{one.name} ({one.get_kind_display()})"[:160]
            key = (name, one.kind)
        if key not in copies:
            copies[key] = save_participating_unit(
                actor=actor,
                ward=successor,
                name=name,
                kind=one.kind,
                signs=one.signs,
                attached_to=made.get(one.attached_to_id or 0),
                valid_from=day,
            )
            taken[name] += 1
        made[one.pk] = copies[key]
    return list(dict.fromkeys(made.values()))
