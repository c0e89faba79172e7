"""Figures of the ward's records, and carrying a year over, in Chromium."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from criteria.selectors.scores import score_as_json
from criteria.services.carry_over import carry_over
from tests.browser.fixtures import sign_in
from tests.factories.commitments import (
    CommitmentFactory,
    MemberFactory,
    records_of,
)
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.permissions import Role

YEAR = timezone.localdate().year
TITLE = "Ký cam kết giữa các ban, ngành, đoàn thể, tổ dân phố, tổ dân phòng"


def a_ward():
    return WardFactory(name="Phường Mẫu", parent=UnitFactory(name="Tỉnh Mẫu"))


@pytest.fixture
def signing(live_server, evidence_root):
    """Criterion 11 of a ward whose 22 units have all signed, and criterion 3."""
    ward = a_ward()
    signed = {
        "percentage": True,
        "target": 100,
        "title_vi": TITLE,
        "value_label_vi": "Số đơn vị đã ký",
        "base_label_vi": "Số đơn vị phải ký",
        "value_unit_vi": "đơn vị",
        "measure_source": "pledges.units_signed",
    }
    paper = {"title_vi": "Nghị quyết", "measure_source": "documents.resolution"}
    rows = [{}, {}, paper, *[{}] * 7, signed]
    evaluation = an_evaluation(criteria_set=a_set(*rows), ward=ward, is_synthetic=True)
    for unit in ParticipatingUnitFactory.create_batch(22, ward=ward):
        CommitmentFactory(campaign=evaluation.campaign, unit=unit)
    return evaluation


def home_of(evaluation):
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


def button(page):
    return page.locator("#measure button[type=submit]")


def test_criterion_11_of_a_ward_where_all_have_signed_goes_to_met(
    screen, signing, assert_accessible
):
    page = screen
    sign_in(page, member(signing.campaign.ward))
    page.goto(f"{home_of(signing)}criteria/11/")
    expect(page.locator("#measure")).to_contain_text("22/22")
    assert_accessible(page)
    button(page).click()
    expect(page.locator("#measure")).to_contain_text(f"{timezone.localdate():%d/%m/%Y}")
    expect(button(page)).to_have_count(0)
    expect(page.locator("[data-evidence]")).to_have_count(1)
    expect(page.locator("#id_value")).to_have_value("22")
    assert_accessible(page)
    page.goto(home_of(signing))
    row = page.locator("[data-criterion='11']").first
    assert row.get_attribute("data-result") == "met"
    signing.refresh_from_db()
    assert score_as_json(signing)["total"]["met"] == 1


def test_records_that_move_on_are_shown_and_the_score_waits(
    desktop, signing, assert_accessible
):
    page = desktop
    sign_in(page, member(signing.campaign.ward))
    page.goto(f"{home_of(signing)}criteria/11/")
    button(page).click()
    expect(button(page)).to_have_count(0)
    ParticipatingUnitFactory(ward=signing.campaign.ward)  # one more has to sign
    page.reload()
    expect(page.locator("#measure .ws-notice--turmeric")).to_contain_text("22/23")
    assert_accessible(page)
    page.goto(home_of(signing))
    row = page.locator("[data-criterion='11']").first
    assert row.get_attribute("data-result") == "met"
    page.goto(f"{home_of(signing)}criteria/11/")
    button(page).click()
    expect(page.locator("#measure .ws-notice--turmeric")).to_have_count(0)
    page.goto(home_of(signing))
    row = page.locator("[data-criterion='11']").first
    assert row.get_attribute("data-result") == "not_met"


def test_a_fact_that_is_not_there_offers_no_button(desktop, signing, assert_accessible):
    page = desktop
    sign_in(page, member(signing.campaign.ward))
    page.goto(f"{home_of(signing)}criteria/3/")
    expect(page.locator("#measure")).to_be_visible()
    expect(button(page)).to_have_count(0)
    assert_accessible(page)


def test_a_figure_is_confirmed_without_javascript(open_page, signing):
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, member(signing.campaign.ward))
    page.goto(f"{home_of(signing)}criteria/11/")
    button(page).click()
    expect(page.locator("[data-evidence]")).to_have_count(1)


@pytest.fixture
def two_years(live_server, evidence_root):
    """A ward with a year of records behind it, and the next one just opened."""
    ward = a_ward()
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    old = an_evaluation(*[{}] * 4, ward=ward, year=YEAR - 1, is_synthetic=True)
    records = records_of(old.campaign, group)
    records.text.years_after = True
    records.text.save()
    records.commitment.signed_on = dt.date(YEAR - 1, 5, 20)
    records.commitment.save()
    MemberFactory.create_batch(3, committee=records.committee)
    old.assessments.update(lead_unit=group)
    return an_evaluation(*[{}] * 4, ward=ward, is_synthetic=True)


def test_a_leader_carries_last_year_over(screen, two_years, assert_accessible):
    page = screen
    sign_in(page, member(two_years.campaign.ward, Role.WARD_LEADER))
    page.goto(f"{home_of(two_years)}carry-over/")
    expect(page.locator("input[name=parts]")).to_have_count(5)
    assert_accessible(page)
    page.locator("#part-documents").uncheck()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("input[name=parts]")).to_have_count(1)
    expect(page.locator(".ws-history li")).to_have_count(1)
    assert_accessible(page)
    page.goto(f"{home_of(two_years)}criteria/1/")
    expect(page.get_by_text("Tổ dân phố 1").first).to_be_visible()


@pytest.mark.parametrize("place", ["criteria/11/", "criteria/3/"])
def test_the_figure_fits_on_a_narrow_phone(open_page, signing, place):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, member(signing.campaign.ward))
    page.goto(f"{home_of(signing)}{place}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_carrying_over_fits_on_a_narrow_phone(open_page, two_years):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    carry_over(actor=TESTS, evaluation=two_years, parts=["committee"])
    sign_in(page, member(two_years.campaign.ward, Role.WARD_LEADER))
    page.goto(f"{home_of(two_years)}carry-over/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
