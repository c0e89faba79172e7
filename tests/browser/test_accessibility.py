"""axe on every page, on a desktop and on a phone; no sideways scroll at 320 px."""

import pytest
from django.contrib import admin
from django.urls import reverse

from criteria.models import CriteriaSet, Criterion
from criteria.services.sets import copy_set
from tests.browser.fixtures import sign_in
from tests.factories.wards import TESTS
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)

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
    "submit/",
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


# --- The admin site ---------------------------------------------------------------

ADDED = [AdministrativeUnit, ParticipatingUnit, Membership, User]
CHANGED = [*ADDED, CriteriaSet, Criterion]


def page_of(model, name, *args):
    label = f"{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"admin:{label}_{name}", args=args)


@pytest.fixture
def rows(ward_year):
    """A row of each kind that the province's admin may change."""
    evaluation = ward_year.evaluation
    ward = evaluation.campaign.ward
    draft = copy_set(actor=TESTS, source=evaluation.criteria_set, owner=ward)
    return [
        ward,
        ward.participating_units.first(),
        ward_year.staff.memberships.get(),
        ward_year.staff,
        draft,
        draft.criteria.get(number=4),
    ]


def admin_addresses(rows):
    """Every page of the admin site, from what is registered in it."""
    draft = next(row for row in rows if isinstance(row, CriteriaSet))
    entry = TrailEntry.objects.filter(chain__unit=draft.owner).last()
    models = admin.site._registry
    return [
        "/admin/",
        "/admin/wards/",
        *(page_of(model, "changelist") for model in models),
        *(f"{page_of(model, 'changelist')}?q=khong-co" for model in models),
        *(page_of(model, "add") for model in ADDED),
        *(page_of(type(row), "change", row.pk) for row in rows),
        *(page_of(type(row), "history", row.pk) for row in rows),
        *(
            page_of(CriteriaSet, step, draft.pk)
            for step in ("copy", "publish", "retire")
        ),
        page_of(User, "reset_password", rows[3].pk),
        page_of(TrailEntry, "change", entry.pk),
        page_of(type(entry.chain), "change", entry.chain_id),
        page_of(type(entry.chain), "check"),
    ]


def test_every_kind_of_row_has_its_pages_tried(rows):
    assert [type(row) for row in rows] == CHANGED


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_of_the_admin_site(
    open_page, ward_year, rows, assert_accessible, colours
):
    page = open_page("desktop", color_scheme=colours)
    sign_in(page, ward_year.admin)
    for address in admin_addresses(rows):
        assert page.goto(address).status == 200, address
        assert_accessible(page)


def test_pages_of_the_admin_site_for_who_only_reads(
    desktop, ward_year, rows, assert_accessible
):
    sign_in(desktop, ward_year.verifier)
    for row in rows:
        desktop.goto(page_of(type(row), "changelist"))
        assert_accessible(desktop)
        desktop.goto(page_of(type(row), "change", row.pk))
        assert_accessible(desktop)


def test_answers_of_the_admin_site(desktop, ward_year, rows, assert_accessible):
    """A form with faults, a conflict, a one-time password, a trail that was checked."""
    sign_in(desktop, ward_year.admin)
    desktop.goto(page_of(AdministrativeUnit, "change", rows[0].pk))
    AdministrativeUnit.objects.filter(pk=rows[0].pk).update(
        name="Phường Khác", code="1"
    )
    desktop.locator("#id_name").fill("Phường Mới")
    desktop.locator("#id_valid_from").fill("31/02/2026")
    desktop.locator("[name=_save]").click()
    desktop.locator(".errornote.meanwhile").wait_for()
    assert desktop.locator(".errornote").count() == 2
    assert_accessible(desktop)
    desktop.goto(page_of(User, "reset_password", rows[3].pk))
    desktop.locator("#content [type=submit]").click()
    desktop.locator("#one-time-password").wait_for()
    assert_accessible(desktop)
    desktop.goto(page_of(CriteriaSet, "copy", rows[4].pk))
    desktop.locator("#content [type=submit]").click()
    desktop.locator(".errorlist").wait_for()
    assert_accessible(desktop)
    desktop.goto("/admin/audit/trailchain/check/")
    desktop.locator("#content [type=submit]").click()
    desktop.locator(".messagelist .success").wait_for()
    assert_accessible(desktop)
    TrailEntry.objects.filter(chain__unit=rows[0], seq=1).update(payload="{}")
    desktop.locator("#content [type=submit]").click()
    desktop.locator(".messagelist .error").wait_for()
    assert_accessible(desktop)
