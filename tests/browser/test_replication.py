"""A province opens campaigns for its wards, and recommends a model, in Chromium."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import Campaign
from tests.browser.fixtures import sign_in
from tests.factories.commitments import CampaignFactory, GoodModelFactory
from tests.factories.criteria import a_set
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.jobs.models import Job
from wardsecurity.permissions import Role

YEAR = timezone.localdate().year


@pytest.fixture
def province(transactional_db):
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


def test_campaigns_are_opened_in_the_wards_ticked(
    desktop, assert_accessible, province, admin
):
    a_set({}, {}, owner=province)
    wards = [WardFactory(parent=province) for _ in range(3)]
    page = desktop
    sign_in(page, admin)
    page.goto(f"/p/{province.slug}/{YEAR}/replicate/")
    assert_accessible(page)
    page.locator("[name=which][value=chosen]").check()
    for ward in wards[:2]:
        page.get_by_label(ward.name, exact=True).check()
    page.locator("button[value=preview]").click()
    expect(page.locator("[data-preview=opens]")).to_have_count(2)
    assert_accessible(page)
    assert not Campaign.objects.exists()

    page.locator("button[value=run]").click()
    expect(page.locator("[data-state=done]")).to_be_visible()
    expect(page.locator("[data-item=done]")).to_have_count(2)
    assert_accessible(page)
    assert set(Campaign.objects.values_list("ward", flat=True)) == {
        ward.pk for ward in wards[:2]
    }


def test_a_model_goes_from_ward_to_ward(desktop, assert_accessible, province, admin):
    model = GoodModelFactory(
        campaign=CampaignFactory(ward=WardFactory(parent=province))
    )
    page = desktop
    sign_in(page, admin)
    page.goto(f"/p/{province.slug}/models/?show=all")
    assert_accessible(page)
    page.locator(f"[data-model='{model.pk}'] .ws-shared__foot a").click()
    page.locator("[name=why]").fill("Dễ làm theo.")
    assert_accessible(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-adopted='0']")).to_be_visible()
    page.goto(f"/p/{province.slug}/models/")
    expect(page.locator(f"[data-model='{model.pk}']")).to_contain_text("Dễ làm theo.")


@pytest.mark.parametrize("wide", [320, 390])
def test_a_task_and_a_comparison_fit_a_phone(phone, province, admin, wide):
    long = "Bộ tiêu chí xây dựng phường điển hình về an ninh, trật tự " * 2
    own = a_set({}, owner=province, name_vi=long)
    a_set({}, owner=province)
    job = Job.objects.create(kind="replication", unit=province, asked_by=admin, total=1)
    job.items.create(unit=WardFactory(parent=province), order=0, message=long)
    page = phone
    page.set_viewport_size({"width": wide, "height": 844})
    sign_in(page, admin)
    for path in (f"/jobs/{job.pk}/", f"/admin/criteria/criteriaset/{own.pk}/compare/"):
        assert page.goto(path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= wide
    page.goto(f"/jobs/{job.pk}/")
    box = "const e = document.querySelector('.ws-job__list .ws-scroll');"
    assert page.evaluate(f"() => {{ {box} return e.scrollWidth <= e.clientWidth }}")


def test_both_pages_fit_a_phone(phone, assert_accessible, province, admin):
    a_set({}, owner=province)
    WardFactory(parent=province)
    page = phone
    sign_in(page, admin)
    for path in (f"{YEAR}/replicate/", "models/"):
        page.goto(f"/p/{province.slug}/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]
        assert_accessible(page)
