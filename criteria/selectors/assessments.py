"""Reading assessments of an evaluation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from criteria.models import Assessment, AssessmentFigure, Evaluation
from criteria.selectors.scores import list_assessments
from criteria.selectors.small_numbers import hide_small, is_inside
from wardsecurity.wards.models import ParticipatingUnit
from wardsecurity.wards.selectors import units_served_here, units_taking_part


@dataclass(frozen=True, slots=True)
class GivenPart:
    """A unit's part of a figure, as far as it was given."""

    unit: ParticipatingUnit
    value: int | None
    base: int | None


def get_assessment(*, user: Any, evaluation: Evaluation, number: int) -> Assessment:
    """A criterion's assessment if `user` may read it; Http404 otherwise."""
    rows = (
        Assessment.objects.for_user(user)
        .filter(evaluation=evaluation)
        .select_related("criterion__category", "lead_unit")
    )
    row = get_object_or_404(rows, criterion__number=number)
    row.evaluation = evaluation
    hide_small(user, [row])
    return row


def get_assessment_at(*, user: Any, ward: str, year: int, number: int) -> Assessment:
    """The same by its address, with its criterion only: all that most saves need.

    One query; Http404 when out of sight.
    """
    return get_object_or_404(
        Assessment.objects.for_user(user).select_related("criterion"),
        evaluation__campaign__ward__slug=ward,
        evaluation__campaign__year=year,
        criterion__number=number,
    )


def get_assessments(
    *, user: Any, evaluation: Evaluation, numbers: list[int]
) -> list[Assessment]:
    """Assessments of an evaluation by criterion numbers, in order of number."""
    rows = (
        Assessment.objects.for_user(user)
        .filter(evaluation=evaluation, criterion__number__in=numbers)
        .select_related("criterion")
        .order_by("criterion__number")
    )
    found = list(rows)
    for row in found:
        row.evaluation = evaluation
    hide_small(user, found)
    return found


def list_assessments_here(*, user: Any, evaluation: Evaluation) -> list[Assessment]:
    """All assessments of an evaluation, knowing which the person's unit supports.

    And how many comments each has, how many of them new to the person.

    Small numbers of people are marked where the person does not see them. One query,
    and one for the memberships if nothing asked for them yet.
    """
    units = units_served_here(user=user, ward=evaluation.campaign.ward)
    own = {unit.pk for unit in units}
    rows = list_assessments(evaluation, own=own, reader=user)
    hide_small(user, rows)
    return rows


def those_of_units(
    rows: Iterable[Assessment], units: Collection[ParticipatingUnit]
) -> list[Assessment]:
    """Those that units lead, support, or are asked for a part of.

    No query for the rows of list_assessments_here.
    """
    return [
        row
        for row in rows
        if any(row.lets_act(unit, "record_evidence") for unit in units)
    ]


def supporting_units(*, evaluation: Evaluation) -> dict[int, list[ParticipatingUnit]]:
    """Supporting units of an evaluation's assessments, by their pk. One query."""
    pairs = Assessment.supporting_units.through.objects.filter(
        assessment__evaluation=evaluation
    ).select_related("participatingunit")
    found: dict[int, list[ParticipatingUnit]] = {}
    for pair in pairs.order_by("participatingunit__sort_key", "participatingunit_id"):
        found.setdefault(pair.assessment_id, []).append(pair.participatingunit)
    return found


def units_asked(assessment: Assessment) -> QuerySet[ParticipatingUnit]:
    """Units asked for their part of a criterion's figure.

    Those of the kinds it names that take part at some time in the campaign's period:
    what the calendar cannot change (docs/decisions/0003).
    """
    campaign = assessment.evaluation.campaign
    return units_taking_part(
        campaign.ward_id,
        assessment.criterion.figures_by,
        campaign.period_start,
        campaign.period_end,
    )


def list_parts(*, user: Any, assessment: Assessment) -> list[GivenPart]:
    """Units asked for their part, with what each gave so far. One query.

    None for a reader who does not serve in the ward: figures per unit never leave it.
    """
    if not is_inside(user, assessment):
        return []
    given = AssessmentFigure.objects.filter(assessment=assessment, unit=OuterRef("pk"))
    rows = units_asked(assessment).annotate(
        part_value=Subquery(given.values("value")[:1]),
        part_base=Subquery(given.values("base")[:1]),
    )
    return [GivenPart(unit, unit.part_value, unit.part_base) for unit in rows]
