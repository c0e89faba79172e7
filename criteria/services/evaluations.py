"""Opening a campaign on a set, and giving its criteria to units."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.services.campaigns import create_campaign
from criteria.models import (
    Assessment,
    CriteriaSet,
    Criterion,
    Evaluation,
    SetState,
)
from criteria.scoring import due_date
from criteria.selectors.scores import may_change
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit


def lead_for(
    criterion: Criterion, units: Sequence[ParticipatingUnit]
) -> ParticipatingUnit | None:
    """The unit that leads by its kind; None ("chưa phân công") unless just one does."""
    of_kind = [unit for unit in units if unit.kind == criterion.lead_unit_kind]
    return of_kind[0] if len(of_kind) == 1 else None


@transaction.atomic
def open_evaluation(
    *,
    actor: Any,
    ward: AdministrativeUnit,
    criteria_set: CriteriaSet,
    title: str,
    period_start: dt.date,
    period_end: dt.date,
    is_example: bool = False,
    is_synthetic: bool = False,
) -> Evaluation:
    """Open a campaign: one evaluation, and an assessment of every criterion.

    A working set is not a ward's own annex, so only example and invented campaigns open
    on it (RULES "Sets"). Raises RuleViolation: "set_not_published", "set_is_empty", and
    those of create_campaign.
    """
    campaign = create_campaign(
        actor=actor,
        ward=ward,
        title=title,
        period_start=period_start,
        period_end=period_end,
        is_example=is_example,
        is_synthetic=is_synthetic,
    )
    criteria_set = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
    mandate = require(actor, "open_campaign", campaign)
    if criteria_set.state != SetState.PUBLISHED and not (
        criteria_set.state == SetState.WORKING and campaign.is_sample
    ):
        raise RuleViolation(
            _("Choose a published set: this one is still to be checked."),
            code="set_not_published",
            field="criteria_set",
        )
    criteria = list(criteria_set.criteria.order_by("number"))
    if not criteria:
        raise RuleViolation(
            _("This set has no criteria."), code="set_is_empty", field="criteria_set"
        )
    evaluation = Evaluation.objects.create(campaign=campaign, criteria_set=criteria_set)
    today = timezone.localdate()
    units = list(
        ParticipatingUnit.objects.filter(open_on(min(today, period_end)), ward=ward)
    )
    rows = Assessment.objects.bulk_create(
        Assessment(
            evaluation=evaluation,
            criterion=criterion,
            lead_unit=lead_for(criterion, units),
            due_on=due_date(criterion.due_quarter, period_end),
            max_points=criterion.max_points,
        )
        for criterion in criteria
    )
    save_restated(rows, today)
    record(
        mandate,
        "evaluation_opened",
        evaluation,
        after={
            "set": criteria_set.pk,
            "version": criteria_set.version,
            "criteria": len(rows),
        },
    )
    return evaluation


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who leads and supports a criterion, and by when."""

    lead_unit: ParticipatingUnit | None
    due_on: dt.date
    supporting_units: tuple[ParticipatingUnit, ...] | None = None  # None: as they are


class AssignmentRefused(RuleViolation):
    """An assignment cannot be; `number` is the criterion it was meant for."""

    def __init__(self, message: str, *, code: str, field: str, number: int) -> None:
        super().__init__(message, code=code, field=field)
        self.number = number


def check_open(evaluation: Evaluation) -> None:
    """RuleViolation "evaluation_locked" unless the ward still writes here."""
    if not may_change(evaluation):
        raise RuleViolation(
            _("%(year)s is locked: it can be read, not changed.")
            % {"year": evaluation.campaign.year},
            code="evaluation_locked",
        )


@transaction.atomic
def assign(
    *,
    actor: Any,
    evaluation: Evaluation,
    assignments: Mapping[int, Assignment],
) -> list[Assessment]:
    """Give criteria (by number) to units with due dates; return those that changed.

    Raises RuleViolation "evaluation_locked", and AssignmentRefused: "other_ward",
    "due_out_of_period".
    """
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    mandate = require(actor, "assign", locked)
    check_open(locked)
    wanted = Assessment.objects.filter(
        evaluation=locked, criterion__number__in=assignments
    )
    rows = lock_assessments(wanted.values_list("pk", flat=True), evaluations)
    changed = []
    for row in rows:
        new = assignments[row.criterion.number]
        _check_assignment(row, new)
        before: dict[str, Any] = {"lead": row.lead_unit_id, "due_on": row.due_on}
        after: dict[str, Any] = {
            "lead": new.lead_unit and new.lead_unit.pk,
            "due_on": new.due_on,
        }
        if new.supporting_units is not None:
            before["supporting"] = sorted(
                row.supporting_units.values_list("pk", flat=True)
            )
            after["supporting"] = sorted(unit.pk for unit in new.supporting_units)
        if before == after:
            continue
        row.lead_unit, row.due_on = new.lead_unit, new.due_on
        row.save(update_fields=["lead_unit", "due_on"])
        if new.supporting_units is not None:
            row.supporting_units.set(new.supporting_units)
        changed.append((row, before, after))
    if changed:
        save_restated([row for row, _before, _after in changed], timezone.localdate())
    for row, before, after in changed:
        record(
            mandate,
            "criterion_assigned",
            row,
            before=before,
            after=after,
            texts={"lead": row.lead_unit.name if row.lead_unit else ""},
        )
    return [row for row, _before, _after in changed]


def _check_assignment(row: Assessment, new: Assignment) -> None:
    campaign = row.evaluation.campaign
    units = [*(new.supporting_units or ()), *([new.lead_unit] if new.lead_unit else [])]
    if any(unit.ward_id != campaign.ward_id for unit in units):
        raise AssignmentRefused(
            _("Choose a unit of this ward."),
            code="other_ward",
            field="lead_unit",
            number=row.criterion.number,
        )
    if not campaign.period_start <= new.due_on <= campaign.period_end:
        raise AssignmentRefused(
            _("Choose a day from %(start)s to %(end)s. Now: %(day)s.")
            % {
                "start": f"{campaign.period_start:%d/%m/%Y}",
                "end": f"{campaign.period_end:%d/%m/%Y}",
                "day": f"{new.due_on:%d/%m/%Y}",
            },
            code="due_out_of_period",
            field="due_on",
            number=row.criterion.number,
        )
