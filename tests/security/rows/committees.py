"""Who gets what at the addresses of committees."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:committee-detail": Access(of_year(), all_get(404)),
}
