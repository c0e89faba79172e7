"""Who gets what at the addresses of the steering committees above the wards."""

from typing import Any

from tests.security.matrix import (
    NOT_ALLOWED,
    PROVINCE_ROLES,
    Access,
    Cells,
    Place,
    all_get,
)
from wardsecurity.permissions import Role


def for_keeping(outcome: int) -> Cells:
    """The province's admin keeps, its verifier reads, a ward does not know it."""
    return all_get(404) | {Role.PROVINCE_VERIFIER: 403, Role.PROVINCE_ADMIN: outcome}


def _unit(place: Place) -> list[Any]:
    return [place.ward.parent.slug]


def _body(place: Place) -> list[Any]:
    return [*_unit(place), place.sitting.body_id]


def _member(place: Place) -> list[Any]:
    return [*_unit(place), place.sitting.pk]


ACCESS: dict[str, Access] = {
    "commitments:committees-above": Access(
        _unit,
        all_get(404) | dict.fromkeys(PROVINCE_ROLES, 200),
        NOT_ALLOWED,
        of_a_ward=False,
    ),
    "commitments:committee-above-create": Access(
        _unit,
        for_keeping(200),
        for_keeping(302),
        lambda place: {"name": "Ban Chỉ đạo phòng, chống ma túy tỉnh"},
        of_a_ward=False,
    ),
    "commitments:body-member-create": Access(
        _body,
        for_keeping(200),
        for_keeping(302),
        lambda place: {"position": "Phó Trưởng ban"},
        of_a_ward=False,
    ),
    "commitments:body-member-end": Access(
        _member,
        for_keeping(200),
        for_keeping(302),
        lambda place: {"last_day": "01/06/2026"},
        of_a_ward=False,
    ),
}
