"""Changing units and memberships. Every write keeps the closure table true."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User
from wardsecurity.audit.services import record
from wardsecurity.constraints import check_in_order
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import ADMIN_SITE_ROLES, Role, SystemActor, require
from wardsecurity.scoping import open_on
from wardsecurity.text import nfc
from wardsecurity.wards.models import (
    BELOW,
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)
from wardsecurity.wards.scope import add_to_scope, lock_scope
from wardsecurity.wards.seat_rules import (
    check_role_of_level,
    check_takes_new_people,
)
from wardsecurity.wards.signals import participating_units_changed
from wardsecurity.wards.succession_rules import check_days_stay
from wardsecurity.wards.terms import check_term, lock_seats


@transaction.atomic
def create_unit(
    *,
    actor: Any,
    slug: str,
    name: str,
    kind: str,
    parent: AdministrativeUnit | None,
    code: str | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> AdministrativeUnit:
    """Add a unit below `parent` and let all who see the parent see it.

    Only a system command makes a unit without a parent (the country). Raises
    RuleViolation "wrong_level", "term_reversed", and the unit's own.
    """
    unit = AdministrativeUnit(
        slug=slug,
        name=name,
        kind=kind,
        parent=parent,
        code=code or None,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    check_in_order(valid_from, valid_to)
    checked(unit)
    if parent is None:
        require(actor, "maintain", unit)
    else:
        lock_scope()
        AdministrativeUnit.objects.select_for_update().get(pk=parent.pk)
        require(actor, "manage_units", parent)
        if kind not in BELOW.get(parent.kind, ()):
            raise RuleViolation(
                _("A unit of this kind does not stand below that one."),
                code="wrong_level",
                field="kind",
            )
    unit.save(force_insert=True)
    add_to_scope(unit)
    record(
        require(actor, "manage_units", unit),
        "unit_created",
        unit,
        after={"slug": slug, "kind": kind, "parent": parent and parent.slug},
        texts={"name": name},
    )
    return unit


@transaction.atomic
def update_unit(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    name: str,
    code: str | None,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
) -> AdministrativeUnit:
    """Correct a unit's name, code or dates; parent and slug never change.

    Raises RuleViolation "day_of_succession" (the day on which one unit ended and
    another went on is their succession's), "term_reversed", and the unit's own.
    """
    lock_scope()
    unit = AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)
    mandate = require(actor, "manage_units", unit)
    before = {"code": unit.code, "from": unit.valid_from, "to": unit.valid_to}
    check_days_stay(unit, valid_from, valid_to)
    check_in_order(valid_from, valid_to)
    unit.name, unit.code = name, code or None
    unit.valid_from, unit.valid_to = valid_from, valid_to
    checked(unit)
    unit.save()
    record(
        mandate,
        "unit_changed",
        unit,
        before=before,
        after={"code": unit.code, "from": valid_from, "to": valid_to},
        texts={"name": name},
    )
    return unit


@transaction.atomic
def save_participating_unit(
    *,
    actor: Any,
    ward: AdministrativeUnit,
    unit: ParticipatingUnit | None = None,
    name: str,
    kind: str,
    signs: bool = True,
    attached_to: ParticipatingUnit | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> ParticipatingUnit:
    """Add or correct a participating unit of a ward.

    Two units of one name may follow each other, never overlap (the ward is locked);
    RuleViolation "overlap", "term_reversed", "not_a_ward", "other_ward", and its own.
    Scores that rest on the units' figures follow in the same transaction (signals).
    """
    # Not a key lock: scores, locked next, go on referring to the ward.
    ward = AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=ward.pk)
    mandate = require(actor, "manage_units", ward)
    is_new = unit is None
    row = unit or ParticipatingUnit(ward=ward)
    row.name, row.kind, row.signs, row.attached_to = name, kind, signs, attached_to
    row.valid_from, row.valid_to = valid_from, valid_to
    check_in_order(valid_from, valid_to)
    checked(row)
    if not ward.is_commune_level:
        raise RuleViolation(
            _("Participating units belong to a ward, commune or special zone."),
            code="not_a_ward",
            field="ward",
        )
    if row.ward_id != ward.pk or (attached_to and attached_to.ward_id != ward.pk):
        raise RuleViolation(
            _("Choose a unit of this ward."), code="other_ward", field="attached_to"
        )
    same_name = ParticipatingUnit.objects.filter(ward=ward, name=row.name)
    for other in same_name.exclude(pk=row.pk):
        starts_after = other.valid_to and valid_from and other.valid_to < valid_from
        ends_before = valid_to and other.valid_from and valid_to < other.valid_from
        if not (starts_after or ends_before):
            raise RuleViolation(
                _("A unit of this name already takes part in these days."),
                code="overlap",
                field="valid_from",
            )
    row.save()
    participating_units_changed.send(ParticipatingUnit, ward=ward, mandate=mandate)
    record(
        mandate,
        "participating_unit_created" if is_new else "participating_unit_changed",
        row,
        after={"kind": kind, "signs": signs, "from": valid_from, "to": valid_to},
        texts={"name": name},
    )
    return row


def _check_may_give(actor: Any, role: str, unit: AdministrativeUnit) -> None:
    """A leader gives the roles of the own ward; province roles come from a province."""
    if isinstance(actor, SystemActor) or role not in ADMIN_SITE_ROLES:
        return
    holds = Membership.objects.filter(
        open_on(timezone.localdate()),
        user=actor,
        role=Role.PROVINCE_ADMIN,
        unit__seen__unit=unit,
        unit__seen__read_only=False,
    )
    if not holds.exists():
        raise RuleViolation(
            _("Only a province admin gives this role."),
            code="role_out_of_reach",
            field="role",
        )


def _check_not_own(actor: Any, user: User) -> None:
    """Nobody gives or takes the own roles: a second person stands behind each."""
    if user == actor:
        raise RuleViolation(
            _("Somebody else decides on your own roles."),
            code="own_account",
            field="user",
        )


@transaction.atomic
def grant_membership(
    *,
    actor: Any,
    user: User,
    unit: AdministrativeUnit,
    role: str,
    position: str,
    participating_unit: ParticipatingUnit | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    goes_on_from: Membership | None = None,
) -> Membership:
    """Let a person serve in a unit from a day on (today when none is given).

    `goes_on_from` is the term of whoever handed the post over: it may go on in a unit
    that has ended, whose open campaign is finished there. A new post does not begin.

    Raises RuleViolation: "own_account", "role_out_of_reach", "role_of_other_level",
    "unit_ended", "other_ward", "term_reversed", "term_overlaps", and the membership's.
    """
    start = valid_from or timezone.localdate()
    unit = lock_seats(unit.pk)
    mandate = require(actor, "manage_accounts", unit)
    _check_not_own(actor, user)
    _check_may_give(actor, role, unit)
    check_role_of_level(role, unit)
    if goes_on_from is None:
        check_takes_new_people(unit, start)
    if participating_unit and participating_unit.ward_id != unit.pk:
        raise RuleViolation(
            _("Choose a unit of this ward."),
            code="other_ward",
            field="participating_unit",
        )
    membership = Membership(
        user=user,
        unit=unit,
        role=role,
        position=nfc(position),
        participating_unit=participating_unit,
        valid_from=start,
        valid_to=valid_to,
    )
    check_term(membership)
    membership.save()
    record(
        mandate,
        "membership_granted",
        membership,
        after={
            "user": user.username,
            "role": role,
            "unit": unit.slug,
            "from": membership.valid_from,
            "to": valid_to,
        },
        texts={"position": membership.position},
    )
    return membership


@transaction.atomic
def end_membership(
    *, actor: Any, membership: Membership, last_day: dt.date
) -> Membership:
    """End a membership: `last_day` is the last day it holds.

    Raises RuleViolation: "own_account", "role_out_of_reach", "term_reversed",
    "term_overlaps".
    """
    lock_seats(membership.unit_id)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    mandate = require(actor, "manage_accounts", membership)
    _check_not_own(actor, membership.user)
    _check_may_give(actor, membership.role, membership.unit)
    before = membership.valid_to
    membership.valid_to = last_day
    check_term(membership)
    membership.save(update_fields=["valid_to"])
    record(
        mandate,
        "membership_ended",
        membership,
        before={"to": before},
        after={"to": last_day},
    )
    return membership


def ensure_unit(*, actor: Any, slug: str, **fields: Any) -> AdministrativeUnit:
    """The unit of this slug, made when it is missing; what is there stays as it is."""
    unit = AdministrativeUnit.objects.filter(slug=slug).first()
    return unit or create_unit(actor=actor, slug=slug, **fields)


def ensure_country(*, actor: Any) -> AdministrativeUnit:
    """Viet Nam, at the top of every scope."""
    return ensure_unit(
        actor=actor, slug="viet-nam", name="Việt Nam", kind="country", parent=None
    )
