"""Who gets what at the addresses of carry over."""

from tests.security.matrix import FOR_LEADING, LEADS, Access, of_year

ACCESS: dict[str, Access] = {
    "criteria:carry-over": Access(
        of_year(), FOR_LEADING, LEADS, lambda place: {"parts": ["text", "documents"]}
    ),
}
