"""What pages say: the right word in the right place."""

import re

import pytest

from tests.factories.criteria import an_evaluation
from tests.factories.wards import WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    return an_evaluation({}, {"measured": True}, {})


@pytest.fixture
def home(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


@pytest.fixture
def staff(client, evaluation):
    user = member(evaluation.campaign.ward)
    client.force_login(user)
    return user


def words_of(response):
    """What a person reads: the text without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_opening_a_year_asks_for_the_name_of_the_plan(client):
    ward = WardFactory()
    client.force_login(member(ward, Role.WARD_LEADER))

    words = words_of(client.get(f"/w/{ward.slug}/campaigns/new/"))

    assert "Tên kế hoạch, chương trình" in words
    assert "Tên minh chứng" not in words
