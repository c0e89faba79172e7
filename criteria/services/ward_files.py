"""Starting a real ward from a file (docs/ward-file.md).

Units, participating units, the leader's account, and the campaign on the ward's own
published set. Run again after a step is done by people: what is there stays.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from commitments.services.campaigns import check_period
from criteria.models import CriteriaSet, Evaluation
from criteria.selectors.sets import published_for
from criteria.services.evaluations import open_evaluation
from criteria.services.yaml_files import Fault, Faulty, Fields
from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import (
    BELOW,
    COMMUNE_LEVEL,
    AdministrativeUnit,
    Membership,
    ParticipatingKind,
    UnitKind,
)
from wardsecurity.wards.services import (
    ensure_country,
    ensure_unit,
    grant_membership,
    save_participating_unit,
)

KINDS = [kind for kind in UnitKind.values if kind != UnitKind.COUNTRY]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit on the way from the province down to the ward."""

    slug: str
    name: str
    kind: str
    code: str = ""
    valid_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A body that takes part in the ward."""

    name: str
    kind: str
    signs: bool = True
    attached_to: str = ""


@dataclass(frozen=True, slots=True)
class WardFile:
    """What a ward file says."""

    units: list[UnitFacts]
    parts: list[PartFacts]
    username: str
    full_name: str
    position: str
    set_code: str
    title: str
    period_start: dt.date
    period_end: dt.date


@dataclass
class Started:
    """What starting came to, and what people have to do next."""

    ward: AdministrativeUnit
    evaluation: Evaluation | None = None
    is_new: bool = False  # the campaign was opened now
    username: str = ""
    password: str = ""  # of a new leader's account
    made: list[str] = field(default_factory=list)
    is_granted: bool = False  # a known account leads the ward from now on


def checked_ward_file(raw: Any) -> WardFile:
    """Return what the file says; Faulty lists every fault in it."""
    faults: list[Fault] = []
    fields = Fields(raw, faults)
    units = [_unit(fields, place, one) for place, one in _numbered(fields, "units")]
    parts = [
        _part(fields, place, one)
        for place, one in _numbered(fields, "participating_units")
    ]
    leader = fields.mapping("leader", required=True)
    campaign = fields.mapping("campaign", required=True)
    read = WardFile(
        units=units,
        parts=parts,
        username=leader.text("username", 60).lower(),
        full_name=leader.text("full_name", 120, required=False),
        position=leader.text("position", 160),
        set_code=fields.text("criteria_set", 60),
        title=campaign.text("title", 300),
        period_start=campaign.day("start", required=True) or dt.date.min,
        period_end=campaign.day("end", required=True) or dt.date.max,
    )
    for one in (leader, campaign, fields):
        one.finish()
    _check_units(fields, units)
    _check_parts(fields, parts)
    _check_username(leader, read.username)
    _check_period(campaign, read.period_start, read.period_end)
    if faults:
        raise Faulty(faults)
    return read


def _numbered(fields: Fields, name: str) -> list[tuple[int, Any]]:
    return list(enumerate(fields.mappings(name), start=1))


def _unit(fields: Fields, place: int, source: Any) -> UnitFacts:
    item = Fields(source, fields.faults, prefix=f"units[{place}].")
    slug = item.text("slug", 60)
    try:
        validate_slug(slug or "x")
    except ValidationError:
        item.fault("slug", _("Write letters without marks, digits and hyphens."))
    unit = UnitFacts(
        slug=slug,
        name=item.text("name", 120),
        kind=item.choice("kind", KINDS),
        code=item.text("code", 20, required=False),
        valid_from=item.day("valid_from"),
    )
    item.finish()
    return unit


def _part(fields: Fields, place: int, source: Any) -> PartFacts:
    item = Fields(source, fields.faults, prefix=f"participating_units[{place}].")
    part = PartFacts(
        name=item.text("name", 160),
        kind=item.choice("kind", ParticipatingKind.values),
        signs=item.flag("signs", default=True),
        attached_to=item.text("attached_to", 160, required=False),
    )
    item.finish()
    return part


def _check_units(fields: Fields, units: list[UnitFacts]) -> None:
    """Each unit may stand below the one before; the campaign runs in the last one."""
    slugs: set[str] = set()
    for place, unit in enumerate(units, start=1):
        if unit.slug and unit.slug in slugs:
            fields.fault(f"units[{place}].slug", _("This name stands twice."))
        slugs.add(unit.slug)
    kinds = [one.kind for one in units]
    if not kinds or not all(kinds):
        return  # said already
    steps = zip([UnitKind.COUNTRY.value, *kinds], kinds, strict=False)
    if kinds[-1] not in COMMUNE_LEVEL or not all(
        kind in BELOW.get(above, ()) for above, kind in steps
    ):
        fields.fault(
            "units",
            _("Write the units from the province down; the last one, and only it, is"
              " a ward, commune or special zone."),
        )  # fmt: skip


def _check_parts(fields: Fields, parts: list[PartFacts]) -> None:
    names: set[str] = set()
    for place, part in enumerate(parts, start=1):
        where = f"participating_units[{place}]"
        if part.name and part.name in names:
            fields.fault(f"{where}.name", _("This name stands twice."))
        if part.attached_to and part.attached_to not in names:
            fields.fault(
                f"{where}.attached_to", _("No unit above it in the list has this name.")
            )
        names.add(part.name)


def _check_username(leader: Fields, username: str) -> None:
    try:
        User._meta.get_field("username").run_validators(username or "x")
    except ValidationError as error:
        leader.fault("username", error.messages[0])


def _check_period(campaign: Fields, start: dt.date, end: dt.date) -> None:
    """Now, not only when the campaign opens at a later run."""
    if start == dt.date.min or end == dt.date.max:
        return  # said already
    try:
        check_period(start, end)
    except RuleViolation as refusal:
        campaign.fault("end", refusal.message)


@transaction.atomic
def start_ward(*, actor: Any, file: WardFile) -> Started:
    """Make what is missing; open the campaign as soon as the ward has its own set.

    What people did since the last run stays: a unit renamed, a body or a leader's
    membership ended. Raises what the services it calls raise; Faulty when a unit of
    the file is known as something else.
    """
    made: list[str] = []
    started = Started(ward=_units(actor, file, made), made=made)
    _parts(actor, file, started)
    _leader(actor, file, started)
    _campaign(actor, file, started)
    return started


def _units(actor: Any, file: WardFile, made: list[str]) -> AdministrativeUnit:
    unit = ensure_country(actor=actor)
    for place, facts in enumerate(file.units, start=1):
        known = AdministrativeUnit.objects.filter(slug=facts.slug).first()
        if known and (known.kind, known.parent_id) != (facts.kind, unit.pk):
            raise Faulty(
                [
                    Fault(
                        _("%(slug)s is already a unit of another kind or place.")
                        % {"slug": facts.slug},
                        f"units[{place}].slug",
                    )
                ]
            )
        unit = known or ensure_unit(
            actor=actor,
            slug=facts.slug,
            name=facts.name,
            kind=facts.kind,
            code=facts.code or None,
            parent=unit,
            valid_from=facts.valid_from,
        )
        if known is None:
            made.append(unit.name)
    return unit


def _parts(actor: Any, file: WardFile, started: Started) -> None:
    there = {one.name: one for one in started.ward.participating_units.all()}
    for part in file.parts:
        if part.name in there:
            continue
        there[part.name] = save_participating_unit(
            actor=actor,
            ward=started.ward,
            name=part.name,
            kind=part.kind,
            signs=part.signs,
            attached_to=there.get(part.attached_to),
        )
        started.made.append(part.name)


def _leader(actor: Any, file: WardFile, started: Started) -> None:
    """The leader's account and membership; a known account keeps its password."""
    started.username = file.username
    user = User.objects.filter(username__iexact=file.username).first()
    seat: dict[str, Any] = {
        "unit": started.ward,
        "role": Role.WARD_LEADER,
        "position": file.position,
    }
    if user is None:
        invitation = invite(
            actor=actor, username=file.username, full_name=file.full_name, **seat
        )
        started.password = invitation.password
        started.made.append(invitation.user.username)
        return
    # One that ended, too: whoever handed over does not come back by a second run.
    led = Membership.objects.filter(user=user, unit=started.ward, role=Role.WARD_LEADER)
    if not led.exists():
        grant_membership(actor=actor, user=user, **seat)
        started.is_granted = True
        started.made.append(user.username)


def _campaign(actor: Any, file: WardFile, started: Started) -> None:
    started.evaluation = Evaluation.objects.filter(
        campaign__ward=started.ward, campaign__year=file.period_end.year
    ).first()
    criteria_set = _published(started.ward, file.set_code)
    if started.evaluation or criteria_set is None:
        return
    started.evaluation = open_evaluation(
        actor=actor,
        ward=started.ward,
        criteria_set=criteria_set,
        title=file.title,
        period_start=file.period_start,
        period_end=file.period_end,
    )
    started.is_new = True


def _published(ward: AdministrativeUnit, code: str) -> CriteriaSet | None:
    """The latest published version of the ward's own copy."""
    own = published_for(ward=ward).filter(owner=ward, code=code)
    return own.order_by("-version").first()
