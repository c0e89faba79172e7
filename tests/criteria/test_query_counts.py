"""The number of queries of a page does not grow with wards, years or evidence."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from criteria.models import EvidenceFile
from criteria.services.comments import comment_on
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    restated,
    supported,
)
from tests.factories.files import StoredFileFactory
from tests.factories.wards import (
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

PAGES = {
    "": 12,
    "print/": 12,
    "criteria/": 12,
    "criteria/1/": 12,
    "evidence/": 12,
    "evidence/new/": 12,
    "criteria/1/evidence/library/": 14,
    "assignments/": 12,
    "search/?q=quyet": 14,
}


@pytest.fixture
def province():
    return UnitFactory()


def home_of(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


def queries(client, address):
    client.get(address)  # what is kept for the session is there by now
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
    assert response.status_code == 200
    return len(seen)


def grown(province, evaluation):
    """Ten more wards of the province, three more years, twenty pieces of evidence."""
    for _ in range(10):
        an_evaluation({}, ward=WardFactory(parent=province))
    for year in (2021, 2022, 2023):
        an_evaluation({}, ward=evaluation.campaign.ward, year=year)
    for _ in range(20):
        supported(evaluation, 1, 2)


READ = [
    page
    for page in PAGES
    if not {"new", "library", "assignments"} & set(page.split("/"))
]


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.WARD_LEADER, page) for page in PAGES]
    + [(Role.PROVINCE_ADMIN, page) for page in READ],
)
def test_queries_stay_the_same_as_the_data_grows(client, province, page, role):
    ward = WardFactory(parent=province)
    evaluation = an_evaluation(*[{}] * 4, ward=ward)
    supported(evaluation, 1, 2)
    supported(evaluation, 3)
    unit = province if role == Role.PROVINCE_ADMIN else ward
    client.force_login(member(unit, role))
    address = f"{home_of(evaluation)}{page}"
    before = queries(client, address)
    grown(province, evaluation)
    assert queries(client, address) == before <= PAGES[page]


def test_my_work_stays_the_same_as_the_data_grows(client, province):
    evaluation = an_evaluation(*[{}] * 4, ward=WardFactory(parent=province))
    supported(evaluation, 1)
    client.force_login(member(evaluation.campaign.ward))
    client.get(home_of(evaluation))
    before = queries(client, "/")
    grown(province, evaluation)
    assert queries(client, "/") == before <= 12


def test_choosing_a_ward_stays_the_same_as_wards_grow(client, province):
    evaluation = an_evaluation({}, {}, ward=WardFactory(parent=province))
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    before = queries(client, "/campaigns/")
    grown(province, evaluation)
    assert queries(client, "/campaigns/") == before


def test_saving_costs_the_same_in_one_ward_and_in_many(client, province):
    evaluation = an_evaluation(*[{}] * 4, ward=WardFactory(parent=province))
    supported(evaluation, 1)
    client.force_login(member(evaluation.campaign.ward))
    client.get(home_of(evaluation))

    def saving(key):
        form = {
            "version": assessment_of(evaluation).version,
            "choice": "met",
            "form_key": key,
        }
        with CaptureQueriesContext(connection) as seen:
            client.post(f"{home_of(evaluation)}criteria/1/assess/", form)
        return len(seen)

    saving("first")
    before = saving("before")
    grown(province, evaluation)
    saving("between")
    assert saving("after") == before <= 24


OF_EVIDENCE = ["evidence/{pk}/", "evidence/{pk}/edit/"]


@pytest.mark.parametrize(
    ("role", "address"),
    [(Role.WARD_LEADER, address) for address in (*PAGES, *OF_EVIDENCE)]
    + [
        (Role.UNIT_CONTRIBUTOR, address)
        for address in (*PAGES, *OF_EVIDENCE)
        if address != "assignments/"
    ],
)
def test_queries_stay_the_same_however_long_the_set(client, role, address):
    """Two criteria or thirty-four, assessed or not, led by one unit or by many."""

    def seen_in(size):
        ward = WardFactory()
        units = ParticipatingUnitFactory.create_batch(size, ward=ward)
        evaluation = an_evaluation(*[{}] * size, ward=ward)
        for number, unit in enumerate(units, start=1):
            row = assessment_of(evaluation, number)
            row.lead_unit = unit
            row.supporting_units.set(units[:2])  # a contributor's among them
            row.save()
        evidence = supported(evaluation, *range(1, size + 1))
        files = StoredFileFactory.create_batch(size % 9, unit=ward, missing=True)
        for one in files:
            EvidenceFile.objects.create(evidence=evidence, stored=one, name=one.name)
        seat = {"participating_unit": units[0]} if "unit" in role else {}
        client.force_login(member(ward, role, **seat))
        return queries(client, f"{home_of(evaluation)}{address.format(pk=evidence.pk)}")

    assert seen_in(2) == seen_in(34)


ROLES = [Role.UNIT_CONTRIBUTOR, Role.WARD_STAFF, Role.COMMITTEE_MEMBER]
BY_GROUPS = {"percentage": True, "figures_by": ["residential_group"]}


def asked_of_groups(role, groups):
    """A year whose figures come from residential groups, and somebody who reads it.

    A contributor's group leads nothing, supports criterion 2, and is asked for parts.
    Everything waits: criterion 1 is claimed, 2 is late.
    """
    ward = WardFactory()
    units = ParticipatingUnitFactory.create_batch(groups, ward=ward)
    evaluation = an_evaluation(*[BY_GROUPS, {}] * 3, ward=ward)
    for row in evaluation.assessments.all():
        for unit in units if row.criterion.figures_by else ():
            row.figures.create(unit=unit, value=9, base=9)
    assessment_of(evaluation, 2).supporting_units.add(*units)
    evaluation.assessments.update(due_on=evaluation.campaign.period_start)
    restated(evaluation)
    seat = {"participating_unit": units[0]} if role == Role.UNIT_CONTRIBUTOR else {}
    return evaluation, member(ward, role, **seat)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("address", ["", "criteria/1/", "criteria/2/", "criteria/4/"])
def test_pages_cost_the_same_for_one_group_and_for_many(client, role, address):
    def seen_with(groups):
        evaluation, user = asked_of_groups(role, groups)
        if groups > 1:
            supported(evaluation, 1, 2, 3)
        supported(evaluation, 1, 2)
        client.force_login(user)
        return queries(client, f"{home_of(evaluation)}{address}")

    fewest, most = seen_with(1), seen_with(12)

    # Where nothing hangs on a criterion, its files and links are not asked for.
    assert fewest == most or address == "criteria/4/"
    assert max(fewest, most) <= 12


def test_evidence_costs_the_same_for_one_criterion_and_for_many(client):
    """A contributor may change it where every criterion asks the unit for a part."""

    def seen_with(size):
        ward = WardFactory()
        unit = ParticipatingUnitFactory(ward=ward)
        evaluation = an_evaluation(*[BY_GROUPS] * size, ward=ward)
        evidence = supported(evaluation, *range(1, size + 1))
        user = member(ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
        client.force_login(user)
        return queries(client, f"{home_of(evaluation)}evidence/{evidence.pk}/")

    assert seen_with(1) == seen_with(9) <= 14


def test_a_long_history_costs_the_same_as_a_short_one(client):
    evaluation = an_evaluation({}, {})
    staff = member(evaluation.campaign.ward)
    client.force_login(staff)
    address = f"{home_of(evaluation)}criteria/1/"

    def saved(times):
        for _ in range(times):
            form = {"version": assessment_of(evaluation).version, "choice": "met"}
            client.post(f"{address}assess/", form)
        return queries(client, address)

    assert saved(1) == saved(9)


@pytest.mark.parametrize("role", [*ROLES, Role.PROVINCE_VERIFIER])
def test_a_page_with_parts_files_and_comments_asks_no_more(client, role):
    """All that costs a query of its own at once: parts, evidence, files, comments."""
    evaluation, reader = asked_of_groups(role, 3)
    row, evidence = assessment_of(evaluation), supported(evaluation, 1)
    for one in StoredFileFactory.create_batch(2, unit=evaluation.campaign.ward):
        EvidenceFile.objects.create(evidence=evidence, stored=one, name=one.name)
    comment_on(
        actor=member(evaluation.campaign.ward), assessment=row, text="Đã đủ chưa?"
    )
    client.force_login(reader)
    assert queries(client, f"{home_of(evaluation)}criteria/1/") <= 12
