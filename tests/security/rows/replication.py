"""Who gets what at the addresses of a province's orders and its tasks.

The place's province has no published set of its own wards' making: what is sent is
looked at only (step "preview"), so that the role alone decides.
"""

from tests.security.matrix import (
    INSIDERS,
    NOT_ALLOWED,
    OUTSIDERS,
    PROVINCE_ROLES,
    SIGN_IN,
    SIGNED_OUT,
    YEAR,
    Access,
)
from wardsecurity.permissions import Role

_ADMIN = {Role.PROVINCE_ADMIN}


def _only(roles, outcome, others=403):
    return (
        dict.fromkeys(INSIDERS, 404)
        | dict.fromkeys(PROVINCE_ROLES, others)
        | dict.fromkeys(roles, outcome)
        | dict.fromkeys(OUTSIDERS, 404)
        | {SIGNED_OUT: SIGN_IN}
    )


def _province(place):
    return [place.ward.parent.slug, YEAR]


def _job(place):
    return [place.job.pk]


def _order(place):
    return {"step": "preview", "which": "all"}


ACCESS: dict[str, Access] = {
    "criteria:replication": Access(
        _province, _only(_ADMIN, 200), _only(_ADMIN, 422), _order
    ),
    "jobs:detail": Access(_job, _only(PROVINCE_ROLES, 200)),
    "jobs:stop": Access(_job, NOT_ALLOWED, _only(_ADMIN, 302)),
    "jobs:resume": Access(_job, NOT_ALLOWED, _only(_ADMIN, 302)),
}
