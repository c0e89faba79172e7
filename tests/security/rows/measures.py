"""Who gets what at the addresses of measures."""

from tests.security.matrix import NOT_ALLOWED, WRITES, Access, of_year

ACCESS: dict[str, Access] = {
    # Criterion 1 asks for a running model, and the ward has one.
    "criteria:measure-confirm": Access(
        of_year(lambda place: 1),
        NOT_ALLOWED,
        WRITES,
        lambda place: {"version": 1, "value": 1, "base": ""},
    ),
}
