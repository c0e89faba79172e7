"""Who gets what at the addresses of papers."""

from tests.security.matrix import (
    FOR_READING,
    INSIDERS,
    NOT_ALLOWED,
    Access,
    Role,
    of_year,
    seen_by,
)

# Codes are made and revoked by those who keep the ward's own records.
_KEEPS = seen_by(Role.WARD_STAFF, Role.WARD_LEADER, outcome=302)


def _unit(place):
    return place.group.pk


def _meeting(place):
    return place.records.meeting.pk


ACCESS: dict[str, Access] = {
    "papers:follow": Access(
        lambda place: [place.token.token], seen_by(*INSIDERS, outcome=302)
    ),
    "commitments:paper-list": Access(of_year(), FOR_READING),
    "commitments:paper-codes": Access(of_year(), NOT_ALLOWED, _KEEPS),
    "commitments:paper-revoke": Access(
        of_year(lambda place: place.token.pk), NOT_ALLOWED, _KEEPS
    ),
    "commitments:paper-commitments": Access(of_year(), FOR_READING),
    "commitments:paper-commitment-pdf": Access(of_year(_unit), FOR_READING),
    "commitments:paper-commitment-docx": Access(of_year(_unit), FOR_READING),
    "commitments:paper-committee-pdf": Access(of_year(), FOR_READING),
    "commitments:paper-committee-docx": Access(of_year(), FOR_READING),
    "commitments:paper-meeting-pdf": Access(of_year(_meeting), FOR_READING),
    "commitments:paper-meeting-docx": Access(of_year(_meeting), FOR_READING),
}
