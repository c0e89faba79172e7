"""Who gets what at the addresses of good models."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:model-list": Access(of_year(), all_get(404)),
}
