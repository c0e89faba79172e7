"""Who gets what at the addresses of joins between the ward's records and criteria."""

from typing import Any

from tests.security.matrix import (
    FOR_WRITING,
    NOT_ALLOWED,
    WRITES,
    Access,
    Place,
    of_year,
)
from tests.security.rows.committees import FOR_KEEPING, KEEPS


def _document(place: Any) -> int:
    return place.records.document.pk


def _first(place: Any) -> dict[str, Any]:
    return {"criteria": [place.evaluation.assessments.first().pk]}


def _member(place: Place) -> int:
    return place.records.member.pk


ACCESS: dict[str, Access] = {
    "criteria:directive-criteria": Access(
        of_year(lambda place: place.records.directive.pk),
        FOR_WRITING,
        WRITES,
        lambda place: {"criteria": [1, 2]},
    ),
    "criteria:document-criteria": Access(
        of_year(_document), FOR_WRITING, WRITES, _first
    ),
    "criteria:document-evidence": Access(
        of_year(_document), FOR_WRITING, WRITES, _first
    ),
    "criteria:evidence-take-over": Access(
        of_year(lambda place: place.paper.pk),
        NOT_ALLOWED,
        WRITES,
        lambda place: {"version": 1},
    ),
    "criteria:member-categories": Access(
        of_year(_member), FOR_KEEPING, KEEPS, lambda place: {"categories": []}
    ),
    "criteria:member-replace": Access(
        of_year(_member),
        FOR_KEEPING,
        KEEPS,
        lambda place: {
            "version": 1,
            "last_day": f"{place.evaluation.campaign.period_start:%d/%m/%Y}",
            "position": "Phó Chủ tịch UBND phường",
        },
    ),
}
