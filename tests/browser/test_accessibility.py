"""axe on every page, on a desktop and on a phone; no sideways scroll at 320 px."""

import pytest

from tests.browser.fixtures import sign_in

WARD_PAGES = [
    "",
    "?show=overdue&do=2",
    "print/",
    "search/?q=tieu",
    "criteria/",
    "criteria/2/",
    "criteria/4/",
    "criteria/5/",
    "criteria/6/",
    "criteria/2/evidence/new/",
    "criteria/2/evidence/library/",
    "evidence/",
    "evidence/?q=khong-co",
    "evidence/new/",
    "evidence/{evidence}/",
    "evidence/{evidence}/edit/",
    "evidence/{evidence}/withdraw/",
    "assignments/",
]
TOO_WIDE = """[...document.querySelectorAll("body *")]
  .filter(node => node.getBoundingClientRect().right > 321)
  .map(node => `${node.tagName}.${node.className}`).slice(0, 9)"""
OTHER_PAGES = ["/", "/menu/", "/campaigns/", "/accounts/password/", "{open}"]


def addresses(ward_year):
    evidence = ward_year.evaluation.campaign.ward.evidence.first()
    ward = ward_year.evaluation.campaign.ward.slug
    pages = [
        f"{ward_year.home}{page.format(evidence=evidence.pk)}" for page in WARD_PAGES
    ]
    return pages + [
        page.format(open=f"/w/{ward}/campaigns/new/") for page in OTHER_PAGES
    ]


def test_pages_of_a_leader(screen, ward_year, assert_accessible):
    sign_in(screen, ward_year.leader)
    for address in addresses(ward_year):
        assert screen.goto(address).status == 200, address
        assert_accessible(screen)


@pytest.mark.parametrize("role", ["contributor", "committee", "verifier"])
def test_pages_of_who_reads_or_helps(desktop, ward_year, assert_accessible, role):
    sign_in(desktop, getattr(ward_year, role))
    for page in ("", "criteria/2/", "criteria/5/", "evidence/"):
        desktop.goto(f"{ward_year.home}{page}")
        assert_accessible(desktop)


def test_sign_in_and_its_refusal(screen, live_server, assert_accessible):
    screen.goto("/accounts/login/")
    assert_accessible(screen)
    screen.get_by_label("Tên đăng nhập").fill("khong-co")
    screen.get_by_label("Mật khẩu").fill("sai")
    screen.get_by_role("button", name="Đăng nhập").click()
    assert_accessible(screen)


def test_a_form_with_faults(screen, ward_year, faults, assert_accessible):
    faults.expect("422")
    sign_in(screen, ward_year.staff)
    screen.goto(f"{ward_year.home}criteria/2/evidence/new/")
    screen.get_by_role("button", name="Lưu minh chứng").click()
    assert_accessible(screen)


@pytest.mark.parametrize("address", ["/khong-co/", "{home}assignments/"])
def test_error_pages(screen, ward_year, faults, assert_accessible, address):
    faults.expect("404|403")
    sign_in(screen, ward_year.staff)
    screen.goto(address.format(home=ward_year.home))
    assert_accessible(screen)


def test_no_page_scrolls_sideways_at_320_pixels(open_page, ward_year):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, ward_year.leader)
    for address in addresses(ward_year):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide: {page.evaluate(TOO_WIDE)}"
