"""Who gets what at the addresses of joins."""

from tests.security.matrix import Access

ACCESS: dict[str, Access] = {}
