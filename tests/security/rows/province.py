"""Who gets what at the addresses of a province, and at a ward's years."""

from typing import Any

from tests.security.matrix import (
    FOR_READING,
    PROVINCE_ROLES,
    YEAR,
    Access,
    Place,
    all_get,
)

# People of wards do not know the page is there.
FOR_PROVINCE = all_get(404) | dict.fromkeys(PROVINCE_ROLES, 200)
TO_PROVINCE = all_get(404) | dict.fromkeys(PROVINCE_ROLES, 302)


def _unit(place: Place) -> list[Any]:
    return [place.ward.parent.slug]


def _year(place: Place) -> list[Any]:
    return [*_unit(place), YEAR]


ACCESS: dict[str, Access] = {
    "criteria:province-latest": Access(_unit, TO_PROVINCE, of_a_ward=False),
    "criteria:province": Access(_year, FOR_PROVINCE, of_a_ward=False),
    "criteria:province-csv": Access(_year, FOR_PROVINCE, of_a_ward=False),
    "criteria:province-xlsx": Access(_year, FOR_PROVINCE, of_a_ward=False),
    "criteria:ward-years": Access(lambda place: [place.ward.slug], FOR_READING),
}
