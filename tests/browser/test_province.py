"""The province's page in a browser: filters, order, charts, and a ward's years."""

import pytest
from django.utils import timezone

from tests.browser.fixtures import sign_in
from tests.factories.criteria import a_set
from tests.factories.provinces import many_evaluations, many_wards
from tests.factories.wards import UnitFactory, member
from wardsecurity.permissions import Role

YEAR = timezone.localdate().year
HOME = f"/p/tinh-mau/{YEAR}/"
MET = [12, 12, 11, 10, 9, 7, 5, 3, 0]
STATES = ["submitted", "verifying", "returned", "open", "recognised"]


@pytest.fixture
def province(live_server, evidence_root):
    """Nine wards in two years, and two without a campaign."""
    unit = UnitFactory(slug="tinh-mau", name="Tỉnh Mẫu")
    criteria_set = a_set(size=12, categories=4, min_met=11)
    wards = many_wards(unit, 11)
    overdue = [0, 0, 0, 2, 0, 5, 1, 1, 6]
    many_evaluations(wards[:9], criteria_set, MET, states=STATES, overdue=overdue)
    many_evaluations(wards[:5], criteria_set, MET[4:9], year=YEAR - 1)
    return unit


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN, position="Quản trị Công an tỉnh")


@pytest.fixture
def country(province):
    return member(province.parent, Role.PROVINCE_VERIFIER)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_page_is_accessible(
    open_page, admin, country, assert_accessible, colours, size
):
    page = open_page(size, color_scheme=colours)
    sign_in(page, admin)
    for query in ("", "?stuck=overdue", "?sort=c-N1", "?q=khong-co"):
        assert page.goto(f"{HOME}{query}").status == 200
        assert_accessible(page)
    page = open_page(size, color_scheme=colours)
    sign_in(page, country)
    for query in ("", "?rows=wards"):
        assert page.goto(f"/p/viet-nam/{YEAR}/{query}").status == 200
        assert_accessible(page)


def test_the_tables_behind_the_charts_are_accessible(desktop, admin, assert_accessible):
    sign_in(desktop, admin)
    desktop.goto(HOME)
    for summary in desktop.locator("aside summary").all():
        summary.click()
    assert_accessible(desktop)


def test_nothing_scrolls_sideways_at_320_pixels(open_page, admin, country, province):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    ward = province.children.first()
    sign_in(page, country)
    for address in (
        HOME,
        f"{HOME}?stuck=overdue",
        f"/p/viet-nam/{YEAR}/",
        f"/w/{ward.slug}/years/",
    ):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide"


def wards(page):
    return page.locator("[data-ward]")


def test_filters_heads_and_figures_lead_to_their_wards(desktop, admin):
    sign_in(desktop, admin)
    desktop.goto(HOME)
    assert wards(desktop).count() == 11
    desktop.locator(".ws-figures a").nth(1).click()
    assert wards(desktop).count() == 1
    desktop.goto(HOME)
    desktop.locator("#ask-q").fill("hai thanh")
    desktop.locator(".ws-asked button").click()
    assert wards(desktop).locator("th").all_inner_texts() == ["Phường Hải Thành"]
    desktop.goto(HOME)
    desktop.locator("thead a").nth(2).click()
    desktop.locator("thead [aria-sort=descending]").wait_for()
    assert "sort=c-N1" in desktop.url


def test_a_ward_opens_and_its_years_stand_side_by_side(
    screen, admin, assert_accessible
):
    sign_in(screen, admin)
    screen.goto(HOME)
    wards(screen).first.locator("a").click()
    screen.wait_for_url("**/w/**")
    screen.locator("a[href$='/years/']").click()
    screen.locator("[data-key]").first.wait_for()
    assert screen.locator("[data-unit]").count() == 2
    assert_accessible(screen)


def test_the_list_is_taken_away(desktop, admin):
    sign_in(desktop, admin)
    desktop.goto(f"{HOME}?state=open")
    with desktop.expect_download() as found:
        desktop.locator("a[href*='list.xlsx']").click()
    assert found.value.suggested_filename == f"tinh-mau-{YEAR}.xlsx"
