"""The forms of commitments take anything: refused or taken, never a server's fault."""

import random

import pytest
from django.utils import timezone

from commitments.models import Commitment
from tests.factories.files import ooxml, pdf, picture, upload
from tests.factories.wards import ParticipatingUnitFactory, member
from tests.security.matrix import a_place
from tests.security.test_random_forms import PIECES, fields_of, something
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

POSTS = 25
YEAR = timezone.localdate().year
FORMS = [
    "text/edit/",
    "ceremony/",
    "ceremony/{ceremony}/live/",
    "{unsigned}/sign/",
    "{unit}/renew/",
    "{unit}/scan/",
    "{unit}/withdraw/",
    "{unit}/review/",
    "{unit}/review/?quarter=2",
]


def anything(chance, name, offered):
    if name == "scan":
        content = chance.choice([b"", b"\0", pdf()[:200], picture()[:90], ooxml()[:99]])
        return upload(content, chance.choice(PIECES)[:99] or "x")
    return something(chance, name, offered)


@pytest.mark.parametrize("form", FORMS)
def test_no_post_is_a_fault_of_the_server(client, evidence_root, form):
    place = a_place()
    unsigned = ParticipatingUnitFactory(ward=place.ward)
    where = f"/w/{place.ward.slug}/{YEAR}/commitments/" + form.format(
        unit=place.group.pk,
        unsigned=unsigned.pk,
        ceremony=place.records.ceremony.pk,
    )
    client.force_login(member(place.ward, Role.WARD_LEADER))
    fields, offered = fields_of(client.get(where).content.decode())
    assert fields, "a form without fields"
    chance = random.Random(form)
    for _ in range(POSTS):
        sent = {
            name: anything(chance, name, offered)
            for name in fields
            if chance.random() < 0.8
        }
        response = client.post(where, sent)
        assert response.status_code in (200, 302, 404, 409, 422), sent
    live = Commitment.objects.filter(withdrawn_at=None, ended_at=None)
    assert live.count() == live.values("campaign", "unit").distinct().count()


@pytest.mark.parametrize("sent", ["9" * 30, "9" * 5000, "-1", "abc", "٣", "\0", ""])
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ("ceremony/", "meeting"),
        ("ceremony/{ceremony}/live/", "unit"),
        ("text/edit/", "count"),
        ("text/edit/", "version"),
        ("{unit}/renew/", "counterparty"),
        ("{unit}/renew/", "kept"),
        ("{unit}/review/", "version"),
    ],
)
def test_an_id_that_is_none_is_no_fault_of_the_server(client, form, field, sent):
    place = a_place()
    client.force_login(member(place.ward, Role.WARD_LEADER))
    where = f"/w/{place.ward.slug}/{YEAR}/commitments/" + form.format(
        unit=place.group.pk, ceremony=place.records.ceremony.pk
    )

    status = client.post(where, {field: sent, "position": "Tổ trưởng"}).status_code

    assert status in (302, 409, 422)


@pytest.mark.parametrize("sent", ["9" * 30, "abc", "\0", "-1"])
def test_a_question_in_an_address_is_no_fault_of_the_server(client, sent):
    place = a_place()
    client.force_login(member(place.ward, Role.WARD_LEADER))
    home = f"/w/{place.ward.slug}/{YEAR}/commitments/"
    hall = f"{home}ceremony/{place.records.ceremony.pk}/live/"

    assert client.get(hall, {"unit": sent}).status_code == 200
    review = client.get(f"{home}{place.group.pk}/review/", {"quarter": sent})
    assert review.status_code == 200
    assert client.get(f"{home}{10**30}/").status_code == 404
