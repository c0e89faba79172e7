"""Who gets what at the addresses of good models; one led by the group stands there."""

from django.utils import timezone

from tests.security.matrix import (
    FOR_READING,
    FOR_WRITING,
    WRITES,
    Access,
    of_year,
)


def _pk(place):
    return place.records.good_model.pk


def _place(place):
    return place.records.model_place.pk


def _today():
    return f"{timezone.localdate():%d/%m/%Y}"


def _model(place):
    model = place.records.good_model
    return {
        "name": "Tổ liên gia tự quản",
        "description": "Các hộ liền kề cùng giữ gìn trật tự.",
        "started_on": f"{model.started_on:%d/%m/%Y}",
        "led_by": place.group.pk,
        "documents": [place.records.document.pk],
    }


ACCESS: dict[str, Access] = {
    "commitments:model-list": Access(of_year(), FOR_READING),
    "commitments:model-detail": Access(of_year(_pk), FOR_READING),
    "commitments:model-create": Access(of_year(), FOR_WRITING, WRITES, _model),
    "commitments:model-edit": Access(
        of_year(_pk), FOR_WRITING, WRITES, lambda place: _model(place) | {"version": 1}
    ),
    "commitments:model-place-add": Access(
        of_year(_pk),
        FOR_WRITING,
        WRITES,
        lambda place: {"unit": place.group.pk, "since": _today()},
    ),
    "commitments:model-place-end": Access(
        of_year(_pk, _place), FOR_WRITING, WRITES, lambda place: {"until": _today()}
    ),
}
