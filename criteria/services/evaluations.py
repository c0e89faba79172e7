"""Opening a campaign on a set, and giving its criteria to units."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
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
from criteria.selectors.assessments import supporting_units
from criteria.selectors.scores import is_open, may_change, may_change_assessment
from criteria.services.notices import notify_assigned
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
    action: str = "open_campaign",
) -> Evaluation:
    """Open a campaign: one evaluation, and an assessment of every criterion.

    `action` is what the actor needs in the ward: a province opens by "open_for_ward".

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
        action=action,
    )
    criteria_set = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
    mandate = require(actor, action, campaign)
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
class Given:
    """What an assignment says: pks of units, and the due date."""

    lead_unit: int | None
    due_on: dt.date
    supporting_units: frozenset[int]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who leads and supports a criterion, and by when.

    `shown` is what stood there when the person decided; None: whatever stands there.
    """

    lead_unit: ParticipatingUnit | None
    due_on: dt.date
    supporting_units: tuple[ParticipatingUnit, ...] | None = None  # None: as they are
    shown: Given | None = None

    def over(self, stored: Given) -> Given:
        """What would stand in the place of `stored`."""
        return Given(
            self.lead_unit.pk if self.lead_unit else None,
            self.due_on,
            stored.supporting_units
            if self.supporting_units is None
            else frozenset(unit.pk for unit in self.supporting_units),
        )


class AssignmentRefused(RuleViolation):
    """An assignment cannot be; `number` is the criterion it was meant for."""

    def __init__(self, message: str, *, code: str, field: str, number: int) -> None:
        super().__init__(message, code=code, field=field)
        self.number = number


class AssignmentConflict(RuleViolation):
    """Somebody else changed these criteria meanwhile; nothing was written.

    `stored` is what stands there now, by number of the criterion.
    """

    def __init__(self, stored: Mapping[int, Given]) -> None:
        super().__init__(
            _("Somebody else changed these criteria meanwhile. Compare, then save."),
            code="conflict",
        )
        self.stored = stored


def check_open_for(assessment: Assessment) -> None:
    """RuleViolation "evaluation_locked" unless the ward writes into this criterion."""
    evaluation = assessment.evaluation
    if may_change_assessment(evaluation, assessment):
        return
    if may_change(evaluation):
        raise RuleViolation(
            _("Criterion %(number)s was not returned: it can be read, not changed.")
            % {"number": assessment.criterion.number},
            code="evaluation_locked",
        )
    check_open(evaluation)


def check_open(evaluation: Evaluation) -> None:
    """RuleViolation "evaluation_locked" once anything was submitted."""
    if not is_open(evaluation):
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

    Raises RuleViolation "evaluation_locked", AssignmentRefused: "other_ward",
    "due_out_of_period", and AssignmentConflict where a row is no more what it showed.
    """
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    mandate = require(actor, "assign", locked)
    check_open(locked)
    wanted = Assessment.objects.filter(
        evaluation=locked, criterion__number__in=assignments
    )
    rows = lock_assessments(wanted.values_list("pk", flat=True), evaluations)
    supporting = supporting_units(evaluation=locked)
    changed, overtaken = [], {}
    for row in rows:
        new = assignments[row.criterion.number]
        _check_assignment(row, new)
        stored = given_of(row, supporting.get(row.pk, ()))
        if new.over(stored) == stored:
            continue
        if new.shown not in (None, stored):
            overtaken[row.criterion.number] = stored
        changed.append((row, new, stored))
    if overtaken:
        raise AssignmentConflict(overtaken)
    for row, new, _stored in changed:
        row.lead_unit, row.due_on = new.lead_unit, new.due_on
        row.save(update_fields=["lead_unit", "due_on"])
        if new.supporting_units is not None:
            row.supporting_units.set(new.supporting_units)
    if changed:
        given = [row for row, _new, _stored in changed]
        save_restated(given, timezone.localdate())
        notify_assigned(*given, by=mandate.user_id)
    for row, new, stored in changed:
        record(
            mandate,
            "criterion_assigned",
            row,
            before=_told(stored),
            after=_told(new.over(stored)),
            texts={"lead": row.lead_unit.name if row.lead_unit else ""},
        )
    return [row for row, _new, _stored in changed]


def given_of(row: Assessment, supporting: Iterable[ParticipatingUnit]) -> Given:
    """What an assessment's assignment says now."""
    pks = frozenset(unit.pk for unit in supporting)
    return Given(row.lead_unit_id, row.due_on, pks)


def _told(given: Given) -> dict[str, Any]:
    """What the trail tells of an assignment."""
    return {
        "lead": given.lead_unit,
        "due_on": given.due_on,
        "supporting": sorted(given.supporting_units),
    }


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
