"""Who gets what at the address of the submission."""

from tests.security.matrix import FOR_READING, Access, of_year, seen_by
from wardsecurity.permissions import Role

ACCESS: dict[str, Access] = {
    # The place's criteria are not assessed: even its leader is refused, with reasons.
    "criteria:submission": Access(
        of_year(),
        FOR_READING,
        seen_by(Role.WARD_LEADER, outcome=422),
        lambda place: {"version": 1},
    ),
}
