"""Getting ready to submit, in Chromium: cleared, confirmed, locked, answered."""

import pytest
from playwright.sync_api import expect

from criteria.models import Evaluation
from tests.browser.fixtures import sign_in
from tests.factories.criteria import ready, returned


@pytest.fixture
def evaluation(ward_year):
    return ward_year.evaluation


def test_the_leader_sees_the_blocks_clears_them_and_submits(
    desktop, ward_year, evaluation, assert_accessible
):
    page = desktop
    sign_in(page, ward_year.leader)
    page.goto(f"{ward_year.home}submit/")
    expect(page.locator("[data-check='not_assessed'] .ws-row").first).to_be_visible()
    expect(page.locator("a[href='?confirm=1']")).to_have_count(0)
    assert_accessible(page)

    ready(evaluation)
    page.reload()
    page.locator("a[href='?confirm=1']").click()
    assert_accessible(page)
    page.locator("form.ws-handing button[type=submit]").click()

    expect(page.locator("[aria-current=step]")).to_contain_text("2")
    assert Evaluation.objects.get(pk=evaluation.pk).state == "submitted"
    assert_accessible(page)
    page.goto(f"{ward_year.home}criteria/1/")
    expect(page.locator("#assess form")).to_have_count(0)


def test_on_a_phone_a_return_is_read_and_answered(
    phone, ward_year, evaluation, assert_accessible
):
    page = phone
    returned(evaluation, 1)
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}submit/")
    expect(page.get_by_text("Bổ sung biên bản.")).to_be_visible()
    assert_accessible(page)
    page.locator("section[aria-labelledby=returns] .ws-btn").click()
    expect(page.locator(".ws-returned")).to_be_visible()
    expect(page.locator("#assess form")).to_be_visible()
    assert_accessible(page)
