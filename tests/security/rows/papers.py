"""Who gets what at the addresses of papers."""

from tests.security.matrix import Access

ACCESS: dict[str, Access] = {}
