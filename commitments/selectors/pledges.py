"""Who must sign, who has signed, and who signs for a unit.

A unit must sign when it `signs` and takes part on the signing day: the day of the
campaign's first ceremony that was held by then, else the day asked about (RULES
"Signing"). It has signed while it has a live commitment of this campaign, signed by
that day; a carried one counts. The fact that criteria measure (`ward_facts`) says the
same in SQL.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, F, Min, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.models import Campaign, Commitment, OutsideBody, SigningCeremony
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingKind as Kind
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the units that must sign have signed."""

    signed: int
    required: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.required - self.signed


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds of units that pages show together."""

    code: str
    label: Any
    kinds: tuple[Kind, ...]


KIND_GROUPS = (
    KindGroup(
        "departments",
        _("Departments and sectors"),
        (
            Kind.PARTY_COMMITTEE,
            Kind.PEOPLES_COMMITTEE,
            Kind.WARD_POLICE,
            Kind.MILITARY_COMMAND,
            Kind.DEPARTMENT,
            Kind.HEALTH_STATION,
        ),
    ),
    KindGroup(
        "organisations",
        _("Fatherland Front and mass organisations"),
        (Kind.FATHERLAND_FRONT, Kind.MASS_ORGANISATION),
    ),
    KindGroup("groups", _("Residential groups"), (Kind.RESIDENTIAL_GROUP,)),
    KindGroup("defence", _("Civil-defence groups"), (Kind.CIVIL_DEFENCE_GROUP,)),
    KindGroup("teams", _("Security and order teams"), (Kind.SECURITY_TEAM,)),
    KindGroup("schools", _("Schools and enterprises"), (Kind.SCHOOL, Kind.ENTERPRISE)),
)
_GROUP_OF = {kind: group for group in KIND_GROUPS for kind in group.kinds}

# Posts as people hold them, before the unit's name: Vietnamese whatever the language.
_POSTS = {
    Kind.PARTY_COMMITTEE: "Bí thư",
    Kind.PEOPLES_COMMITTEE: "Chủ tịch",
    Kind.WARD_POLICE: "Trưởng",
    Kind.MILITARY_COMMAND: "Chỉ huy trưởng",
    Kind.FATHERLAND_FRONT: "Chủ tịch",
    Kind.MASS_ORGANISATION: "Chủ tịch",
    Kind.DEPARTMENT: "Phụ trách",
    Kind.HEALTH_STATION: "Trưởng",
    Kind.SCHOOL: "Hiệu trưởng",
    Kind.ENTERPRISE: "Giám đốc",
    Kind.RESIDENTIAL_GROUP: "Tổ trưởng",
    Kind.CIVIL_DEFENCE_GROUP: "Tổ trưởng",
    Kind.SECURITY_TEAM: "Tổ trưởng",
}


def group_of(kind: str) -> KindGroup:
    """The group in which a unit of this kind is shown."""
    return _GROUP_OF[Kind(kind)]


def post_of(unit: ParticipatingUnit) -> str:
    """Who usually signs for a unit: "Chủ tịch Hội Nông dân phường"."""
    post = _POSTS[Kind(unit.kind)]
    if unit.kind == Kind.MASS_ORGANISATION and unit.name.startswith("Đoàn"):
        post = "Bí thư"
    return f"{post} {unit.name}"[:200]


# --- Who must sign ----------------------------------------------------------------


def score_day(campaign: Campaign, today: dt.date | None = None) -> dt.date:
    """The day a campaign's board is of: today, never after the period's end."""
    return min(today or timezone.localdate(), campaign.period_end)


def _signing_day(campaign: Campaign, day: dt.date) -> Coalesce:
    """The day that decides who must sign, as an expression."""
    held = SigningCeremony.objects.filter(campaign=campaign, held_on__lte=day)
    first = held.order_by().values("campaign").annotate(day=Min("held_on"))
    return Coalesce(Subquery(first.values("day")), Value(day), output_field=DateField())


def required_units(campaign: Campaign, day: dt.date) -> QuerySet[ParticipatingUnit]:
    """Units that must sign, as of a day, in Vietnamese order. One query."""
    return ParticipatingUnit.objects.annotate(
        signing_day=_signing_day(campaign, day)
    ).filter(open_on(F("signing_day")), ward=campaign.ward_id, signs=True)


def live_commitments(campaign: Campaign, day: dt.date) -> QuerySet[Commitment]:
    """Commitments that stand, signed by a day."""
    return Commitment.objects.filter(
        campaign=campaign, withdrawn_at=None, ended_at=None, signed_on__lte=day
    )


def signing_coverage(campaign: Campaign, day: dt.date) -> Coverage:
    """How many units must sign as of a day, and how many of them have. Two queries."""
    required = required_units(campaign, day)
    signed = live_commitments(campaign, day).values("unit_id")
    return Coverage(
        signed=required.filter(pk__in=signed).count(), required=required.count()
    )


def unsigned_units(campaign: Campaign, day: dt.date) -> list[ParticipatingUnit]:
    """Units that must sign and have not, in the order of the board. One query."""
    signed = live_commitments(campaign, day).values("unit_id")
    rows = required_units(campaign, day).exclude(pk__in=signed)
    return in_board_order(rows)


def in_board_order(units: Iterable[ParticipatingUnit]) -> list[ParticipatingUnit]:
    """Units by group, within it by kind, then in Vietnamese order."""
    places = [kind for group in KIND_GROUPS for kind in group.kinds]
    return sorted(
        units, key=lambda unit: (places.index(Kind(unit.kind)), unit.sort_key, unit.pk)
    )


# --- One unit ---------------------------------------------------------------------


def get_pledge_unit(*, user: Any, campaign: Campaign, pk: int) -> ParticipatingUnit:
    """A unit of the campaign's ward; Http404 for any other."""
    units = ParticipatingUnit.objects.for_user(user).filter(ward=campaign.ward_id)
    return get_object_or_404(units, pk=pk)


def may_sign_on(unit: ParticipatingUnit, day: dt.date) -> bool:
    """Whether a unit is one that signs and takes part on a day."""
    return (
        unit.signs and (unit.valid_from or day) <= day and (unit.valid_to or day) >= day
    )


def live_commitment(
    *, user: Any, campaign: Campaign, unit: ParticipatingUnit
) -> Commitment | None:
    """The unit's commitment that stands in this campaign, if any. One query."""
    rows = Commitment.objects.for_user(user).filter(
        campaign=campaign, unit=unit, withdrawn_at=None, ended_at=None
    )
    return rows.select_related(
        "campaign__ward", "text", "unit", "scan", "ceremony", "counterparty_unit",
        "counterparty_body", "carried_from__campaign", "renews",
    ).first()  # fmt: skip


def last_positions(units: Iterable[ParticipatingUnit]) -> dict[int, str]:
    """Who last signed for each unit, in any year, by the unit's pk. One query."""
    rows = Commitment.objects.filter(unit__in=[unit.pk for unit in units])
    return dict(rows.order_by("pk").values_list("unit_id", "signer_position"))


# --- The other party --------------------------------------------------------------


def default_counterparty(campaign: Campaign) -> ParticipatingUnit | None:
    """The ward's People's Committee, before which units sign; None without one."""
    rows = ParticipatingUnit.objects.filter(
        open_on(score_day(campaign)),
        ward=campaign.ward_id,
        kind=Kind.PEOPLES_COMMITTEE,
    )
    return rows.first()


def list_counterparties(
    *, user: Any, campaign: Campaign
) -> tuple[list[ParticipatingUnit], list[OutsideBody]]:
    """Whom units may sign with: the ward's leading bodies, and bodies above. Two."""
    units = ParticipatingUnit.objects.for_user(user).filter(
        open_on(score_day(campaign)),
        ward=campaign.ward_id,
        kind__in=[Kind.PEOPLES_COMMITTEE, Kind.PARTY_COMMITTEE],
    )
    bodies = OutsideBody.objects.for_user(user).filter(ward=campaign.ward_id)
    return in_board_order(units)[::-1], list(bodies)
