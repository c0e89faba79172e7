"""Who gets what at the addresses of joins between the ward's records and criteria."""

from tests.security.matrix import Access, Place, of_year
from tests.security.rows.committees import FOR_KEEPING, KEEPS


def _member(place: Place) -> int:
    return place.records.member.pk


ACCESS: dict[str, Access] = {
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
