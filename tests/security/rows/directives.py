"""Who gets what at the addresses of directives; one of the ward's own stands there.

People of the province give directives from above at the same address.
"""

from tests.security.matrix import (
    FOR_READING,
    FOR_WRITING,
    PROVINCE_ROLES,
    WRITERS,
    WRITES,
    Access,
    of_year,
    seen_by,
)

GIVERS = (*WRITERS, *PROVINCE_ROLES)


def _pk(place):
    return place.records.directive.pk


def _said(place):
    return {
        "text_vi": "Nhân rộng mô hình tự quản",
        "giver_position": "Phó Giám đốc Công an tỉnh",
        "responsible_unit": place.group.pk,
    }


ACCESS: dict[str, Access] = {
    "commitments:directive-list": Access(of_year(), FOR_READING),
    "commitments:directive-detail": Access(of_year(_pk), FOR_READING),
    "commitments:directive-create": Access(
        of_year(), seen_by(*GIVERS), seen_by(*GIVERS, outcome=302), _said
    ),
    "commitments:directive-edit": Access(
        of_year(_pk), FOR_WRITING, WRITES, lambda place: _said(place) | {"version": 1}
    ),
    "commitments:directive-follow": Access(
        of_year(_pk),
        FOR_WRITING,
        WRITES,
        lambda place: {"status": "in_progress", "version": 1},
    ),
}
