"""Who gets what at the addresses of campaigns."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:campaign-detail": Access(of_year(), all_get(404)),
}
