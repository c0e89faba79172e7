"""Who gets what at the addresses of decisions, the trail and the committee's view."""

from tests.security.matrix import (
    FOR_READING,
    INSIDERS,
    NOT_ALLOWED,
    Access,
    Role,
    of_year,
    seen_by,
)

# The whole chain is for those who answer for the whole ward.
_READS_TRAIL = seen_by(*(set(INSIDERS) - {Role.UNIT_CONTRIBUTOR}))
_KEEPS = seen_by(Role.WARD_STAFF, Role.WARD_LEADER, outcome=302)

ACCESS: dict[str, Access] = {
    "criteria:committee-board": Access(of_year(), FOR_READING),
    "criteria:committee-board-print": Access(of_year(), FOR_READING),
    "criteria:criterion-history": Access(of_year(lambda place: 1), FOR_READING),
    "criteria:decision": Access(of_year(), FOR_READING),
    "criteria:recognition-sheet-pdf": Access(of_year(), FOR_READING),
    "criteria:recognition-sheet-docx": Access(of_year(), FOR_READING),
    "criteria:recognition-sheet-code": Access(of_year(), NOT_ALLOWED, _KEEPS),
    # POST checks the chain and shows the page.
    "criteria:trail": Access(of_year(), _READS_TRAIL, _READS_TRAIL),
}
