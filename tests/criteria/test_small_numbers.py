"""Figures per unit stay in the ward; small numbers of people are for its verifier."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from criteria.models.sets import Kind
from criteria.selectors.small_numbers import is_small, says_people
from criteria.services.assessments import Entry, Part, save_assessment
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    SuccessionFactory,
    member,
)
from wardsecurity.permissions import Role

HOUSEHOLDS = {
    "kind": Kind.PERCENTAGE,
    "target": 90,
    "direction": "at_least",
    "when_base_zero": "error",
    "bounded": True,
    "value_unit_vi": "hộ",
}
BY_GROUP = HOUSEHOLDS | {"figures_by": ["residential_group"]}


@given(value=st.integers(0, 300), base=st.integers(0, 300) | st.none())
def test_one_to_four_is_small_wherever_it_stands(value, base):
    counts = [value] if base is None else [value, base, abs(base - value)]
    assert is_small(value, base) == any(one in (1, 2, 3, 4) for one in counts)


@pytest.mark.parametrize(
    ("unit", "people"),
    [
        ("người", True),
        ("Hộ", True),
        ("hộ gia đình", True),
        ("% số hộ", True),
        ("nhân khẩu", True),
        ("hội nghị", False),
        ("vụ", False),
        ("", False),
    ],
)
def test_a_unit_says_whether_it_counts_people(unit, people):
    assert says_people(unit) == people


def page_of(client, user, evaluation, name="criterion-detail"):
    client.force_login(user)
    campaign = evaluation.campaign
    found = client.get(
        reverse(f"criteria:{name}", args=[campaign.ward.slug, campaign.year, 1])
    )
    assert found.status_code == 200
    return found.content.decode()


def claimed(evaluation, value, base):
    row = assessment_of(evaluation)
    entry = Entry(value=value, base=base)
    save_assessment(actor=TESTS, assessment=row, version=row.version, entry=entry)


@pytest.fixture
def merged(db):
    return SuccessionFactory()


@pytest.fixture
def by_group(merged):
    ward = merged.predecessor
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố Hoa Sữa")
    evaluation = an_evaluation(BY_GROUP, {}, ward=ward, year=2025)
    row = assessment_of(evaluation)
    entry = Entry(parts={group.pk: Part(147, 160)})
    save_assessment(actor=TESTS, assessment=row, version=row.version, entry=entry)
    return evaluation


def test_the_ward_reads_the_figures_of_its_groups(client, by_group):
    page = page_of(client, member(by_group.campaign.ward), by_group)
    assert "Tổ dân phố Hoa Sữa" in page
    assert "147" in page


def test_the_verifier_reads_no_figures_of_groups(client, by_group):
    verifier = member(by_group.campaign.ward.parent, Role.PROVINCE_VERIFIER)
    page = page_of(client, verifier, by_group)
    assert "Tổ dân phố Hoa Sữa" not in page
    assert "91,87%" in page


def test_the_work_page_has_no_figures_of_groups(client, by_group):
    verifier = member(by_group.campaign.ward.parent, Role.PROVINCE_VERIFIER)
    page = page_of(client, verifier, by_group, "verification-work")
    assert "Tổ dân phố Hoa Sữa" not in page


def test_the_successor_reads_no_figures_of_groups(client, by_group, merged):
    page = page_of(client, member(merged.successor, Role.WARD_LEADER), by_group)
    assert "Tổ dân phố Hoa Sữa" not in page


@pytest.fixture
def few(merged):
    """19,157 of 19,160 households: three are missing."""
    evaluation = an_evaluation(HOUSEHOLDS, {}, ward=merged.predecessor, year=2025)
    claimed(evaluation, 19157, 19160)
    return evaluation


@pytest.mark.parametrize("name", ["criterion-detail", "criterion-history"])
def test_the_successor_reads_no_small_number(client, few, merged, name):
    page = page_of(client, member(merged.successor), few, name)
    assert "19.157" not in page
    assert "99,98" not in page


def test_a_small_number_reads_fewer_than_five(client, few, merged):
    page = page_of(client, member(merged.successor), few)
    assert "fewer than 5" in page or "ít hơn 5" in page


@pytest.mark.parametrize("name", ["dashboard", "criterion-list", "trail"])
def test_no_list_tells_the_successor_a_small_number(client, few, merged, name):
    client.force_login(member(merged.successor, Role.WARD_LEADER))
    at = [few.campaign.ward.slug, few.campaign.year]
    page = client.get(reverse(f"criteria:{name}", args=at))
    assert page.status_code == 200
    assert "99,98" not in page.content.decode()
    assert "19.157" not in page.content.decode()


def test_the_ward_reads_its_small_numbers(client, few):
    page = page_of(client, member(few.campaign.ward), few)
    assert "99,98%" in page


def test_the_verifier_reads_small_numbers(client, few):
    verifier = member(few.campaign.ward.parent, Role.PROVINCE_VERIFIER)
    assert "99,98%" in page_of(client, verifier, few)


def test_the_verifier_reads_them_on_the_work_page(client, few):
    verifier = member(few.campaign.ward.parent, Role.PROVINCE_VERIFIER)
    assert "19.157" in page_of(client, verifier, few, "verification-work")


def test_a_number_that_is_not_small_is_read_outside(client, merged):
    evaluation = an_evaluation(HOUSEHOLDS, {}, ward=merged.predecessor, year=2025)
    claimed(evaluation, 15000, 16000)
    assert "93,75%" in page_of(client, member(merged.successor), evaluation)


def test_small_numbers_of_other_things_are_read_outside(client, merged):
    units = HOUSEHOLDS | {"value_unit_vi": "đơn vị"}
    evaluation = an_evaluation(units, {}, ward=merged.predecessor, year=2025)
    claimed(evaluation, 19157, 19160)
    assert "99,98%" in page_of(client, member(merged.successor), evaluation)
