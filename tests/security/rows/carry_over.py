"""Who gets what at the addresses of carry over."""

from tests.security.matrix import Access

ACCESS: dict[str, Access] = {}
