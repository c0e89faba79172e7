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

from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.bodies import carry_bodies
from wardsecurity.wards.models import (
    AdministrativeUnit,
    SuccessionKind,
    UnitSuccession,
)
from wardsecurity.wards.scope import let_read, lock_scope
from wardsecurity.wards.services import create_unit
from wardsecurity.wards.succession_rules import (
    DAY,
    check_goes_on,
    check_level,
    check_may_end,
    check_one_province,
)


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
    "other_level", "other_province", those of `check_may_end` and of create_unit.
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
    check_one_province(rows, ended[ground.pk] if ground else None)
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
    check_level(predecessors, [one.kind for one in new])
    _require_above(actor, predecessors)
    for unit in predecessors:
        check_may_end(unit, effective_on)
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
    _require_above(actor, predecessors)
    check_level(predecessors, [unit.kind for unit in successors])
    for unit in predecessors:
        check_may_end(unit, effective_on)
    for unit in successors:
        check_goes_on(unit, predecessors, effective_on)
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


def _require_above(actor: Any, units: Sequence[AdministrativeUnit]) -> None:
    """Whoever ends a unit manages the one above it: no province ends itself."""
    for unit in units:
        require(actor, "manage_units", unit.parent or unit)


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
