"""Who gets what at the addresses of documents."""

from tests.security.matrix import (
    Access,
    all_get,
    of_year,
)

ACCESS: dict[str, Access] = {
    "commitments:document-list": Access(of_year(), all_get(404)),
}
