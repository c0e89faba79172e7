"""When one unit may follow another (RULES "Units and people")."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    UnitKind,
    UnitScope,
    UnitSuccession,
)

DAY = dt.timedelta(days=1)


def check_may_end(unit: AdministrativeUnit, effective_on: dt.date) -> None:
    """RuleViolation unless the unit can end the day before.

    "already_followed", "already_ended", "before_it_began", "units_below".
    """
    words = {"unit": unit, "day": f"{effective_on:%d/%m/%Y}"}
    followed = UnitSuccession.objects.filter(predecessor=unit).select_related(
        "successor"
    )
    if one := followed.first():
        raise RuleViolation(
            _("%(unit)s is followed by %(successor)s already, since %(day)s.")
            % {
                "unit": unit,
                "successor": one.successor,
                "day": f"{one.effective_on:%d/%m/%Y}",
            },
            code="already_followed",
            field="predecessors",
        )
    if unit.valid_to and unit.valid_to != effective_on - DAY:
        raise RuleViolation(
            _("%(unit)s ended on %(day)s. The day after it is the day that counts.")
            % {"unit": unit, "day": f"{unit.valid_to:%d/%m/%Y}"},
            code="already_ended",
            field="effective_on",
        )
    if unit.valid_from and unit.valid_from >= effective_on:
        raise RuleViolation(
            _("%(unit)s began on %(began)s: choose a later day than %(day)s.")
            % {**words, "began": f"{unit.valid_from:%d/%m/%Y}"},
            code="before_it_began",
            field="effective_on",
        )
    below = AdministrativeUnit.objects.filter(parent=unit)
    left = below.exclude(valid_to__lt=effective_on).count()
    if left:
        raise RuleViolation(
            ngettext(
                "%(count)d unit still stands below %(unit)s. Transfer it first.",
                "%(count)d units still stand below %(unit)s. Transfer them first.",
                left,
            )
            % {"count": left, "unit": unit},
            code="units_below",
            field="predecessors",
        )


def check_goes_on(
    unit: AdministrativeUnit,
    predecessors: Sequence[AdministrativeUnit],
    effective_on: dt.date,
) -> None:
    """RuleViolation unless it is there to go on: "successor_ended", "in_a_circle"."""
    if not unit.exists_on(effective_on):
        raise RuleViolation(
            _("%(unit)s does not exist on %(day)s: nothing can go on in it.")
            % {"unit": unit, "day": f"{effective_on:%d/%m/%Y}"},
            code="successor_ended",
            field="into",
        )
    if UnitScope.objects.filter(viewer__in=predecessors, unit=unit).exists():
        raise RuleViolation(
            _("%(unit)s came before one of these units: it cannot follow it too.")
            % {"unit": unit},
            code="in_a_circle",
            field="into",
        )


def days_of_succession(unit: AdministrativeUnit) -> dict[str, UnitSuccession]:
    """Which of a unit's days a succession fixed, by field. One query."""
    rows = UnitSuccession.objects.filter(Q(predecessor=unit) | Q(successor=unit))
    return {
        "valid_to" if row.predecessor_id == unit.pk else "valid_from": row
        for row in rows.select_related("predecessor", "successor")
    }


def check_days_stay(
    unit: AdministrativeUnit, valid_from: dt.date | None, valid_to: dt.date | None
) -> None:
    """RuleViolation "day_of_succession" if a day changes that a succession fixed.

    `unit` is as stored. A merger is not undone by moving the last day of what it ended.
    """
    fixed = days_of_succession(unit)
    for field, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        row = fixed.get(field)
        if row is None or day == getattr(unit, field):
            continue
        raise RuleViolation(
            _(
                "%(successor)s followed %(predecessor)s on %(day)s, by %(document)s:"
                " this day does not change."
            )
            % {
                "successor": row.successor,
                "predecessor": row.predecessor,
                "day": f"{row.effective_on:%d/%m/%Y}",
                "document": row.document_number,
            },
            code="day_of_succession",
            field=field,
        )


def _level(kind: str) -> str:
    """Wards, communes and special zones are one level."""
    return UnitKind.WARD if kind in COMMUNE_LEVEL else kind


def check_level(predecessors: Iterable[AdministrativeUnit], kinds: list[str]) -> None:
    """RuleViolation "other_level" unless all are of one level, and not the country."""
    levels = {_level(kind) for kind in kinds} | {
        _level(unit.kind) for unit in predecessors
    }
    if len(levels) > 1 or UnitKind.COUNTRY in levels:
        raise RuleViolation(
            _("Units of different levels do not follow each other."),
            code="other_level",
            field="kind",
        )


def province_of(unit: AdministrativeUnit | None) -> int | None:
    """The pk of the province a unit stands in or is; None at the country."""
    while unit is not None and unit.kind != UnitKind.PROVINCE:
        unit = unit.parent
    return unit.pk if unit else None


def check_one_province(
    predecessors: Sequence[AdministrativeUnit], ground: AdministrativeUnit | None
) -> None:
    """RuleViolation "other_province" unless units merge within one province."""
    if all(unit.kind == UnitKind.PROVINCE for unit in predecessors):
        return
    provinces = {province_of(unit) for unit in [*predecessors, ground]}
    if len(provinces) > 1:
        raise RuleViolation(
            _("Units of different provinces merge after a transfer only."),
            code="other_province",
            field="predecessors",
        )
