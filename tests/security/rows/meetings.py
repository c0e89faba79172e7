"""Who gets what at the addresses of meetings; the place's is of the group's unit."""

from typing import Any

from tests.security.matrix import (
    FOR_READING,
    FOR_WRITING,
    WRITES,
    Access,
    Place,
    of_year,
)


def _meeting(place: Place) -> int:
    return place.records.meeting.pk


def _held(place: Place) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "other",
        "title": "Họp Ban Chỉ đạo",
        "organising_units": [place.group.pk],
        "agenda-TOTAL_FORMS": 1,
        "agenda-INITIAL_FORMS": 0,
        "agenda-0-kind": "bao_cao",
        "agenda-0-text_vi": "Báo cáo kết quả",
    }


def _paper(place: Place) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "paper",
        "unit": place.group.pk,
        "subject": "Kinh nghiệm tự quản",
    }


ACCESS: dict[str, Access] = {
    "commitments:meeting-list": Access(of_year(), FOR_READING),
    "commitments:meeting-create": Access(of_year(), FOR_WRITING, WRITES, _held),
    "commitments:meeting-detail": Access(of_year(_meeting), FOR_READING),
    "commitments:meeting-edit": Access(of_year(_meeting), FOR_WRITING, WRITES, _held),
    "commitments:contribution-create": Access(
        of_year(_meeting), FOR_WRITING, WRITES, _paper
    ),
    "commitments:contribution-edit": Access(
        of_year(_meeting, lambda place: place.records.contribution.pk),
        FOR_WRITING,
        WRITES,
        _paper,
    ),
}
