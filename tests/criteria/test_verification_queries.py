"""The queries of the province's screens grow with nothing."""

import pytest
from django.urls import reverse

from criteria.models import EvidenceFile
from tests.criteria.test_query_counts import queries
from tests.factories.criteria import (
    an_evaluation,
    decide,
    submitted,
    supported,
    verified,
    verifying,
)
from tests.factories.files import StoredFileFactory
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def province(client):
    province = UnitFactory()
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    return province


def in_ward(province, size=2):
    return an_evaluation(*[{}] * size, ward=WardFactory(parent=province))


def test_the_queue_costs_the_same_for_one_ward_and_for_many(client, province):
    address = reverse("criteria:verification-queue")
    submitted(in_ward(province))
    before = queries(client, address)
    for make in (submitted, verifying, verified, submitted, submitted):
        make(in_ward(province))
    assert queries(client, address) == before <= 10


def address_of(evaluation, page):
    campaign = evaluation.campaign
    return f"/verify/{campaign.ward.slug}/{campaign.year}/{page}"


@pytest.mark.parametrize("page", ["", "1/", "returns/", "conclusion/"])
def test_pages_cost_the_same_however_long_the_set(client, province, page):
    def seen_in(size):
        evaluation = verifying(in_ward(province, size))
        decide(evaluation, 2, "returned", reason="Bổ sung.")
        return queries(client, address_of(evaluation, page))

    assert seen_in(2) == seen_in(20) <= 16


def test_the_work_page_costs_the_same_however_much_evidence_hangs_there(
    client, province
):
    evaluation = in_ward(province)
    stored = StoredFileFactory.create_batch(
        6, unit=evaluation.campaign.ward, missing=True
    )
    address = address_of(evaluation, "1/")

    def hung(pieces):
        for one in pieces:
            evidence = supported(evaluation, 1, 2)
            EvidenceFile.objects.create(evidence=evidence, stored=one, name=one.name)
        return queries(client, address)

    few, many = hung(stored[:1]), hung(stored[1:])
    assert few == many <= 16
