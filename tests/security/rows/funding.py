"""Who gets what at the addresses of funding: no unit's, so staff and leaders only."""

from tests.security.matrix import FOR_READING, Access, of_year, seen_by
from wardsecurity.permissions import Role

KEEPERS = (Role.WARD_STAFF, Role.WARD_LEADER)
FOR_KEEPING = seen_by(*KEEPERS)
KEEPS = seen_by(*KEEPERS, outcome=302)


def _pk(place):
    return place.records.funding_line.pk


def _line(place):
    return {
        "purpose": "Hội nghị triển khai",
        "source": "ward",
        "estimated": "148.500.000",
        "document": place.records.document.pk,
    }


ACCESS: dict[str, Access] = {
    "commitments:funding-list": Access(of_year(), FOR_READING),
    "commitments:funding-print": Access(of_year(), FOR_READING),
    "commitments:funding-create": Access(of_year(), FOR_KEEPING, KEEPS, _line),
    "commitments:funding-edit": Access(
        of_year(_pk), FOR_KEEPING, KEEPS, lambda place: _line(place) | {"version": 1}
    ),
    "commitments:funding-remove": Access(
        of_year(_pk), FOR_KEEPING, KEEPS, lambda place: {"reason": "Ghi nhầm."}
    ),
}
