"""Opening campaigns for many wards, from a set and a template, as a job.

Each ward is a transaction of its own and may be done again: a ward that has a campaign
of the year keeps it as it is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.models import Campaign
from commitments.services.campaigns import check_period, lock_campaign
from commitments.services.carry_over import copy_text
from criteria.models import Assessment, CriteriaSet, Evaluation, SetState
from criteria.selectors.replication import (
    Plan,
    patterns_of,
    plan_for,
    units_taking_part,
)
from criteria.selectors.sets import published_for
from criteria.services.evaluations import open_evaluation
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.jobs.kinds import Kind, Outcome, register
from wardsecurity.jobs.models import Job
from wardsecurity.jobs.services import start_job
from wardsecurity.permissions import require
from wardsecurity.wards.models import AdministrativeUnit

KIND, ACTION = "replication", "open_for_ward"
OPENED, HAD_ONE = "opened", "had_one"


@dataclass(frozen=True, slots=True)
class Order:
    """What to open, as the form has it."""

    criteria_set: CriteriaSet
    title: str
    period_start: dt.date
    period_end: dt.date
    template: Evaluation | None = None
    with_text: bool = True


@transaction.atomic
def order_replication(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    order: Order,
    wards: Sequence[AdministrativeUnit],
) -> Job:
    """Start the job that opens a campaign in each ward.

    Raises RuleViolation: "no_units", "other_province", "set_out_of_reach",
    "template_out_of_reach", "period_reversed", "period_too_long".
    """
    require(actor, ACTION, unit)
    check_period(order.period_start, order.period_end)
    _check_wards(unit, wards)
    if not published_for(ward=unit).filter(pk=order.criteria_set.pk).exists():
        raise _set_out_of_reach()
    if order.template is not None:
        # Rules of the house: what one does not see, one does not copy.
        require(actor, ACTION, order.template)
    return start_job(
        actor=actor,
        kind=KIND,
        unit=unit,
        facts={
            "set": order.criteria_set.pk,
            "template": order.template.pk if order.template else None,
            "title": order.title,
            "start": order.period_start.isoformat(),
            "end": order.period_end.isoformat(),
            "with_text": order.with_text,
            "is_synthetic": _is_invented(unit),
        },
        units=wards,
    )


def _check_wards(unit: AdministrativeUnit, wards: Sequence[AdministrativeUnit]) -> None:
    own = set(
        AdministrativeUnit.objects.filter(
            seers__viewer=unit, seers__read_only=False
        ).values_list("pk", flat=True)
    )
    if any(ward.pk not in own for ward in wards):
        raise RuleViolation(
            _("Choose wards of %(unit)s.") % {"unit": unit},
            code="other_province",
            field="wards",
        )


def _set_out_of_reach() -> RuleViolation:
    return RuleViolation(
        _("Choose a published set of the province or from above it."),
        code="set_out_of_reach",
        field="criteria_set",
    )


def _is_invented(unit: AdministrativeUnit) -> bool:
    """Whether all that the province's wards hold is invented: so is what comes."""
    campaigns = Campaign.objects.filter(
        ward__seers__viewer=unit, ward__seers__read_only=False
    )
    kinds = set(campaigns.values_list("is_synthetic", "is_example").distinct())
    return (True, False) in kinds and (False, False) not in kinds


# --- One ward ---------------------------------------------------------------------


@transaction.atomic
def open_in_ward(
    *, actor: Any, unit: AdministrativeUnit, facts: Mapping[str, Any]
) -> Outcome:
    """Open the ordered campaign in one ward, if it has none of that year.

    Raises PermissionDenied outside the actor's province, and RuleViolation
    "set_out_of_reach" and those of open_evaluation.
    """
    # Locked first, so that of two at once the second finds what the first opened.
    ward = AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)
    mandate = require(actor, ACTION, ward)
    start, end = (dt.date.fromisoformat(facts[name]) for name in ("start", "end"))
    known = Campaign.objects.filter(ward=ward, year=end.year).first()
    if known is not None:
        return Outcome(
            HAD_ONE,
            _("Has a campaign of %(year)s already; it stays as it is.")
            % {"year": end.year},
            {"url": _url(known)},
        )
    criteria_set = (
        published_for(ward=ward)
        .filter(pk=facts["set"], state=SetState.PUBLISHED)
        .first()
    )
    if criteria_set is None:
        raise _set_out_of_reach()
    evaluation = open_evaluation(
        actor=actor,
        ward=ward,
        criteria_set=criteria_set,
        title=facts["title"],
        period_start=start,
        period_end=end,
        is_synthetic=facts["is_synthetic"],
        action=ACTION,
    )
    template = _template(facts)
    plan = plan_for(
        criteria_set.criteria.order_by("number"),
        patterns_of(template),
        units_taking_part([ward], min(timezone.localdate(), end))[ward.pk],
        start,
        end,
    )
    if template is not None:
        _assign(evaluation, plan)
    campaign = lock_campaign(evaluation.campaign)
    text = None
    if template is not None and facts["with_text"]:
        text = copy_text(mandate, template.campaign, campaign, "text_replicated")
    assigned = sum(one.lead is not None for one in plan.given.values())
    record(
        mandate,
        "campaign_replicated",
        campaign,
        after={
            "set": criteria_set.pk,
            "template": facts["template"],
            "assigned": assigned,
            "missing": plan.missing,
            "text": text and text.pk,
        },
    )
    return Outcome(OPENED, _told(assigned, len(plan.given)), _page(campaign, plan))


def _template(facts: Mapping[str, Any]) -> Evaluation | None:
    rows = Evaluation.objects.select_related("campaign")
    return rows.filter(pk=facts["template"]).first() if facts["template"] else None


def _told(assigned: int, size: int) -> str:
    return _("Opened; %(assigned)s of %(size)s criteria have their lead unit.") % {
        "assigned": assigned,
        "size": size,
    }


def _url(campaign: Campaign) -> str:
    return reverse("criteria:dashboard", args=[campaign.ward.slug, campaign.year])


def _page(campaign: Campaign, plan: Plan) -> dict[str, Any]:
    return {"url": _url(campaign), "missing": plan.sentences}


def _assign(evaluation: Evaluation, plan: Plan) -> None:
    """Put a plan into the rows of an evaluation that was just opened."""
    evaluations = lock_evaluations([evaluation.pk])
    pks = Assessment.objects.filter(evaluation=evaluation).values_list("pk", flat=True)
    rows = lock_assessments(pks, evaluations)
    for row in rows:
        given = plan.given[row.criterion.number]
        row.lead_unit = given.lead
        row.due_on = given.due_on or row.due_on
    Assessment.objects.bulk_update(rows, ["lead_unit", "due_on"])
    through = Assessment.supporting_units.through
    through.objects.bulk_create(
        through(assessment_id=row.pk, participatingunit_id=unit.pk)
        for row in rows
        for unit in plan.given[row.criterion.number].supporting
    )
    save_restated(rows, timezone.localdate())


def _result(*, unit: AdministrativeUnit, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The province's page of the year that was opened."""
    year = dt.date.fromisoformat(facts["end"]).year
    words = _("Open the province in %(year)s") % {"year": year}
    return words, reverse("criteria:province", args=[unit.slug, year])


register(
    Kind(
        code=KIND,
        title=gettext_lazy("Opening campaigns for many wards"),
        action=ACTION,
        act=open_in_ward,
        outcomes={
            OPENED: gettext_lazy("opened"),
            HAD_ONE: gettext_lazy("had one already"),
        },
        result=_result,
    )
)
