"""Units and people in Chromium: two wards merge, a post is handed over, and the leader
of the merged ward reads a predecessor's year."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from criteria.models import SetState
from tests.browser.fixtures import sign_in
from tests.factories.criteria import a_set
from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    SuccessionFactory,
    WardFactory,
    member,
)
from tests.wardsecurity.spreadsheets.books import book_of
from tests.wardsecurity.test_imports import BODIES, PEOPLE, a_person
from wardsecurity.permissions import Role
from wardsecurity.wards.models import AdministrativeUnit, Membership

TODAY = timezone.localdate()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def province(ward_year):
    """The ward's province, with a neighbour to merge with and a published set."""
    ward = ward_year.evaluation.campaign.ward
    neighbour = WardFactory(name="Phường Láng Giềng", parent=ward.parent)
    ParticipatingUnitFactory(ward=neighbour, name="Tổ dân phố 1")
    a_set({}, {}, owner=ward.parent, state=SetState.PUBLISHED)
    return ward.parent


def is_too_wide(page):
    """Whether the page scrolls sideways."""
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def fill_decision(page, day):
    page.fill("[name=effective_on]", f"{day:%d/%m/%Y}")
    page.fill("[name=document_number]", "1656/NQ-UBTVQH15")
    page.fill("[name=document_date]", "16/06/2025")
    page.fill("[name=issuer]", "Ủy ban Thường vụ Quốc hội")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_two_wards_merge_and_the_new_leader_reads_the_old_year(
    open_page, assert_accessible, ward_year, province, screen
):
    old = ward_year.evaluation.campaign.ward
    page = open_page(screen)
    sign_in(page, ward_year.admin)
    page.goto(reverse("admin:wards_administrativeunit_change", args=[old.pk]))
    page.click("a[href*='unitsuccession/merge']")
    assert_accessible(page)

    expect(page.get_by_label(f"{old} (")).to_be_checked()
    page.get_by_label("Phường Láng Giềng (").check()
    page.fill("[name=name]", "Phường Hợp Nhất")
    fill_decision(page, TODAY + dt.timedelta(days=30))
    page.click(".submit-row [type=submit]")

    expect(page.locator(".admin-foretold")).to_have_count(3)
    expect(page.locator(".admin-foretold").last).to_contain_text("Phường Hợp Nhất")
    assert not is_too_wide(page)
    assert_accessible(page)
    page.click("[name=confirm]")
    page.wait_for_url("**/administrativeunit/*/change/")

    made = AdministrativeUnit.objects.get(slug="phuong-hop-nhat")
    assert page.url.endswith(f"/{made.pk}/change/")
    assert_accessible(page)

    reader = open_page(screen)
    sign_in(reader, member(made, Role.WARD_LEADER))
    reader.goto(ward_year.home)
    assert reader.url.endswith(ward_year.home)
    expect(reader.locator(".ws-bottom__record")).to_have_count(0)
    reader.goto(f"{ward_year.home}criteria/1/")
    expect(reader.locator("main form[method=post]")).to_have_count(0)
    assert_accessible(reader)


def test_a_post_is_handed_over(open_page, assert_accessible, ward_year, province):
    heir = member(
        ward_year.evaluation.campaign.ward, user__full_name="Trần Thị Kế Nhiệm"
    )
    seat = ward_year.leader.memberships.get()
    page = open_page()
    sign_in(page, ward_year.admin)
    page.goto(reverse("admin:wards_membership_change", args=[seat.pk]))
    page.click("a[href*='hand-over']")
    page.select_option("[name=to_user]", str(heir.pk))
    page.fill("[name=on]", f"{TODAY:%d/%m/%Y}")
    page.click(".submit-row [type=submit]")
    expect(page.locator(".admin-foretold")).to_contain_text("Trần Thị Kế Nhiệm")
    assert_accessible(page)
    page.click("[name=confirm]")
    page.wait_for_url("**/membership/*/change/")

    new = Membership.objects.get(user=heir, role=Role.WARD_LEADER)
    assert page.url.endswith(f"/{new.pk}/change/")
    assert new.valid_from == TODAY + dt.timedelta(days=1)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_lists_come_in_by_workbook(
    open_page, assert_accessible, ward_year, province, faults, screen
):
    faults.expect("422")
    name = str(ward_year.evaluation.campaign.ward)
    page = open_page(screen)
    sign_in(page, ward_year.admin)

    def send(model, *rows, headings):
        page.goto(reverse(f"admin:{model}_import"))
        data = book_of(*rows, headings=headings)
        page.set_input_files(
            "[name=file]", {"name": "ds.xlsx", "mimeType": XLSX, "buffer": data}
        )
        page.click(".submit-row [type=submit]")

    row = [name, "Tổ dân phố 9", "Tổ dân phố"]
    send("wards_participatingunit", row, ["Phường Ma", *row[1:]], headings=BODIES[:3])
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    with page.expect_download():
        page.click("[name=mark]")
    send("wards_participatingunit", row, headings=BODIES[:3])
    assert_accessible(page)
    page.click("[name=confirm]")
    expect(page.get_by_role("link", name="Tổ dân phố 9", exact=True)).to_be_visible()

    person = a_person(**{"Đơn vị hành chính": name})
    send("accounts_user", person, headings=PEOPLE)
    page.click("[name=confirm]")
    expect(page.locator("code")).to_have_count(1)
    assert not is_too_wide(page)
    assert_accessible(page)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_every_page_of_units_is_accessible(
    open_page, assert_accessible, ward_year, province, screen
):
    SuccessionFactory(predecessor=WardFactory(parent=province))
    MembershipFactory(unit=province, role=Role.PROVINCE_VERIFIER)
    page = open_page(screen)
    sign_in(page, ward_year.admin)
    names = ["changelist", "merge", "split", "rename", "transfer"]
    for name in names:
        page.goto(reverse(f"admin:wards_unitsuccession_{name}"))
        assert not is_too_wide(page), name
        assert_accessible(page)
