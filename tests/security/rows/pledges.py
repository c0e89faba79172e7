"""Who gets what at the addresses of pledges."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:pledge-board": Access(of_year(), all_get(404)),
}
