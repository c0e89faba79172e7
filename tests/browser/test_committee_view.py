"""The committee's view, its sheet, the trail and the decision, in Chromium."""

import datetime as dt

import pypdfium2
import pytest
from django.db import models
from django.utils import timezone
from playwright.sync_api import expect

from criteria.models import Assessment, MemberCategory
from tests.browser.fixtures import sign_in
from tests.criteria.deciding import recognised
from tests.factories.commitments import (
    CommitteeFactory,
    DirectiveFactory,
    MeetingFactory,
    MemberFactory,
)
from tests.factories.criteria import (
    CategoryFactory,
    CriteriaSetFactory,
    CriterionFactory,
    an_evaluation,
)
from tests.factories.wards import WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role

TODAY = timezone.localdate()
LONG = "Tổ chức tuyên truyền, phổ biến pháp luật và kỹ năng phòng ngừa tội phạm " * 3


@pytest.fixture
def meeting(ward_year):
    """The committee met yesterday, two answer for categories, directives are open."""
    campaign = ward_year.evaluation.campaign
    committee = CommitteeFactory(campaign=campaign)
    for category in ward_year.evaluation.criteria_set.categories.all():
        seat = MemberFactory(committee=committee, position=f"Phụ trách {category.code}")
        MemberCategory.objects.create(member=seat, category=category)
    DirectiveFactory(campaign=campaign, due_on=TODAY - dt.timedelta(days=3))
    return MeetingFactory(campaign=campaign, held_on=TODAY - dt.timedelta(days=1))


def test_a_committee_member_reads_the_view(
    screen, ward_year, meeting, assert_accessible
):
    page = screen
    sign_in(page, ward_year.committee)
    page.goto(f"{ward_year.home}committee-view/")

    main = page.get_by_role("main")
    expect(main.locator("[data-category='N1']")).to_be_visible()
    expect(main.get_by_text("Phụ trách N2")).to_be_visible()
    expect(main.get_by_text(meeting.title)).to_be_visible()
    assert main.locator("form").count() == 0
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
    assert_accessible(page)


def test_the_navigation_leads_there(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.committee)
    page.locator(".ws-side a[href$='committee-view/']").click()

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("committee-view/")


def test_the_sheet_for_the_meeting_is_one_page_at_its_fullest(
    desktop, live_server, evidence_root
):
    """34 criteria with long names, all late, and more directives than it shows."""
    page = desktop
    criteria_set = CriteriaSetFactory(min_met=31)
    for order in range(4):
        category = CategoryFactory(
            criteria_set=criteria_set, order=order + 1, name_vi=LONG[:90]
        )
        for number in range(order * 9 + 1, min(order * 9 + 10, 35)):
            CriterionFactory(category=category, number=number, title_vi=LONG[:200])
    ward = WardFactory(name="Phường Nguyễn Thị Minh Khai")
    evaluation = an_evaluation(
        ward=ward,
        criteria_set=criteria_set,
        period_start=TODAY - dt.timedelta(days=300),
        period_end=TODAY + dt.timedelta(days=60),
    )
    evaluation.assessments.update(due_on=TODAY - dt.timedelta(days=5))
    committee = CommitteeFactory(campaign=evaluation.campaign)
    for category in criteria_set.categories.all():
        for _ in range(3):
            seat = MemberFactory(
                committee=committee, position="Phó Chủ tịch Ủy ban nhân dân phường"
            )
            MemberCategory.objects.create(member=seat, category=category)
    for _ in range(9):
        DirectiveFactory(
            campaign=evaluation.campaign,
            text_vi=LONG,
            due_on=TODAY - dt.timedelta(days=3),
        )
    MeetingFactory(
        campaign=evaluation.campaign,
        held_on=TODAY - dt.timedelta(days=9),
        title=LONG[:150],
    )
    sign_in(page, member(ward, Role.COMMITTEE_MEMBER))
    campaign = evaluation.campaign
    page.goto(f"/w/{ward.slug}/{campaign.year}/committee-view/print/")

    printed = page.pdf(prefer_css_page_size=True)

    assert len(pypdfium2.PdfDocument(printed)) == 1


def test_the_trail_is_filtered_and_its_chain_checked(
    screen, ward_year, assert_accessible
):
    page = screen
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}trail/")
    assert_accessible(page)
    page.locator("[name=action]").select_option("criterion_assessed")
    page.locator(".ws-trail__do button").click()
    expect(page.locator(".ws-entry")).to_have_count(4)

    page.locator(".ws-trail__check button").click()
    expect(page.locator(".ws-notice--bamboo")).to_be_visible()
    assert_accessible(page)
    ward = ward_year.evaluation.campaign.ward
    TrailEntry.objects.filter(chain__unit=ward, seq=2).update(post="Người khác")
    page.locator(".ws-trail__check button").click()
    expect(page.locator(".ws-notice--seal")).to_contain_text("Phường Mẫu/2")
    assert_accessible(page)


def test_a_row_changed_behind_the_back_is_flagged(screen, ward_year, assert_accessible):
    page = screen
    recognised(ward_year.evaluation)
    sign_in(page, ward_year.admin)
    page.goto(ward_year.home)
    expect(page.locator("[data-changed]")).to_have_count(0)
    models.QuerySet(Assessment).filter(
        evaluation=ward_year.evaluation, criterion__number=1
    ).update(verified_result="not_met", verified_points=0)
    page.reload()
    page.locator("[data-changed] a").click()

    expect(page.locator(".ws-changes li")).to_have_count(2)
    assert_accessible(page)
