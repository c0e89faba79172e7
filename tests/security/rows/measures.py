"""Who gets what at the addresses of measures."""

from tests.security.matrix import Access

ACCESS: dict[str, Access] = {}
