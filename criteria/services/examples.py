"""The real ward of the seed, with all its file holds. Nothing is invented for it."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from criteria.models import CriteriaSet, Evaluation
from criteria.services.evaluations import open_evaluation
from criteria.services.example_records import load_records
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit
from wardsecurity.wards.services import (
    ensure_country,
    ensure_unit,
    save_participating_unit,
)


@dataclass
class Loaded:
    """What load_example did: how much it made of what, and what nobody knows yet."""

    evaluation: Evaluation
    is_new: bool
    made: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def unknowns(facts: Any, place: str = "") -> Iterator[str]:
    """Where the file is silent because the article is: "conference.held_on"."""
    if facts is None:
        yield place
    elif isinstance(facts, Mapping):
        for name, value in facts.items():
            yield from unknowns(value, f"{place}.{name}" if place else str(name))
    elif isinstance(facts, list):
        for number, value in enumerate(facts, start=1):
            code = value.get("code", number) if isinstance(value, Mapping) else number
            yield from unknowns(value, f"{place}[{code}]")


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
    """Load everything the example file holds; run again, it changes nothing.

    An example that an earlier version loaded is completed; what people wrote since
    stays. Nothing is assessed and nothing is evidence: the article gives no results.
    Raises RuleViolation "set_missing" when its criteria set was not loaded before.
    """
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    ward = _load_units(actor, facts["units_tree"])
    load_participating_units(actor, ward, facts["participating_units"]["groups"])
    known = Evaluation.objects.filter(
        campaign__ward=ward, campaign__year=facts["year"]
    ).first()
    evaluation = known or _open(actor, ward, facts)
    return Loaded(
        evaluation,
        is_new=known is None,
        made=load_records(actor=actor, evaluation=evaluation, facts=facts),
        unknown=list(unknowns(facts)),
    )


def _open(actor: Any, ward: AdministrativeUnit, facts: Mapping[str, Any]) -> Evaluation:
    """Open the campaign of the file on its criteria set."""
    criteria_set = CriteriaSet.objects.filter(
        code=facts["criteria_set"], owner__slug="viet-nam", state="working"
    ).last()
    if criteria_set is None:
        raise RuleViolation(
            f"Load the criteria set {facts['criteria_set']} first (load_criteria).",
            code="set_missing",
        )
    return open_evaluation(
        actor=actor,
        ward=ward,
        criteria_set=criteria_set,
        title=facts["title_vi"],
        period_start=dt.date.fromisoformat(facts["period"]["start"]),
        period_end=dt.date.fromisoformat(facts["period"]["end"]),
        is_example=True,
    )
