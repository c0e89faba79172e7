"""Who gets what at the addresses of verification, recognition and reopening."""

import datetime as dt

from django.utils import timezone

from tests.security.matrix import (
    EVERYBODY,
    FOR_READING,
    NOT_ALLOWED,
    OTHER_PROVINCE,
    PROVINCE_ROLES,
    SIGN_IN,
    SIGNED_OUT,
    Access,
    Place,
    of_year,
    seen_by,
)
from wardsecurity.permissions import Role


def _first(place: Place) -> int:
    return 1


def _nothing(place: Place) -> list[object]:
    return []


FOR_VERIFYING = seen_by(*PROVINCE_ROLES)
# The places' years are still open: whoever may act is told what to correct.
VERIFIES = seen_by(*PROVINCE_ROLES, outcome=422)
TOMORROW = timezone.localdate() + dt.timedelta(days=1)

ACCESS: dict[str, Access] = {
    "criteria:verification-queue": Access(
        _nothing,
        dict.fromkeys(EVERYBODY, 403)
        | dict.fromkeys((*PROVINCE_ROLES, OTHER_PROVINCE), 200)
        | {SIGNED_OUT: SIGN_IN},
        of_a_ward=False,
    ),
    "criteria:verification-overview": Access(of_year(), FOR_VERIFYING),
    "criteria:verification-start": Access(
        of_year(), NOT_ALLOWED, seen_by(*PROVINCE_ROLES, outcome=302)
    ),
    "criteria:verification-work": Access(
        of_year(_first),
        FOR_VERIFYING,
        VERIFIES,
        lambda place: {"version": 1, "review": "returned", "reason": "Bổ sung."},
    ),
    "criteria:verification-recheck": Access(
        of_year(_first),
        NOT_ALLOWED,
        VERIFIES,
        lambda place: {
            "version": 1,
            "recheck_on": f"{timezone.localdate():%d/%m/%Y}",
            "result": "met",
            "finding": "Đã xem tại chỗ.",
        },
    ),
    "criteria:verification-returns": Access(
        of_year(),
        FOR_VERIFYING,
        VERIFIES,
        lambda place: {"version": 1, "due_on": f"{TOMORROW:%d/%m/%Y}"},
    ),
    "criteria:verification-conclude": Access(
        of_year(), FOR_VERIFYING, VERIFIES, lambda place: {"version": 1}
    ),
    "criteria:evaluation-reopen": Access(
        of_year(),
        seen_by(Role.PROVINCE_ADMIN),
        seen_by(Role.PROVINCE_ADMIN, outcome=422),
        lambda place: {"version": 1, "reason": "Xem lại."},
    ),
    "criteria:recognition": Access(
        of_year(),
        FOR_READING,
        VERIFIES,
        lambda place: {
            "version": 1,
            "is_recognised": "yes",
            "deciding_body": "Giám đốc Công an tỉnh",
            "number": "1234/QĐ-CAT",
            "decided_on": f"{timezone.localdate():%d/%m/%Y}",
        },
    ),
}
