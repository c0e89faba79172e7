"""Who gets what at the addresses of comments and notices.

All six roles comment. A comment is taken back by who wrote it, a notice opened by who
was told: here the ward's leader.
"""

from typing import Any

from tests.security.matrix import (
    EVERYBODY,
    FOR_READING,
    INSIDERS,
    NOT_ALLOWED,
    SIGN_IN,
    SIGNED_OUT,
    Access,
    all_get,
    of_year,
    seen_by,
)
from wardsecurity.permissions import Role


def _first(place: Any) -> int:
    return 1


def _comment(place: Any) -> int:
    return place.comment.pk


COMMENTS = seen_by(*INSIDERS, outcome=302)
WROTE_IT = seen_by(Role.WARD_LEADER, outcome=302)
WAS_TOLD = dict.fromkeys(EVERYBODY, 404) | {
    Role.WARD_LEADER: 302,
    SIGNED_OUT: SIGN_IN,
}

ACCESS: dict[str, Access] = {
    "criteria:comment-add": Access(
        of_year(_first),
        NOT_ALLOWED,
        COMMENTS,
        lambda place: {"text": "Còn thiếu biên bản."},
    ),
    "criteria:comments-read": Access(
        of_year(_first), NOT_ALLOWED, COMMENTS, lambda place: {"upto": place.comment.pk}
    ),
    "criteria:comment-take-back": Access(
        of_year(_first, _comment), NOT_ALLOWED, WROTE_IT
    ),
    "criteria:zalo-reminder": Access(of_year(), FOR_READING),
    "criteria:notices": Access(lambda place: [], all_get(200), of_a_ward=False),
    "criteria:notices-read": Access(
        lambda place: [], NOT_ALLOWED, all_get(302), of_a_ward=False
    ),
    "criteria:notice-open": Access(
        lambda place: [place.notice.pk], NOT_ALLOWED, WAS_TOLD
    ),
}
