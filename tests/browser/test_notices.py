"""Comments, the bell and the words for Zalo in Chromium, as people go about them."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from criteria.services.comments import comment_on
from tests.browser.fixtures import sign_in
from tests.factories.criteria import assessment_of
from wardsecurity.notices.models import Comment, Notice

PAGES = ["criteria/1/", "reminder/", "", "/notices/", "/menu/", "/"]


@pytest.fixture
def told(ward_year):
    """The leader asks the staff; somebody took a comment back."""
    row = assessment_of(ward_year.evaluation)
    ward_year.evaluation.assessments.filter(criterion__number=2).update(
        due_on=timezone.localdate()
    )
    for text in ("Còn thiếu biên bản. @Cán bộ phường bổ sung.", "Dài " * 300):
        comment_on(actor=ward_year.leader, assessment=row, text=text)
    comment_on(actor=ward_year.committee, assessment=row, text="Đã xem.")
    return ward_year


def test_the_pages_are_accessible_and_fit(screen, told, assert_accessible):
    sign_in(screen, told.staff)
    for page in PAGES:
        screen.goto(page if page.startswith("/") else f"{told.home}{page}")
        assert_accessible(screen)
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not screen.evaluate(wide), page


def test_pages_reflow_at_320_pixels(told, open_page):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, told.staff)
    for address in PAGES:
        page.goto(address if address.startswith("/") else f"{told.home}{address}")
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wide), address


def test_from_the_bell_to_the_comment_and_back_with_an_answer(desktop, told):
    sign_in(desktop, told.staff)
    bell = desktop.locator(".ws-bell")
    expect(bell.locator(".ws-count")).to_have_text("3")
    bell.click()
    desktop.locator(".ws-told__open").last.click()
    desktop.wait_for_url(f"**{told.home}criteria/1/#comments")

    # Seen, the comments are read: by htmx, once they are in view.
    desktop.locator(".ws-write textarea").scroll_into_view_if_needed()
    expect(desktop.locator(".ws-thread__read")).to_have_count(0)
    desktop.locator("#comment-text").fill("Đã gửi bổ sung.")
    desktop.locator('button[name="choose"]').click()
    expect(desktop.locator(".ws-asked")).to_be_focused()
    desktop.get_by_label("Chủ tịch UBND phường").check()
    desktop.locator(".ws-write .ws-btn--primary").click()

    expect(desktop.locator(".ws-comment").last).to_contain_text("Đã gửi bổ sung.")
    assert Comment.objects.last().mentioned == ["Chủ tịch UBND phường"]
    assert Notice.objects.filter(user=told.leader, kind="mentioned").exists()
    expect(desktop.locator(".ws-bell .ws-count")).to_have_count(0)


def test_without_javascript_a_comment_finds_its_post(open_page, told):
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, told.staff)
    page.goto(f"{told.home}criteria/1/")
    page.locator(".ws-thread__read button").click()
    expect(page.locator(".ws-thread__read")).to_have_count(0)
    page.locator("#comment-text").fill("Đã gửi bổ sung.")
    page.locator('button[name="choose"]').click()
    expect(page.locator("#comment-text")).to_have_value("Đã gửi bổ sung.")
    page.get_by_label("Chủ tịch UBND phường").check()
    page.locator(".ws-write .ws-btn--primary").click()

    expect(page.locator(".ws-comment").last).to_contain_text("Đã gửi bổ sung.")
    assert page.url.endswith(f"{told.home}criteria/1/#comments")


def test_a_post_nobody_holds_keeps_what_was_typed(desktop, told, faults):
    faults.expect("422")
    sign_in(desktop, told.staff)
    desktop.goto(f"{told.home}criteria/1/")
    desktop.locator("#comment-text").fill("@Giám đốc xem lại")
    desktop.locator(".ws-write .ws-btn--primary").click()

    expect(desktop.locator("#comment-text_error")).to_be_visible()
    expect(desktop.locator("#comment-text")).to_have_value("@Giám đốc xem lại")


def test_the_words_for_zalo_are_copied_by_one_button(open_page, told):
    page = open_page("desktop", permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, told.staff)
    page.goto(f"{told.home}reminder/")
    page.locator("[data-copy]").first.click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Kính gửi:")
    assert "Tiêu chí 2" in copied
