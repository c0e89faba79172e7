"""The steering committee and meetings, in Chromium, as people use them."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import CommitteeMember
from criteria.models import MemberCategory
from tests.browser.fixtures import sign_in
from tests.commitments.meetings import the_committee, the_conference, the_head
from tests.factories.commitments import ContributionFactory, MeetingFactory

TODAY = timezone.localdate()


@pytest.fixture
def records(ward_year):
    """The committee and the launch conference of the example, in the browser's ward."""
    campaign = ward_year.evaluation.campaign
    committee = the_committee(campaign)
    head = the_head(committee)
    for category in ward_year.evaluation.criteria_set.categories.all():
        MemberCategory.objects.create(member=head, category=category)
    MeetingFactory(campaign=campaign, attendance_count=24, place="Hội trường UBND")
    conference = the_conference(campaign)
    ContributionFactory(meeting=conference, speaker_position="Tổ trưởng")
    return committee, head, conference


def test_a_member_is_replaced_and_the_categories_stay_covered(
    desktop, ward_year, records
):
    page, (_committee, head, _conference) = desktop, records
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}committee/")
    page.locator(f"[data-member='{head.pk}'] summary").click()
    page.get_by_role("link", name="Thay người").click()
    page.get_by_label("Ngày cuối của nhiệm kỳ").fill(f"{TODAY:%d/%m/%Y}")
    page.get_by_label("Chức danh").fill("Phó Bí thư Thường trực Đảng ủy phường")
    page.get_by_label("Họ và tên").fill("Trần Văn Mẫu")
    page.get_by_role("button", name="Thay thành viên").click()

    expect(page.get_by_text("Đã thay thành viên")).to_be_visible()
    head.refresh_from_db()
    assert head.valid_to == TODAY
    following = CommitteeMember.objects.get(pk=head.replaced_by_id)
    assert following.valid_from == TODAY + dt.timedelta(days=1)
    assert following.member_categories.count() == 2
    card = page.locator(f"[data-member='{following.pk}']")
    expect(card).to_contain_text("Phó Bí thư Thường trực Đảng ủy phường")
    expect(card).to_contain_text("Nhóm 1")
    page.goto(ward_year.home)
    expect(page.locator("[data-category='N1']")).to_contain_text("Phụ trách:")


def test_a_meeting_is_recorded_with_its_agenda_and_a_contribution(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}meetings/")
    page.get_by_role("main").get_by_role("link", name="Ghi cuộc họp").first.click()
    page.get_by_label("Tên cuộc họp, hội nghị").fill("Họp Ban Chỉ đạo quý này")
    page.get_by_label("Loại cuộc họp").select_option(label="Họp Ban Chỉ đạo")
    page.get_by_label("Ngày họp").fill(f"{TODAY:%d/%m/%Y}")
    page.get_by_label("Cơ quan cấp trên khác").fill("Ban Chỉ đạo 138 thành phố")
    page.locator("#id_agenda-0-number").fill("2")
    page.locator("#id_agenda-0-text_vi").fill("Ý kiến của các đại biểu")
    page.locator("#id_agenda-1-number").fill("1")
    page.locator("#id_agenda-1-text_vi").fill("Báo cáo kết quả")
    page.get_by_role("button", name="Lưu cuộc họp").click()

    points = page.locator(".ws-agenda > li")
    expect(points).to_have_count(2)
    expect(points.first).to_contain_text("Báo cáo kết quả")
    expect(page.get_by_text("Ban Chỉ đạo 138 thành phố")).to_be_visible()
    page.get_by_role("link", name="Thêm tham luận, ý kiến").click()
    page.get_by_label("Chủ đề").fill("Kinh nghiệm tự quản")
    page.get_by_label("Đơn vị của phường").select_option(label="Tổ dân phố 1")
    page.get_by_role("button", name="Lưu tham luận").click()
    expect(page.get_by_role("heading", name="Kinh nghiệm tự quản")).to_be_visible()
    page.goto(f"{ward_year.home}meetings/")
    expect(page.get_by_role("heading", name="1 trên 4 quý có họp")).to_be_visible()


PAGES = [
    "committee/",
    "committee/edit/",
    "committee/members/new/",
    "committee/members/{member}/edit/",
    "committee/members/{member}/end/",
    "committee/{member}/replace/",
    "committee/{member}/categories/",
    "meetings/",
    "meetings/?kind=review",
    "meetings/new/",
    "meetings/{meeting}/",
    "meetings/{meeting}/edit/",
    "meetings/{meeting}/contributions/new/",
]


def addresses(ward_year, records):
    _committee, head, conference = records
    return [
        f"{ward_year.home}{page.format(member=head.pk, meeting=conference.pk)}"
        for page in PAGES
    ]


def test_pages_are_accessible(screen, ward_year, records, assert_accessible):
    sign_in(screen, ward_year.staff)
    for address in addresses(ward_year, records):
        assert screen.goto(address).status == 200, address
        assert_accessible(screen)


def test_forms_with_faults_are_accessible(
    screen, ward_year, records, faults, assert_accessible
):
    faults.expect("422")
    sign_in(screen, ward_year.staff)
    screen.goto(f"{ward_year.home}committee/members/new/")
    screen.get_by_role("button", name="Lưu thành viên").click()
    assert_accessible(screen)
    screen.goto(f"{ward_year.home}meetings/new/")
    screen.locator("#id_agenda-0-number").fill("x")
    screen.get_by_role("button", name="Lưu cuộc họp").click()
    assert_accessible(screen)


def test_pages_do_not_scroll_sideways_at_320_pixels(open_page, ward_year, records):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, ward_year.staff)
    for address in addresses(ward_year, records):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide"


def test_a_member_is_added_without_javascript(open_page, ward_year, records):
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}committee/members/new/")
    page.get_by_label("Vai trò").select_option(label="Ủy viên")
    page.get_by_label("Chức danh").fill("Trạm trưởng Trạm Y tế phường")
    page.get_by_role("button", name="Lưu thành viên").click()
    expect(page.get_by_text("Trạm trưởng Trạm Y tế phường").first).to_be_visible()
