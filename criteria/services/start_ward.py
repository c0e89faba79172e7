"""A real first ward from one file: unit, participating units, leader, campaign."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from criteria.models import CriteriaSet, Evaluation, SetState
from criteria.services.evaluations import open_evaluation
from criteria.services.examples import load_participating_units
from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingKind, UnitKind
from wardsecurity.wards.services import ensure_country, ensure_unit


@dataclass
class Started:
    """What start_ward did; `next_step` when the campaign could not open yet."""

    ward: AdministrativeUnit
    password: str = ""
    evaluation: Evaluation | None = None
    next_step: str = ""
    faults: list[str] = field(default_factory=list)


def _faults(facts: Any) -> list[str]:
    """What is wrong with the file, by place; checked before anything is written."""
    if not isinstance(facts, dict):
        return ["the file holds no fields (name: value)"]
    faults = []
    for block, names in {
        "province": ("slug", "name"),
        "ward": ("slug", "name", "kind"),
        "leader": ("username", "position"),
        "campaign": ("title", "start", "end"),
    }.items():
        part = facts.get(block)
        if not isinstance(part, dict):
            faults.append(f"{block}: missing")
            continue
        faults += [f"{block}.{name}: missing" for name in names if not part.get(name)]
    ward = facts.get("ward") or {}
    if isinstance(ward, dict) and ward.get("kind") not in UnitKind.values:
        faults.append(f"ward.kind: choose one of {', '.join(UnitKind.values)}")
    for name in ("start", "end"):
        if not _day((facts.get("campaign") or {}).get(name)):
            faults.append(f"campaign.{name}: write a day as 2026-01-31")
    for place, unit in enumerate(facts.get("units") or [], start=1):
        if not isinstance(unit, dict) or not unit.get("name"):
            faults.append(f"units {place}: name missing")
        elif unit.get("kind") not in ParticipatingKind.values:
            faults.append(f"units {place}.kind: {unit.get('kind')!r} is not known")
    return faults


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


@transaction.atomic
def start_ward(*, actor: Any, path: Path) -> Started:
    """Make what the file names and is not there yet; open the campaign when it can.

    The campaign opens on the ward's own published set: until a province admin copied,
    checked and published one, `next_step` says so and a second run opens it. Raises
    RuleViolation "file_faulty" with every fault, nothing written.
    """
    try:
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RuleViolation(f"{path}: {error}", code="file_faulty") from error
    if faults := _faults(facts):
        raise RuleViolation("\n".join(faults), code="file_faulty")
    province = ensure_unit(
        actor=actor,
        slug=facts["province"]["slug"],
        name=facts["province"]["name"],
        kind=UnitKind.PROVINCE,
        parent=ensure_country(actor=actor),
    )
    ward = ensure_unit(
        actor=actor,
        slug=facts["ward"]["slug"],
        name=facts["ward"]["name"],
        kind=facts["ward"]["kind"],
        parent=province,
        code=facts["ward"].get("code"),
    )
    load_participating_units(actor, ward, [{"units": _units(facts)}])
    started = Started(ward)
    leader = facts["leader"]
    if not User.objects.filter(username__iexact=leader["username"]).exists():
        started.password = invite(
            actor=actor,
            unit=ward,
            username=leader["username"],
            role=Role.WARD_LEADER,
            position=leader["position"],
        ).password
    _open(actor, started, facts["campaign"])
    return started


def _units(facts: Any) -> list[dict[str, Any]]:
    """The file's units as load_participating_units reads them."""
    return [
        {
            "code": unit.get("code") or unit["name"],
            "name_vi": unit["name"],
            "kind": unit["kind"],
            "signs": unit.get("signs", True),
            "attached_to": unit.get("attached_to", ""),
        }
        for unit in facts.get("units") or []
    ]


def _open(actor: Any, started: Started, campaign: dict[str, Any]) -> None:
    start, end = (_day(campaign[name]) or dt.date.min for name in ("start", "end"))
    existing = Evaluation.objects.filter(
        campaign__ward=started.ward, campaign__year=end.year
    ).first()
    own = CriteriaSet.objects.filter(owner=started.ward, state=SetState.PUBLISHED)
    if existing:
        started.evaluation = existing
    elif criteria_set := own.order_by("-published_at", "-pk").first():
        started.evaluation = open_evaluation(
            actor=actor,
            ward=started.ward,
            criteria_set=criteria_set,
            title=campaign["title"],
            period_start=start,
            period_end=end,
        )
    else:
        started.next_step = (
            f"In the admin site: copy a set to {started.ward}, check it against the "
            "ward's annex, publish it; then run start_ward again."
        )
