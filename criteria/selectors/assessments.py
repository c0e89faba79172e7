"""Reading assessments of an evaluation."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from criteria.models import Assessment, Evaluation
from wardsecurity.scoping import open_during
from wardsecurity.wards.models import ParticipatingUnit


def get_assessment(*, user: Any, evaluation: Evaluation, number: int) -> Assessment:
    """A criterion's assessment if `user` may read it; Http404 otherwise."""
    rows = (
        Assessment.objects.for_user(user)
        .filter(evaluation=evaluation)
        .select_related("criterion__category", "lead_unit")
    )
    row = get_object_or_404(rows, criterion__number=number)
    row.evaluation = evaluation
    return row


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
    return found


def assessments_of_units(*, evaluation: Evaluation, unit_ids: set[int]) -> set[int]:
    """Assessments that units lead, support, or are asked for a part of. Two queries."""
    campaign = evaluation.campaign
    units = ParticipatingUnit.objects.filter(
        open_during(campaign.period_start, campaign.period_end), pk__in=unit_ids
    )
    kinds = set(units.values_list("kind", flat=True))
    own = Q(lead_unit__in=unit_ids) | Q(supporting_units__in=unit_ids)
    rows = Assessment.objects.filter(evaluation=evaluation)
    asked = rows.values_list("pk", "criterion__figures_by").exclude(
        criterion__figures_by=[]
    )
    return set(rows.filter(own).values_list("pk", flat=True)) | {
        pk for pk, wanted in asked if kinds & set(wanted)
    }


def supporting_units(*, evaluation: Evaluation) -> dict[int, list[ParticipatingUnit]]:
    """Supporting units of an evaluation's assessments, by their pk. One query."""
    pairs = Assessment.supporting_units.through.objects.filter(
        assessment__evaluation=evaluation
    ).select_related("participatingunit")
    found: dict[int, list[ParticipatingUnit]] = {}
    for pair in pairs.order_by("participatingunit__sort_key", "participatingunit_id"):
        found.setdefault(pair.assessment_id, []).append(pair.participatingunit)
    return found
