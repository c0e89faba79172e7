"""Lists of participating units and of accounts, written all together or not at all.

Every row goes through the service that the page of one row goes through; what it says
is kept by row, so that one run tells every fault.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.accounts.models import User
from wardsecurity.accounts.services import OneTime
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may
from wardsecurity.scoping import open_on, scope_of
from wardsecurity.text import fold, nfc
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)
from wardsecurity.wards.services import grant_membership, save_participating_unit


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its number in the sheet, and what it says by column."""

    number: int
    values: Mapping[str, Any]

    def get(self, column: str) -> Any:
        """What a cell says; None when it is empty."""
        return self.values.get(column)


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a row, and in which column ("": the row)."""

    number: int
    column: str
    sentence: str


class ListRefused(RuleViolation):
    """Rows of a list cannot be written; nothing was."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__(
            ngettext(
                "%(count)d place of the list is to be mended. Nothing was written.",
                "%(count)d places of the list are to be mended. Nothing was written.",
                len(faults),
            )
            % {"count": len(faults)},
            code="list_refused",
            field="file",
        )
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one row. `password` is a new account's, to hand over once."""

    number: int
    row: Any  # ParticipatingUnit or Membership
    is_new: bool  # a new participating unit, a new account
    password: str = ""


@transaction.atomic
def import_bodies(*, actor: Any, lines: Sequence[Line]) -> list[Written]:
    """Add the participating units of a list; what is there already stays as it is.

    Raises ListRefused.
    """
    units = _Units(actor, "manage_units")
    # What others are attached to comes first.
    ordered = sorted(lines, key=lambda line: bool(line.get("attached_to")))
    return _each(ordered, lambda line: _body(actor, units, line))


@transaction.atomic
def import_people(
    *, actor: Any, lines: Sequence[Line], one_times: Iterable[OneTime] | None = None
) -> list[Written]:
    """Make the accounts of a list and grant their memberships.

    A name that is there already, among people the actor administers, is granted the
    membership. `one_times` are passwords made ready, one a line; without them nobody
    can sign in (a rehearsal). Raises ListRefused.
    """
    units = _Units(actor, "manage_accounts")
    ready = iter(one_times or ())
    return _each(
        lines,
        lambda line: _person(actor, units, line, next(ready, OneTime("", "!"))),
    )


def _each(lines: Iterable[Line], write: Callable[[Line], Written]) -> list[Written]:
    """Write line by line; all the faults together, or all that was written."""
    written: list[Written] = []
    faults: list[LineFault] = []
    for line in lines:
        try:
            with transaction.atomic():
                written.append(write(line))
        except _Faulty as faulty:
            faults.append(LineFault(line.number, faulty.column, faulty.sentence))
        except RuleViolation as refusal:
            for field, sentence in refusal.sentences:
                column = _COLUMNS.get(field or "", field or "")
                faults.append(LineFault(line.number, column, sentence))
        except PermissionDenied:
            faults.append(LineFault(line.number, "", _("This is not yours to manage.")))
    if faults:
        raise ListRefused(sorted(faults, key=lambda one: one.number))
    return written


# The services' fields, where the columns are called otherwise.
_COLUMNS = {"user": "username"}


class _Faulty(Exception):
    """A cell says what cannot be."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


class _Units:
    """Units by what people call them, among those the actor manages."""

    def __init__(self, actor: Any, action: str) -> None:
        self.actor, self.action = actor, action
        self.by_name: dict[str, list[AdministrativeUnit]] = {}
        for unit in AdministrativeUnit.objects.for_user(actor).select_related("parent"):
            for name in {unit.slug, fold(unit.name)}:
                self.by_name.setdefault(name, []).append(unit)
        self.allowed: dict[int, bool] = {}

    def find(self, line: Line, column: str) -> AdministrativeUnit:
        """The unit a cell names; _Faulty when there is none, or there are several."""
        said = needed(line, column)
        found = self.by_name.get(said) or self.by_name.get(fold(said), [])
        today = timezone.localdate()
        live = [one for one in found if (one.valid_to or today) >= today]
        found = [one for one in live or found if self._may(one)]
        if not found:
            raise _Faulty(
                column,
                _("You manage no unit called %(name)s. Write its name or address name.")
                % {"name": said[:60]},
            )
        if len(found) > 1:
            slugs = ", ".join(sorted(one.slug for one in found))
            raise _Faulty(
                column,
                _("Several units are called %(name)s. Write one of: %(slugs)s.")
                % {"name": said[:60], "slugs": slugs},
            )
        return found[0]

    def _may(self, unit: AdministrativeUnit) -> bool:
        if unit.pk not in self.allowed:
            self.allowed[unit.pk] = may(self.actor, self.action, unit)
        return self.allowed[unit.pk]


def needed(line: Line, column: str) -> str:
    """A cell that must say something."""
    said = line.get(column)
    if said in (None, ""):
        raise _Faulty(column, _("Fill this cell in."))
    return str(said)


def _body_of(
    ward: AdministrativeUnit, line: Line, column: str, day: dt.date
) -> ParticipatingUnit | None:
    """The participating unit of a ward that a cell names, as it is on a day."""
    said = line.get(column)
    if not said:
        return None
    there = ParticipatingUnit.objects.filter(open_on(day), ward=ward)
    found = [one for one in there if fold(one.name) == fold(said)]
    if not found:
        raise _Faulty(
            column,
            _("%(ward)s has no participating unit called %(name)s.")
            % {"ward": ward, "name": said[:60]},
        )
    return found[0]


def _body(actor: Any, units: _Units, line: Line) -> Written:
    ward = units.find(line, "ward")
    name, kind = nfc(needed(line, "name")), needed(line, "kind")
    start, end = line.get("valid_from"), line.get("valid_to")
    signs = line.get("signs")
    facts = {"kind": kind, "signs": signs is not False, "valid_to": end}
    there = ParticipatingUnit.objects.filter(ward=ward, name=name, valid_from=start)
    known = there.first()
    if known and all(getattr(known, key) == value for key, value in facts.items()):
        return Written(line.number, known, is_new=False)
    day = start or timezone.localdate()
    made = save_participating_unit(
        actor=actor,
        ward=ward,
        name=name,
        attached_to=_body_of(ward, line, "attached_to", day),
        valid_from=start,
        **facts,
    )
    return Written(line.number, made, is_new=True)


def _person(actor: Any, units: _Units, line: Line, one_time: OneTime) -> Written:
    unit = units.find(line, "unit")
    username = needed(line, "username").strip().lower()
    start = line.get("valid_from") or timezone.localdate()
    seat = {
        "unit": unit,
        "role": needed(line, "role"),
        "position": needed(line, "position"),
        "participating_unit": _body_of(unit, line, "participating_unit", start),
        "valid_from": start,
        "valid_to": line.get("valid_to"),
    }
    known = User.objects.filter(username=username).first()
    if known and _is_in_sight(actor, known):
        granted = grant_membership(actor=actor, user=known, **seat)
        return Written(line.number, granted, is_new=False)
    invitation = invite(
        actor=actor,
        username=username,
        full_name=line.get("full_name") or "",
        email=line.get("email") or "",
        one_time=one_time,
        **seat,
    )
    return Written(
        line.number, invitation.membership, is_new=True, password=invitation.password
    )


def _is_in_sight(actor: Any, user: User) -> bool:
    """Whether an account serves where the actor writes; else its name is taken.

    What is only read as a predecessor's does not count: its people stay unseen.
    """
    seats = scope_of(actor).filter(read_only=False, unit_id=OuterRef("unit_id"))
    return Membership.objects.filter(Exists(seats), user=user).exists()
