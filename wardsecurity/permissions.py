"""Who may do what: one table, one check (DESIGN §4 "Roles").

Every service calls `require` after it has locked the row it changes. What comes back,
the Mandate, is what the trail prints, so nothing can be recorded without the check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wardsecurity.scoping import open_on, scope_of


class Role(models.TextChoices):
    """The six roles; a role counts in its membership's unit and below, by date."""

    UNIT_CONTRIBUTOR = "unit_contributor", _("unit contributor")
    WARD_STAFF = "ward_staff", _("ward staff")
    WARD_LEADER = "ward_leader", _("ward leader")
    COMMITTEE_MEMBER = "committee_member", _("committee member")
    PROVINCE_VERIFIER = "province_verifier", _("province verifier")
    PROVINCE_ADMIN = "province_admin", _("province admin")


_WARD = frozenset({Role.WARD_STAFF, Role.WARD_LEADER})
_WARD_AND_OWN = _WARD | {Role.UNIT_CONTRIBUTOR}

# A contributor's right holds for rows of the own participating unit only.
ACTIONS: dict[str, frozenset[Role]] = {
    "assess": _WARD_AND_OWN,
    "enter_figure": _WARD_AND_OWN,
    "record_evidence": _WARD_AND_OWN,
    # Documents, committee, meetings, commitments, funding, models, own directives.
    "keep_records": _WARD_AND_OWN,
    "follow_directive": _WARD_AND_OWN,
    "direct_from_above": frozenset({Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN}),
    "comment": frozenset(Role),
    "open_campaign": frozenset({Role.WARD_LEADER}),
    # In the ward's place: for many wards at once, or where a unit follows others.
    "open_for_ward": frozenset({Role.PROVINCE_ADMIN}),
    "submit": frozenset({Role.WARD_LEADER}),
    "verify": frozenset({Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN}),
    "recommend": frozenset({Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN}),
    "reopen": frozenset({Role.PROVINCE_ADMIN}),
    "move_evaluation": frozenset({Role.PROVINCE_ADMIN}),
    "assign": frozenset({Role.WARD_LEADER}),
    "edit_set": frozenset({Role.WARD_LEADER, Role.PROVINCE_ADMIN}),
    "manage_units": frozenset({Role.PROVINCE_ADMIN}),
    "manage_accounts": frozenset({Role.WARD_LEADER, Role.PROVINCE_ADMIN}),
    # The steering committees of a province or the country, which wards read.
    "keep_committees_above": frozenset({Role.PROVINCE_ADMIN}),
    # Everybody who answers for the whole ward; contributors see their criteria's.
    "read_trail": frozenset(Role) - {Role.UNIT_CONTRIBUTOR},
    # What only the system does: loading data files, the clock, repairs.
    "maintain": frozenset(),
}
ADMIN_SITE_ROLES = frozenset({Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN})


class ScopedRow(Protocol):
    """A row that belongs to an administrative unit."""

    @property
    def scope_unit_id(self) -> int | None:
        """The administrative unit's pk; None: the whole system."""


@dataclass(frozen=True, slots=True)
class SystemActor:
    """Commands and tasks; trailed under the command's name. Never from a request."""

    command: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """On whose authority something is done: what the trail prints."""

    user_id: int | None
    name: str  # account name, or the command's name
    post: str  # the position held, as written in the membership
    role: str


def system(command: str) -> SystemActor:
    """The actor of a management command or task, named after it."""
    return SystemActor(command)


def _memberships(actor: Any, unit_id: int) -> list[Any]:
    """Open memberships of `actor` that reach a unit for writing. One query."""
    rows = _open_memberships(actor).filter(_reaching(unit_id))
    return list(rows.select_related("participating_unit"))


def _all_memberships(actor: Any, unit_id: int) -> list[Any]:
    """Open memberships of `actor`, and whether each reaches a unit for writing."""
    rows = _open_memberships(actor).annotate(reaches=_reaching(unit_id))
    return list(rows.select_related("unit", "participating_unit"))


def _open_memberships(actor: Any) -> models.QuerySet:
    rows = apps.get_model("wards.Membership")._default_manager.order_by("pk")
    return rows.filter(open_on(timezone.localdate()), user_id=actor.pk)


def _reaching(unit_id: int) -> models.Exists:
    scopes = apps.get_model("wards.UnitScope")._default_manager
    return models.Exists(
        scopes.filter(
            viewer_id=models.OuterRef("unit_id"), unit_id=unit_id, read_only=False
        )
    )


def _mandate(
    actor: Any, action: str, row: ScopedRow, reach: Callable[[Any, int], list[Any]]
) -> Mandate | None:
    if isinstance(actor, SystemActor):
        return Mandate(None, actor.command, "", "system")
    if actor.pk is None or not actor.is_active or row.scope_unit_id is None:
        return None
    for membership in reach(actor, row.scope_unit_id):
        if membership.role in ACTIONS[action] and (
            membership.role != Role.UNIT_CONTRIBUTOR
            or _lets_act(row, membership.participating_unit, action)
        ):
            return Mandate(
                actor.pk, actor.get_username(), membership.position, membership.role
            )
    return None


def mandate_of(actor: Any, action: str, row: ScopedRow) -> Mandate | None:
    """Return the mandate under which `actor` may do `action` on `row`, or None."""
    return _mandate(actor, action, row, _memberships)


def _lets_act(row: Any, unit: Any, action: str) -> bool:
    """Whether contributors of a participating unit may do `action` on this row.

    The row says so: of one unit (`lets_act`), or by listing its units
    (`acting_unit_ids`); a row that says neither is closed to them.
    """
    if lets_act := getattr(row, "lets_act", None):
        return bool(lets_act(unit, action))
    acting = getattr(row, "acting_unit_ids", None)
    return bool(acting and unit.pk in acting(action))


def may(actor: Any, action: str, row: ScopedRow) -> bool:
    """Whether `require` would pass: for showing or hiding a button.

    What reaches a unit is read once per request and kept on the user; services ask
    `require`, which reads it afresh.
    """
    return _mandate(actor, action, row, _kept_memberships) is not None


def may_read(actor: Any, action: str, row: ScopedRow) -> bool:
    """Whether a role that may `action` reaches a row, be it for reading only.

    A ward's successor reads by it what its predecessor kept. One query.
    """
    reaching = scope_of(actor, ACTIONS[action]).filter(unit_id=row.scope_unit_id)
    return bool(actor.is_active and reaching.exists())


def kept_reach(actor: Any, unit_id: int) -> list[Any]:
    """Memberships that reach a unit for writing, read once per request: for showing."""
    if actor.pk is None or not actor.is_active:
        return []
    return _kept_memberships(actor, unit_id)


def _kept_memberships(actor: Any, unit_id: int) -> list[Any]:
    kept = actor.__dict__.setdefault("_reaching", {})
    if unit_id not in kept:
        found = _all_memberships(actor, unit_id)
        actor.__dict__["_open_memberships"] = found
        kept[unit_id] = [one for one in found if one.reaches]
    return kept[unit_id]


def kept_open_memberships(actor: Any) -> list[Any] | None:
    """The memberships `may` has read for this request; None when it has not asked."""
    return actor.__dict__.get("_open_memberships")


def require(actor: Any, action: str, row: ScopedRow) -> Mandate:
    """Return the actor's mandate for `action` on `row`, or raise PermissionDenied."""
    mandate = mandate_of(actor, action, row)
    if mandate is None:
        raise PermissionDenied(f"{action} on {type(row).__name__}")
    return mandate
