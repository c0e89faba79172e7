"""Who gets what at the addresses of committees: nobody's unit acts for a committee."""

from typing import Any

from tests.security.matrix import FOR_READING, Access, Place, of_year, seen_by
from wardsecurity.permissions import Role

KEEPERS = (Role.WARD_STAFF, Role.WARD_LEADER)
FOR_KEEPING = seen_by(*KEEPERS)
KEEPS = seen_by(*KEEPERS, outcome=302)


def _member(place: Place) -> int:
    return place.records.member.pk


def _post(place: Place) -> dict[str, Any]:
    return {"version": 1, "role": "uy_vien", "position": "Trưởng trạm Y tế"}


ACCESS: dict[str, Access] = {
    "commitments:committee-detail": Access(of_year(), FOR_READING),
    # The place has its committee: the form leads to it, a second one is refused.
    "commitments:committee-establish": Access(
        of_year(),
        KEEPS,
        seen_by(*KEEPERS, outcome=422),
        lambda place: {"name": "Ban Chỉ đạo thứ hai"},
    ),
    "commitments:committee-edit": Access(
        of_year(),
        FOR_KEEPING,
        KEEPS,
        lambda place: {"version": 1, "name": "Ban Chỉ đạo"},
    ),
    "commitments:member-create": Access(of_year(), FOR_KEEPING, KEEPS, _post),
    "commitments:member-edit": Access(of_year(_member), FOR_KEEPING, KEEPS, _post),
    "commitments:member-end": Access(
        of_year(_member),
        FOR_KEEPING,
        KEEPS,
        lambda place: {
            "version": 1,
            "last_day": f"{place.evaluation.campaign.period_start:%d/%m/%Y}",
        },
    ),
}
