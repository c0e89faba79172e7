"""Units that follow others: merged, split, renamed, moved below another unit.

A parent and a slug never change, so that each of these ends units and begins others
(RULES "Units and people"). What ended keeps its people, years and papers: the successor
and those above it read them, nobody new writes them, and a campaign still open there is
finished by its own members.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.bodies import carry_bodies
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    SuccessionKind,
    UnitKind,
    UnitScope,
    UnitSuccession,
)
from wardsecurity.wards.scope import let_read, lock_scope
from wardsecurity.wards.services import create_unit

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Paper:
    """The decision a succession rests on."""

    number: str
    issued_on: dt.date
    issuer: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What the unit that goes on is called; a slug is permanent."""

    slug: str
    name: str
    kind: str
    code: str | None = None


@transaction.atomic
def merge_units(
    *,
    actor: Any,
    predecessors: Sequence[AdministrativeUnit],
    effective_on: dt.date,
    paper: Paper,
    new: NewUnit | None = None,
    parent: AdministrativeUnit | None = None,
    into: AdministrativeUnit | None = None,
    with_bodies: bool = False,
) -> AdministrativeUnit:
    """End units that go on as one: `new` below `parent`, or `into`, which exists.

    All are of one level (wards, communes and special zones are) and of one province: a
    unit of another is transferred first. `with_bodies` copies the participating units.

    Raises RuleViolation "too_few", "named_twice", "into_itself", "in_a_circle",
    "other_level", "other_province", those of `_check_may_end` and of create_unit.
    """
    if len({unit.pk for unit in predecessors}) < len(predecessors):
        raise RuleViolation(
            _("A unit is named twice. Choose each unit once."),
            code="named_twice",
            field="predecessors",
        )
    if into is not None and into.pk in {unit.pk for unit in predecessors}:
        raise RuleViolation(
            _("%(unit)s does not merge into itself. Choose another unit.")
            % {"unit": into},
            code="into_itself",
            field="into",
        )
    if len(predecessors) < (1 if into else 2):
        raise RuleViolation(
            _("Choose at least two units that merge."),
            code="too_few",
            field="predecessors",
        )
    ground = into or parent or predecessors[0].parent
    ended = lock_units([*predecessors, *([ground] if ground else [])])
    rows = [ended[unit.pk] for unit in predecessors]
    _check_one_province(rows, ended[ground.pk] if ground else None)
    if into is None:
        assert new is not None  # noqa: S101 - one of the two is given
        return _succeed(
            actor,
            SuccessionKind.MERGE,
            rows,
            [new],
            ground,
            effective_on,
            paper,
            with_bodies,
        )[0]
    return _follow(
        actor,
        SuccessionKind.MERGE,
        rows,
        [ended[into.pk]],
        effective_on,
        paper,
        with_bodies,
    )[0]


@transaction.atomic
def split_unit(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    new: Sequence[NewUnit],
    effective_on: dt.date,
    paper: Paper,
    with_bodies: bool = False,
) -> list[AdministrativeUnit]:
    """End a unit that goes on as several, below the same parent.

    Each gets its authorities (`with_bodies`); which residential group, school or
    enterprise lies where is for people to say. Raises as merge_units.
    """
    if len(new) < 2:
        raise RuleViolation(
            _("Name at least two units that the unit is divided into."),
            code="too_few",
            field="new",
        )
    if len({one.slug for one in new}) < len(new):
        raise RuleViolation(
            _("A unit is named twice. Choose each unit once."),
            code="named_twice",
            field="new",
        )
    locked = lock_units([unit])[unit.pk]
    return _succeed(
        actor,
        SuccessionKind.SPLIT,
        [locked],
        new,
        locked.parent,
        effective_on,
        paper,
        with_bodies,
    )


@transaction.atomic
def rename_unit(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    new: NewUnit,
    effective_on: dt.date,
    paper: Paper,
    with_bodies: bool = False,
) -> AdministrativeUnit:
    """End a unit that goes on in its place under another name or as another kind."""
    locked = lock_units([unit])[unit.pk]
    if nfc(new.name) == locked.name and new.kind == locked.kind:
        raise RuleViolation(
            _("The name and kind are those the unit has."),
            code="same_name",
            field="name",
        )
    return _succeed(
        actor,
        SuccessionKind.RENAME,
        [locked],
        [new],
        locked.parent,
        effective_on,
        paper,
        with_bodies,
    )[0]


@transaction.atomic
def transfer_unit(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    parent: AdministrativeUnit,
    new: NewUnit,
    effective_on: dt.date,
    paper: Paper,
    with_bodies: bool = False,
) -> AdministrativeUnit:
    """End a unit that goes on below another parent; the actor manages both.

    Raises RuleViolation "same_parent", and as merge_units.
    """
    locked = lock_units([unit, parent])
    if locked[unit.pk].parent_id == parent.pk:
        raise RuleViolation(
            _("The unit stands below %(parent)s already.") % {"parent": parent},
            code="same_parent",
            field="parent",
        )
    return _succeed(
        actor,
        SuccessionKind.TRANSFER,
        [locked[unit.pk]],
        [new],
        locked[parent.pk],
        effective_on,
        paper,
        with_bodies,
    )[0]


def lock_units(units: Iterable[AdministrativeUnit]) -> dict[int, AdministrativeUnit]:
    """Lock the scope, then units in the order of their pks."""
    lock_scope()
    rows = AdministrativeUnit.objects.select_for_update(of=("self",))
    wanted = rows.filter(pk__in=[unit.pk for unit in units]).select_related("parent")
    return {unit.pk: unit for unit in wanted.order_by("pk")}


# --- What all have in common ------------------------------------------------------


def _succeed(
    actor: Any,
    kind: SuccessionKind,
    predecessors: Sequence[AdministrativeUnit],
    new: Sequence[NewUnit],
    parent: AdministrativeUnit | None,
    effective_on: dt.date,
    paper: Paper,
    with_bodies: bool,
) -> list[AdministrativeUnit]:
    """Make the units that go on, and let them follow."""
    _check_level(predecessors, [one.kind for one in new])
    for unit in predecessors:
        require(actor, "manage_units", unit)
        _check_may_end(unit, effective_on)
    successors = [
        create_unit(
            actor=actor,
            slug=one.slug,
            name=one.name,
            kind=one.kind,
            code=one.code,
            parent=parent,
            valid_from=effective_on,
        )
        for one in new
    ]
    return _follow(
        actor, kind, predecessors, successors, effective_on, paper, with_bodies
    )


def _follow(
    actor: Any,
    kind: SuccessionKind,
    predecessors: Sequence[AdministrativeUnit],
    successors: Sequence[AdministrativeUnit],
    effective_on: dt.date,
    paper: Paper,
    with_bodies: bool,
) -> list[AdministrativeUnit]:
    """End the predecessors, write who follows whom, and let the successors read."""
    mandates = {
        unit.pk: require(actor, "manage_units", unit)
        for unit in [*predecessors, *successors]
    }
    _check_level(predecessors, [unit.kind for unit in successors])
    for unit in predecessors:
        _check_may_end(unit, effective_on)
    for unit in successors:
        _check_goes_on(unit, predecessors, effective_on)
    pairs = [(before, after) for after in successors for before in predecessors]
    for before, after in pairs:
        succession = UnitSuccession(
            predecessor=before,
            successor=after,
            kind=kind,
            effective_on=effective_on,
            document_number=nfc(paper.number),
            document_date=paper.issued_on,
            issuer=nfc(paper.issuer),
        )
        checked(succession)
        succession.save(force_insert=True)
    for unit in predecessors:
        unit.valid_to = effective_on - DAY
        checked(unit)
        unit.save(update_fields=["valid_to"])
    for unit in successors:
        let_read(unit, predecessors)
    if with_bodies:
        for unit in successors:
            carry_bodies(
                actor=actor,
                predecessors=predecessors,
                successor=unit,
                day=effective_on,
                groups=len(successors) == 1,
            )
    _tell(mandates, kind, predecessors, successors, effective_on, paper)
    return list(successors)


def _tell(
    mandates: dict[int, Mandate],
    kind: SuccessionKind,
    predecessors: Sequence[AdministrativeUnit],
    successors: Sequence[AdministrativeUnit],
    effective_on: dt.date,
    paper: Paper,
) -> None:
    """An entry in the chain of every unit involved, in the order of their pks."""
    facts = {
        "kind": kind,
        "predecessors": [unit.slug for unit in predecessors],
        "successors": [unit.slug for unit in successors],
        "effective_on": effective_on,
        "document": nfc(paper.number),
        "document_date": paper.issued_on,
    }
    involved = [*predecessors, *successors]
    for unit in sorted(involved, key=lambda one: one.pk):
        record(
            mandates[unit.pk],
            f"unit_{kind}",
            unit,
            after=facts,
            texts={"issuer": nfc(paper.issuer)},
        )


# --- Rules ------------------------------------------------------------------------


def _check_may_end(unit: AdministrativeUnit, effective_on: dt.date) -> None:
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


def _check_goes_on(
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


def _level(kind: str) -> str:
    """Wards, communes and special zones are one level."""
    return UnitKind.WARD if kind in COMMUNE_LEVEL else kind


def _check_level(predecessors: Iterable[AdministrativeUnit], kinds: list[str]) -> None:
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


def _check_one_province(
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
