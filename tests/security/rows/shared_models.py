"""Who gets what at the addresses of models that go from ward to ward."""

from django.utils import timezone

from commitments.models import GoodModel
from tests.factories.commitments import CampaignFactory, GoodModelFactory
from tests.factories.wards import WardFactory
from tests.security.matrix import (
    INSIDERS,
    NOT_ALLOWED,
    OUTSIDERS,
    PROVINCE_ROLES,
    SIGN_IN,
    SIGNED_OUT,
    WRITERS,
    Access,
    of_year,
    seen_by,
)


def _pk(place):
    return place.records.good_model.pk


def _recommended(place):
    """A model of another ward of the place's province, recommended."""
    rows = GoodModel.objects.filter(campaign__ward__parent=place.ward.parent)
    found = rows.exclude(recommended_at=None).first()
    if found is None:
        ward = WardFactory(parent=place.ward.parent)
        found = GoodModelFactory(
            campaign=CampaignFactory(ward=ward),
            recommended_at=timezone.now(),
            recommended_why="Dễ làm theo.",
        )
    return found.pk


def _adoption(place):
    return {"started_on": f"{timezone.localdate():%d/%m/%Y}", "led_by": place.group.pk}


ACCESS: dict[str, Access] = {
    "commitments:shared-models": Access(
        lambda place: [place.ward.parent.slug],
        dict.fromkeys(INSIDERS, 200)
        | dict.fromkeys(OUTSIDERS, 404)
        | {SIGNED_OUT: SIGN_IN},
    ),
    "commitments:model-recommend": Access(
        of_year(_pk),
        seen_by(*PROVINCE_ROLES),
        seen_by(*PROVINCE_ROLES, outcome=302),
        lambda place: {"why": "Dễ làm theo."},
    ),
    "commitments:model-unrecommend": Access(
        of_year(_pk), NOT_ALLOWED, seen_by(*PROVINCE_ROLES, outcome=302)
    ),
    "commitments:model-adopt": Access(
        of_year(_recommended),
        seen_by(*WRITERS),
        seen_by(*WRITERS, outcome=302),
        _adoption,
    ),
}
