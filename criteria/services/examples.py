"""The real ward of the seed, as far as the models reach. Nothing is invented for it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from criteria.models import CriteriaSet, Evaluation
from criteria.services.evaluations import open_evaluation
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit
from wardsecurity.wards.services import (
    ensure_country,
    ensure_unit,
    save_participating_unit,
)

# What the file holds that later concepts take in, by its block.
LEFT_FOR_LATER = {
    "documents": "documents",
    "steering_committee": "steering committee",
    "commitment": "commitment and its contents",
    "conference": "conference",
    "directives": "directives",
    "speakers": "speakers",
}


@dataclass
class Loaded:
    """What load_example did."""

    evaluation: Evaluation
    is_new: bool
    left: list[str] = field(default_factory=list)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _load_units(actor: Any, tree: Mapping[str, Any]) -> AdministrativeUnit:
    """Province, city and ward, each below the one before; returns the ward."""
    unit = ensure_country(actor=actor)
    for level in ("province", "city", "ward"):
        facts = tree[level]
        unit = ensure_unit(
            actor=actor,
            slug=facts["slug"],
            name=facts["name_vi"],
            kind=facts["kind"],
            parent=unit,
            valid_from=_day(facts["valid_from"]),
            valid_to=_day(facts["valid_to"]),
        )
    return unit


def load_participating_units(
    actor: Any, ward: AdministrativeUnit, groups: list[dict[str, Any]]
) -> dict[str, ParticipatingUnit]:
    """The participating units of a file, by their code in it."""
    made: dict[str, ParticipatingUnit] = {}
    there = {unit.name: unit for unit in ward.participating_units.all()}
    for facts in (unit for group in groups for unit in group["units"]):
        name = facts["name_vi"]
        made[facts["code"]] = there.get(name) or save_participating_unit(
            actor=actor,
            ward=ward,
            name=name,
            kind=facts["kind"],
            signs=facts["signs"],
            attached_to=made.get(facts.get("attached_to", "")),
        )
    return made


@transaction.atomic
def load_example(*, actor: Any, path: Path) -> Loaded:
    """Load the example file; run again, it changes nothing.

    Raises RuleViolation "set_missing" when its criteria set was not loaded before.
    """
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    ward = _load_units(actor, facts["units_tree"])
    load_participating_units(actor, ward, facts["participating_units"]["groups"])
    left = [name for block, name in LEFT_FOR_LATER.items() if facts.get(block)]
    existing = Evaluation.objects.filter(
        campaign__ward=ward, campaign__year=facts["year"]
    ).first()
    if existing:
        return Loaded(existing, is_new=False, left=left)
    criteria_set = CriteriaSet.objects.filter(
        code=facts["criteria_set"], owner__slug="viet-nam", state="working"
    ).last()
    if criteria_set is None:
        raise RuleViolation(
            f"Load the criteria set {facts['criteria_set']} first (load_criteria).",
            code="set_missing",
        )
    evaluation = open_evaluation(
        actor=actor,
        ward=ward,
        criteria_set=criteria_set,
        title=facts["title_vi"],
        period_start=dt.date.fromisoformat(facts["period"]["start"]),
        period_end=dt.date.fromisoformat(facts["period"]["end"]),
        is_example=True,
    )
    return Loaded(evaluation, is_new=True, left=left)
