"""Reading assessments of an evaluation."""

from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from criteria.models import Assessment, Evaluation
from criteria.selectors.scores import list_assessments
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


def get_among_all(
    *, evaluation: Evaluation, number: int
) -> tuple[Assessment, list[Assessment]]:
    """A criterion's assessment and all of its evaluation, which the caller may read.

    Http404 when the set has no such number. One query, for pages that show both.
    """
    rows = list_assessments(evaluation)
    for row in rows:
        if row.criterion.number == number:
            return row, rows
    raise Http404


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
    units = ParticipatingUnit.objects.filter(pk__in=unit_ids)
    kinds = set(units.values_list("kind", flat=True))
    own = Q(lead_unit__in=unit_ids) | Q(supporting_units__in=unit_ids)
    rows = Assessment.objects.filter(evaluation=evaluation)
    asked = rows.values_list("pk", "criterion__figures_by").exclude(
        criterion__figures_by=[]
    )
    return set(rows.filter(own).values_list("pk", flat=True)) | {
        pk for pk, wanted in asked if kinds & set(wanted)
    }


def supporting_units(*, evaluation: Evaluation) -> dict[int, list[int]]:
    """Supporting units of an evaluation's assessments, pks by pk. One query."""
    pairs = Assessment.supporting_units.through.objects.filter(
        assessment__evaluation=evaluation
    ).values_list("assessment_id", "participatingunit_id")
    found: dict[int, list[int]] = {}
    for assessment_id, unit_id in pairs:
        found.setdefault(assessment_id, []).append(unit_id)
    return found
