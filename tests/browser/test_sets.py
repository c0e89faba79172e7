"""A ward replaces the working set by its own annex; the province imports and moves."""

from io import BytesIO
from pathlib import Path

import openpyxl

from criteria.models import CriteriaSet
from tests.browser.fixtures import sign_in
from tests.criteria.set_books import cell, export_of, saved, three_faults
from tests.factories.criteria import a_set

TOO_WIDE = """[...document.querySelectorAll("body *")]
  .filter(node => node.getBoundingClientRect().right > 321
    && !node.closest(".ws-scroll")).length"""


def annex(ward_year):
    """The country's working set and the ward's annex written into its workbook."""
    working = a_set({}, {"measured": True}, {"percentage": True}, {}, state="working")

    def change(book):
        cell(book, "Tên tiêu chí", 2).value = "Nghị quyết chuyên đề của Đảng ủy phường"
        three_faults(book)

    return working, export_of(working, change)


def choose(page, data, name="Phụ lục.xlsx"):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": data}
    )


def mended(path):
    """The marked copy, with its three cells mended."""
    book = openpyxl.load_workbook(BytesIO(Path(path).read_bytes()))
    cell(book, "Số", 3).value = 2
    cell(book, "Điểm tối đa", 4).value = "3,5"
    cell(book, "Loại", 5).value = "Có hoặc không"
    return saved(book)


def test_a_ward_imports_its_annex_mends_three_faults_and_publishes(
    screen, ward_year, assert_accessible
):
    ward = ward_year.evaluation.campaign.ward
    working, data = annex(ward_year)
    sign_in(screen, ward_year.leader)
    screen.goto(f"/w/{ward.slug}/sets/")
    assert_accessible(screen)

    choose(screen, data)
    screen.locator("form.ws-send button").click()
    screen.wait_for_url("**/uploads/*/")
    assert screen.locator(".ws-faults__cell").all_inner_texts() == ["A3", "F4", "E5"]
    assert_accessible(screen)

    with screen.expect_download() as download:
        screen.locator("a[href$='/marked/']").click()
    choose(screen, mended(download.value.path()))
    screen.locator("form.ws-send button").click()
    screen.wait_for_selector("form.ws-apply")
    assert_accessible(screen)
    screen.locator("form.ws-apply button").click()
    screen.wait_for_url("**/compare/")
    assert_accessible(screen)

    screen.locator("a[href$='/publish/']").click()
    screen.wait_for_url("**/publish/")
    assert_accessible(screen)
    screen.locator("main form button[type=submit]").click()
    screen.wait_for_url("**/sets/")

    own = CriteriaSet.objects.get(owner=ward, code=working.code)
    assert own.state == "published"
    screen.locator(f"a[href$='?set={own.pk}']").click()
    screen.wait_for_url("**/campaigns/new/*")
    assert screen.locator(f"input[value='{own.pk}']").is_checked()


def test_a_province_imports_mends_compares_and_moves_a_year(
    desktop, ward_year, assert_accessible
):
    ward = ward_year.evaluation.campaign.ward
    _working, data = annex(ward_year)
    sign_in(desktop, ward_year.admin)
    desktop.goto("/admin/criteria/criteriaset/import/")
    assert_accessible(desktop)
    desktop.locator("select[name=owner]").select_option(str(ward.pk))
    choose(desktop, data)
    desktop.locator(".submit-row input").click()
    desktop.wait_for_url("**/import/?upload=*")
    assert_accessible(desktop)
    with desktop.expect_download() as download:
        desktop.locator(".submit-row a.button").click()
    fixed = mended(download.value.path())

    desktop.goto("/admin/criteria/criteriaset/import/")
    desktop.locator("select[name=owner]").select_option(str(ward.pk))
    choose(desktop, fixed)
    desktop.locator(".submit-row input").click()
    desktop.wait_for_url("**/import/?upload=*")
    assert_accessible(desktop)
    desktop.locator(".submit-row input").click()
    desktop.wait_for_url("**/compare/")
    assert_accessible(desktop)
    assert CriteriaSet.objects.filter(owner=ward, state="draft").count() == 1


def test_a_year_is_moved_after_a_look_at_what_cannot_come_along(
    desktop, ward_year, assert_accessible
):
    old = ward_year.evaluation.criteria_set
    new = a_set(
        {"key": "c01"},
        {"key": "c03", "percentage": True},
        {"key": "c04", "percentage": True},
        {"key": "moi"},
        code=old.code,
        version=2,
    )
    sign_in(desktop, ward_year.admin)
    desktop.goto(f"/admin/criteria/criteriaset/{new.pk}/move/")
    assert_accessible(desktop)
    desktop.locator("input[name=e]").check()
    desktop.locator("form[method=get] .submit-row input").click()
    desktop.wait_for_url("**/move/?e=*")
    assert_accessible(desktop)
    desktop.locator("form[method=post] .submit-row input").click()
    desktop.wait_for_url("**/move/")
    ward_year.evaluation.refresh_from_db()
    assert ward_year.evaluation.criteria_set == new

    desktop.locator("a[href*='/sets/moves/']").click()
    desktop.wait_for_url("**/sets/moves/*/")
    assert_accessible(desktop)


def test_the_pages_fit_320_pixels(open_page, ward_year):
    page = open_page("desktop")
    page.set_viewport_size({"width": 320, "height": 700})
    ward = ward_year.evaluation.campaign.ward
    _working, data = annex(ward_year)
    sign_in(page, ward_year.leader)
    page.goto(f"/w/{ward.slug}/sets/")
    assert page.evaluate(TOO_WIDE) == 0
    choose(page, data)
    page.locator("form.ws-send button").click()
    page.wait_for_url("**/uploads/*/")
    assert page.evaluate(TOO_WIDE) == 0
