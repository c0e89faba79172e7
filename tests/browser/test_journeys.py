"""The main journeys, in Chromium, as people go them."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from criteria.selectors.scores import score_as_json
from tests.browser.fixtures import a_pdf, a_photo, sign_in


def headline(page: Page) -> int:
    """The count on the dashboard."""
    score = page.locator("[data-score]").first.get_attribute("data-score")
    return int(score or "-1")


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def test_staff_record_a_pdf_and_a_photo_assess_and_see_the_count_rise(
    desktop, ward_year
):
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(ward_year.home)
    before = headline(page)
    page.goto(f"{ward_year.home}criteria/2/evidence/new/")
    page.get_by_label("Tên minh chứng").fill("Quyết định giao nhiệm vụ")
    page.get_by_label("Số, ký hiệu").fill("45/QĐ-UBND")
    page.get_by_label("Ngày của sự việc").fill(today())
    page.locator("#id_files").set_input_files(
        [
            {
                "name": "quyet-dinh.pdf",
                "mimeType": "application/pdf",
                "buffer": a_pdf(),
            },
            {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": a_photo()},
        ]
    )
    page.get_by_role("button", name="Lưu minh chứng").click()
    expect(page.get_by_text("Quyết định giao nhiệm vụ").first).to_be_visible()
    page.get_by_label("Đạt", exact=True).check()
    page.get_by_role("button", name="Lưu đánh giá").click()
    page.goto(ward_year.home)
    assert headline(page) == before + 1
    ward_year.evaluation.refresh_from_db()
    told = score_as_json(ward_year.evaluation)
    assert told["total"]["met"] == before + 1
    row = page.locator("[data-criterion='2']").first
    assert row.get_attribute("data-result") == "met"


def test_pictures_are_shown_in_the_page(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}criteria/2/evidence/new/?kind=files")
    page.get_by_label("Tên minh chứng").fill("Ảnh hội nghị")
    page.get_by_label("Ngày của sự việc").fill(today())
    page.locator("#id_files").set_input_files(
        [{"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}]
    )
    page.get_by_role("button", name="Lưu minh chứng").click()
    picture = page.locator("img[src*='/files/']").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 0


def test_what_was_typed_is_kept_when_a_date_lies_in_the_future(
    desktop, ward_year, faults
):
    faults.expect("422")
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}criteria/2/evidence/new/")
    page.get_by_label("Tên minh chứng").fill("Báo cáo sơ kết")
    page.get_by_label("Số, ký hiệu").fill("88/BC-UBND")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    page.get_by_label("Ngày của sự việc").fill(f"{tomorrow:%d/%m/%Y}")
    page.locator("#id_files").set_input_files(
        [{"name": "bao-cao.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}]
    )
    page.get_by_role("button", name="Lưu minh chứng").click()
    expect(page.get_by_label("Tên minh chứng")).to_have_value("Báo cáo sơ kết")
    expect(page.get_by_text("bao-cao.pdf")).to_be_visible()
    page.get_by_label("Ngày của sự việc").fill(today())
    page.get_by_role("button", name="Lưu minh chứng").click()
    expect(page.get_by_role("heading", name="Yêu cầu")).to_be_visible()
    expect(page.get_by_text("Báo cáo sơ kết").first).to_be_visible()


def test_the_second_of_two_officers_sees_both_versions(open_page, ward_year, faults):
    faults.expect("409")
    first, second = open_page("desktop"), open_page("desktop")
    address = f"{ward_year.home}criteria/2/"
    for page, user in ((first, ward_year.staff), (second, ward_year.leader)):
        sign_in(page, user)
        page.goto(address)
    first.get_by_label("Giải trình").fill("Bản của cán bộ.")
    first.get_by_role("button", name="Lưu đánh giá").click()
    first.wait_for_load_state()
    second.get_by_label("Giải trình").fill("Bản của lãnh đạo.")
    second.get_by_role("button", name="Lưu đánh giá").click()
    expect(second.get_by_text("Bản của cán bộ.").first).to_be_visible()
    expect(second.get_by_label("Giải trình")).to_have_value("Bản của lãnh đạo.")


def test_a_committee_member_reads_and_changes_nothing(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.committee)
    page.goto(f"{ward_year.home}criteria/2/")
    expect(page.get_by_role("heading", name="Yêu cầu")).to_be_visible()
    expect(page.get_by_role("button", name="Lưu đánh giá")).to_have_count(0)
    assert page.request.get(f"{ward_year.home}criteria/2/evidence/new/").status == 403


@pytest.mark.parametrize(
    "place",
    ["", "criteria/1/", "evidence/", "assignments/", "evidence/new/"],
)
def test_another_wards_staff_get_404(desktop, ward_year, faults, place):
    faults.expect("404")
    sign_in(desktop, ward_year.outsider)
    assert desktop.goto(f"{ward_year.home}{place}").status == 404


def test_a_photo_is_at_most_four_taps_from_my_work(phone, ward_year):
    page = phone
    sign_in(page, ward_year.staff)
    page.goto("/")
    page.get_by_role("link", name="Ghi minh chứng").first.tap()
    expect(page.locator("input[type=file][capture]")).to_have_count(1)


def test_everything_works_without_javascript(open_page, ward_year):
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}criteria/2/evidence/new/")
    page.get_by_label("Tên minh chứng").fill("Thông báo kết luận")
    page.get_by_label("Số, ký hiệu").fill("12/TB-UBND")
    page.get_by_label("Ngày của sự việc").fill(today())
    page.get_by_role("button", name="Lưu minh chứng").click()
    expect(page.get_by_text("Thông báo kết luận").first).to_be_visible()


def test_the_simulator_counts_on_the_server(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(ward_year.home)
    before = headline(page)
    page.locator("input[name=do][value='2']").check()
    page.get_by_role("button", name="Tính lại").click()
    page.wait_for_url("**do=2**")
    expect(page.locator("#missing-result")).to_contain_text(f"{before + 1}")
    assert headline(page) == before


def test_a_leader_gives_a_criterion_to_a_unit(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.leader)
    page.goto(f"{ward_year.home}assignments/")
    page.locator("#id_c2-lead_unit").select_option(label="Tổ dân phố 1")
    page.get_by_role("button", name="Lưu phân công").click()
    expect(page.get_by_text("Đã đổi 1 tiêu chí.")).to_be_visible()
    page.goto(f"{ward_year.home}criteria/2/")
    expect(page.get_by_text("Chủ trì: Tổ dân phố 1").first).to_be_visible()


def test_english_can_be_chosen(desktop, ward_year):
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto("/menu/")
    page.get_by_role("main").get_by_role("button", name="English").click()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
