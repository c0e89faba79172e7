"""The pages of commitments cost the same however many units a ward has."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.services.pledge_ceremonies import (
    Occasion,
    Signature,
    hold_ceremony,
    open_ceremony,
)
from commitments.services.pledge_reviews import Look, review_commitment
from commitments.services.pledge_texts import draft_text
from commitments.services.pledges import renew_commitment
from tests.commitments.pledging import (
    TODAY,
    WORDING,
    a_signing,
    a_unit,
    home_of,
)
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.wards import member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

PAGES = {
    "": 12,
    "remind/": 10,
    "text/": 12,
    "ceremony/": 14,
    "ceremony/{ceremony}/live/": 10,
    "{unit}/": 14,
    "{unit}/sign/": 16,
    "{unit}/review/": 13,
}


def a_ward_with(units):
    """Two in three units signed at a ceremony and were reviewed."""
    evaluation = an_evaluation(
        criteria_set=a_set({"measure_source": "pledges.units_signed"})
    )
    campaign = evaluation.campaign
    leader = member(campaign.ward, Role.WARD_LEADER)
    draft_text(actor=leader, campaign=campaign, wording=WORDING)
    made = [a_unit(campaign) for _ in range(units)]
    ceremony = hold_ceremony(
        actor=leader,
        campaign=campaign,
        occasion=Occasion(TODAY - dt.timedelta(days=1)),
        signatures=[
            Signature(unit, "Tổ trưởng") for n, unit in enumerate(made) if n % 3
        ],
    )
    for row in ceremony.commitments.all():
        looks = [Look(one.pk, "good") for one in row.text.contents.all()]
        review_commitment(
            actor=leader, commitment=row, version=1, quarter=1, looks=looks
        )
    return campaign, leader, made, ceremony


def queries(client, address):
    client.get(address)  # what is kept for the session is there by now
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200
    return len(seen)


@pytest.mark.parametrize("page", PAGES)
def test_five_units_or_sixty_cost_the_same(client, page):
    def seen_with(units):
        campaign, leader, made, ceremony = a_ward_with(units)
        client.force_login(leader)
        unit = made[0] if page.endswith("sign/") else made[1]
        names = {"unit": unit.pk, "ceremony": ceremony.pk}
        return queries(client, f"{home_of(campaign)}{page.format(**names)}")

    assert seen_with(5) == seen_with(60) <= PAGES[page]


def test_a_contributor_costs_no_query_a_unit(client):
    def seen_with(units):
        campaign, _leader, made, _ceremony = a_ward_with(units)
        client.force_login(
            member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=made[0])
        )
        return queries(client, home_of(campaign))

    assert seen_with(5) == seen_with(30) <= 12


def test_a_long_history_of_a_unit_costs_the_same(client):
    campaign, leader, made, _ceremony = a_ward_with(3)
    client.force_login(leader)
    address = f"{home_of(campaign)}{made[1].pk}/"
    before = queries(client, address)
    for _ in range(8):
        standing = made[1].commitments.get(ended_at=None)
        renew_commitment(actor=leader, commitment=standing, signing=a_signing(made[1]))

    assert queries(client, address) == before


def test_the_hall_costs_the_same_when_many_have_signed(client):
    campaign, leader, _made, _ceremony = a_ward_with(30)
    client.force_login(leader)
    ceremony = open_ceremony(actor=leader, campaign=campaign, occasion=Occasion(TODAY))

    assert queries(client, f"{home_of(campaign)}ceremony/{ceremony.pk}/live/") <= 12
