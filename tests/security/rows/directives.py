"""Who gets what at the addresses of directives."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:directive-list": Access(of_year(), all_get(404)),
}
