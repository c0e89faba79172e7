"""Units that follow others, with the campaign of the unit that goes on.

The wards app ends and begins units; what they have of campaigns is known here.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Campaign
from criteria.models import CriteriaSet, Evaluation
from criteria.services.evaluations import open_evaluation
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingUnit,
    SuccessionKind,
)
from wardsecurity.wards.succession import (
    lock_units,
    merge_units,
    rename_unit,
    split_unit,
    transfer_unit,
)

_ACTS: dict[str, Callable[..., Any]] = {
    SuccessionKind.MERGE: merge_units,
    SuccessionKind.SPLIT: split_unit,
    SuccessionKind.RENAME: rename_unit,
    SuccessionKind.TRANSFER: transfer_unit,
}


@dataclass(frozen=True, slots=True)
class Start:
    """The first campaign of a unit that goes on."""

    criteria_set: CriteriaSet
    title: str
    period_start: dt.date
    period_end: dt.date


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it: the units that go on, and the campaigns opened for them."""

    successors: list[AdministrativeUnit]
    evaluations: list[Evaluation]
    bodies: dict[int, list[str]]  # names of the participating units that came along


@transaction.atomic
def succeed(
    *, actor: Any, kind: str, facts: Mapping[str, Any], start: Start | None = None
) -> Followed:
    """Merge, split, rename or transfer (`facts` are that service's), then open `start`.

    A campaign after invented or example ones is marked as they are. Raises what the
    service of wards and open_evaluation raise, and RuleViolation "set_out_of_reach".
    """
    before = _predecessors(facts)
    # Units, then the set: the order in which open_evaluation locks them too.
    others = [facts[name] for name in ("into", "parent") if facts.get(name)]
    lock_units([*before, *others])
    if start:
        CriteriaSet.objects.select_for_update().get(pk=start.criteria_set.pk)
    made = _ACTS[kind](actor=actor, **facts)
    successors = made if isinstance(made, list) else [made]
    evaluations = [
        _open(actor, unit, before, start) for unit in successors if start is not None
    ]
    came = ParticipatingUnit.objects.filter(
        ward__in=successors, valid_from=facts["effective_on"]
    )
    bodies: dict[int, list[str]] = {}
    for ward, name in came.order_by("sort_key").values_list("ward", "name"):
        bodies.setdefault(ward, []).append(name)
    return Followed(successors, evaluations, bodies)


def _predecessors(facts: Mapping[str, Any]) -> list[AdministrativeUnit]:
    return list(facts["predecessors"]) if "predecessors" in facts else [facts["unit"]]


def _open(
    actor: Any,
    ward: AdministrativeUnit,
    predecessors: list[AdministrativeUnit],
    start: Start,
) -> Evaluation:
    in_reach = CriteriaSet.objects.filter(
        owner__seen__unit=ward, owner__seen__read_only=False
    )
    if not in_reach.filter(pk=start.criteria_set.pk).exists():
        raise RuleViolation(
            _("This set is neither the ward's nor that of a unit above it."),
            code="set_out_of_reach",
            field="criteria_set",
        )
    earlier = Campaign.objects.filter(ward__in=predecessors)
    return open_evaluation(
        actor=actor,
        ward=ward,
        criteria_set=start.criteria_set,
        title=start.title,
        period_start=start.period_start,
        period_end=start.period_end,
        is_example=earlier.filter(is_example=True).exists(),
        is_synthetic=earlier.filter(is_synthetic=True).exists(),
        action="open_for_ward",
    )
