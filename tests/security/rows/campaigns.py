"""Who gets what at the addresses of campaigns."""

from tests.security.matrix import FOR_READING, Access, of_year, seen_by
from wardsecurity.permissions import Role

KEEPERS = (Role.WARD_STAFF, Role.WARD_LEADER)

ACCESS: dict[str, Access] = {
    "commitments:campaign-detail": Access(of_year(), FOR_READING),
    "commitments:campaign-edit": Access(
        of_year(),
        seen_by(*KEEPERS),
        seen_by(*KEEPERS, outcome=302),
        lambda place: {"title": "Năm điển hình", "version": 1},
    ),
}
