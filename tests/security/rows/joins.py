"""Who gets what at the addresses of joins."""

from tests.security.matrix import FOR_WRITING, WRITES, Access, of_year

ACCESS: dict[str, Access] = {
    "criteria:directive-criteria": Access(
        of_year(lambda place: place.records.directive.pk),
        FOR_WRITING,
        WRITES,
        lambda place: {"criteria": [1, 2]},
    ),
}
