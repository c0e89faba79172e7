"""Who gets what at the addresses of pledges."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commitments.models import Commitment
from tests.factories.files import pdf
from tests.security.matrix import (
    FOR_READING,
    FOR_WRITING,
    NOT_ALLOWED,
    WRITES,
    Access,
    Place,
    of_year,
    seen_by,
)
from wardsecurity.permissions import Role

# A unit's contributor signs for the unit; text, ceremonies and reviews are the ward's.
WARD = (Role.WARD_STAFF, Role.WARD_LEADER)
FOR_THE_WARD = seen_by(*WARD)
THE_WARD_WRITES = seen_by(*WARD, outcome=302)


def _unit(place: Place) -> int:
    return place.group.pk


def _signing(place: Place) -> dict[str, Any]:
    return {
        "signed_on": f"{timezone.localdate():%d/%m/%Y}",
        "signer_position": "Tổ trưởng",
        "counterparty": "",
    }


def _first_signing(place: Place) -> dict[str, Any]:
    """The group of the world has signed: let it be one that has not."""
    Commitment.objects.filter(pk=place.records.commitment.pk).update(
        withdrawn_at=timezone.now()
    )
    return _signing(place)


def _wording(place: Place) -> dict[str, Any]:
    return {
        "title": "Bản cam kết",
        "scope": "Năm nay",
        "content_1": "Nội dung một",
        "count": 1,
        "version": 1,
    }


def _looks(place: Place) -> dict[str, Any]:
    content = place.records.text.contents.first()
    return {"version": 1, f"c{content.pk}-verdict": "doing"}


ACCESS: dict[str, Access] = {
    "commitments:pledge-board": Access(of_year(), FOR_READING),
    "commitments:pledge-remind": Access(of_year(), FOR_READING),
    "commitments:pledge-text": Access(of_year(), FOR_READING),
    "commitments:pledge-text-edit": Access(
        of_year(), FOR_THE_WARD, THE_WARD_WRITES, _wording
    ),
    "commitments:pledge-edition": Access(of_year(), NOT_ALLOWED, THE_WARD_WRITES),
    "commitments:pledge-ceremony": Access(
        of_year(),
        FOR_THE_WARD,
        THE_WARD_WRITES,
        lambda place: {"open": 1, "held_on": f"{timezone.localdate():%d/%m/%Y}"},
    ),
    "commitments:pledge-live": Access(
        of_year(lambda place: place.records.ceremony.pk),
        FOR_THE_WARD,
        THE_WARD_WRITES,
        lambda place: {"unit": place.group.pk, "position": "Tổ trưởng"},
    ),
    "commitments:pledge-unit": Access(of_year(_unit), FOR_READING),
    "commitments:pledge-sign": Access(
        of_year(_unit), FOR_WRITING, WRITES, _first_signing
    ),
    "commitments:pledge-renew": Access(of_year(_unit), FOR_WRITING, WRITES, _signing),
    "commitments:pledge-scan": Access(
        of_year(_unit),
        FOR_WRITING,
        WRITES,
        lambda place: {"scan": SimpleUploadedFile("ban-ky.pdf", pdf("bản ký"))},
    ),
    "commitments:pledge-withdraw": Access(
        of_year(_unit), FOR_WRITING, WRITES, lambda place: {"reason": "Ghi nhầm."}
    ),
    "commitments:pledge-review": Access(
        of_year(_unit), FOR_THE_WARD, THE_WARD_WRITES, _looks
    ),
}
