"""Who gets what at the addresses of a ward's criteria sets."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.services.set_imports import examine
from tests.factories.criteria import SET_FILE
from tests.security.matrix import FOR_READING, NOT_ALLOWED, Access, seen_by
from wardsecurity.permissions import Role

EDITORS = (Role.WARD_LEADER, Role.PROVINCE_ADMIN)
FOR_EDITING = seen_by(*EDITORS)
EDITS = seen_by(*EDITORS, outcome=302)


def _file(place: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("phu-luc.yaml", SET_FILE.encode())}


def _set(place: Any) -> list[Any]:
    return [place.ward.slug, place.evaluation.criteria_set_id]


ACCESS: dict[str, Access] = {
    "criteria:ward-sets": Access(lambda place: [place.ward.slug], FOR_READING),
    "criteria:set-upload": Access(
        lambda place: [place.ward.slug], NOT_ALLOWED, EDITS, _file
    ),
    "criteria:set-import": Access(
        lambda place: [place.ward.slug, place.upload.pk],
        FOR_EDITING,
        EDITS,
        lambda place: {"seen": examine(place.upload).seen},
    ),
    "criteria:set-marked": Access(
        lambda place: [place.ward.slug, place.workbook.pk], FOR_EDITING
    ),
    "criteria:set-download": Access(_set, FOR_READING),
    "criteria:set-compare": Access(_set, FOR_READING),
    "criteria:set-publish": Access(
        lambda place: [place.ward.slug, place.draft.pk],
        FOR_EDITING,
        EDITS,
        lambda place: {"seen": place.draft.content_hash},
    ),
    "criteria:move-detail": Access(
        lambda place: [place.ward.slug, place.move.pk], FOR_READING
    ),
}
