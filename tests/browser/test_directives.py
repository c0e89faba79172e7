"""Directives, funding and good models in Chromium, as people go about them."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import Directive
from criteria.models import DirectiveCriterion
from tests.browser.fixtures import sign_in
from tests.factories.commitments import (
    DirectiveFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    MeetingFactory,
    ModelPlaceFactory,
    OutsideBodyFactory,
)
from tests.factories.criteria import assessment_of

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)

PAGES = [
    "directives/",
    "directives/?show=waiting",
    "directives/new/",
    "directives/{directive}/",
    "directives/{directive}/edit/",
    "directives/{directive}/follow/",
    "directives/{directive}/criteria/",
    "funding/",
    "funding/print/",
    "funding/new/",
    "funding/{line}/edit/",
    "funding/{line}/remove/",
    "models/",
    "models/new/",
    "models/{model}/",
    "models/{model}/edit/",
    "models/{model}/places/new/",
    "models/{model}/places/{place}/end/",
    "criteria/1/",
    "",
]


@pytest.fixture
def addresses(ward_year):
    """Every page of the three parts, over rows in all their states."""
    campaign = ward_year.evaluation.campaign
    here = {"campaign": campaign}
    document = DocumentFactory(**here)
    told = {
        **here,
        "meeting": MeetingFactory(**here),
        "giver_rank": "Đại tá",
        "giver_name": "Nguyễn Văn Mẫu",
        "giver_position": "Phó Giám đốc Công an tỉnh, Phó Ban chỉ đạo 138 tỉnh",
        "giver_body": OutsideBodyFactory(ward=campaign.ward),
    }
    end = {"outcome": "Đã làm.", "ended_on": TODAY, "outcome_document": document}
    directive = DirectiveFactory(**told, due_on=TODAY - 12 * DAY)
    DirectiveFactory(**told, above=True, due_on=TODAY + DAY, basis="seed")
    DirectiveFactory(**here, status="reported", outcome="Đã làm.")
    DirectiveFactory(**here, status="done", **end)
    DirectiveFactory(**here, status="dropped", **end)
    DirectiveCriterion.objects.create(
        directive=directive, assessment=assessment_of(ward_year.evaluation)
    )
    line = FundingLineFactory(**here, document=document, spent=10**15)
    FundingLineFactory(**here, source="community", allocated=10**15)
    FundingLineFactory(**here, removed_at=timezone.now(), removed_reason="Ghi nhầm.")
    model = GoodModelFactory(**here, results="Không còn trộm cắp.")
    model.documents.add(document)
    ModelPlaceFactory(model=model, is_origin=True, until=TODAY)
    place = ModelPlaceFactory(model=model, name="Chợ phường")
    GoodModelFactory(**here, ended_on=TODAY)
    names = {
        "directive": directive.pk,
        "line": line.pk,
        "model": model.pk,
        "place": place.pk,
    }
    return [f"{ward_year.home}{page.format(**names)}" for page in PAGES] + ["/"]


def test_pages_of_the_three_parts(screen, ward_year, addresses, assert_accessible):
    sign_in(screen, ward_year.leader)
    for address in addresses:
        assert screen.goto(address).status == 200, address
        assert_accessible(screen)


def test_none_of_them_scrolls_sideways_at_320_pixels(open_page, ward_year, addresses):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, ward_year.leader)
    for address in addresses:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide"


def test_a_directive_from_above_is_followed_to_its_end(open_page, ward_year):
    above, ward = open_page("desktop"), open_page("phone")
    sign_in(above, ward_year.verifier)
    above.goto(ward_year.home)
    above.get_by_role("link", name="Ý kiến chỉ đạo", exact=True).click()
    above.get_by_role("link", name="Ghi ý kiến đầu tiên").click()
    above.get_by_label("Nội dung chỉ đạo").fill("Quan tâm bố trí kinh phí")
    above.get_by_label("Đơn vị thực hiện").select_option(label="UBND phường")
    above.get_by_label("Hạn hoàn thành").fill(f"{TODAY + 5 * DAY:%d/%m/%Y}")
    above.get_by_label("Chức vụ người chỉ đạo").fill("Phó Giám đốc Công an tỉnh")
    above.get_by_role("button", name="Lưu ý kiến chỉ đạo").click()
    expect(above.get_by_text("Mới giao").first).to_be_visible()

    sign_in(ward, ward_year.staff)
    ward.goto(ward_year.home)
    ward.goto("/")
    for step, words in (
        ("Đang thực hiện", "Đã trình HĐND phường."),
        ("Đã báo cáo, chờ xác nhận", "Đã bố trí đủ 148.500.000 đồng."),
    ):
        ward.get_by_role("link", name="Cập nhật kết quả").first.click()
        ward.get_by_label(step).check()
        ward.get_by_label("Kết quả", exact=True).fill(words)
        ward.get_by_role("button", name="Lưu kết quả").click()
        expect(ward.get_by_text(words).first).to_be_visible()
    expect(ward.get_by_text("Chờ xác nhận").first).to_be_visible()

    above.reload()
    above.get_by_role("link", name="Xem xét kết quả").click()
    expect(above.get_by_text("Đã bố trí đủ 148.500.000 đồng.")).to_be_visible()
    above.get_by_label("Xác nhận hoàn thành").check()
    above.get_by_role("button", name="Lưu kết quả").click()
    expect(above.get_by_text("Hoàn thành", exact=True).first).to_be_visible()

    done = Directive.objects.get()
    assert (done.status, done.origin, done.ended_on) == ("done", "above", TODAY)
    ward.goto("/")
    expect(ward.get_by_text("Quan tâm bố trí kinh phí")).to_have_count(0)


def test_a_slip_in_an_amount_is_said_beside_it_and_kept(desktop, ward_year, faults):
    faults.expect("422")
    page = desktop
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}funding/new/")
    page.get_by_label("Nội dung chi").fill("Hội nghị triển khai")
    page.get_by_label("Ngân sách phường").check()
    page.get_by_label("Dự toán").fill("148,5 triệu")
    page.get_by_role("button", name="Lưu dòng kinh phí").click()
    expect(page.get_by_label("Dự toán")).to_have_value("148,5 triệu")
    expect(page.locator("#id_estimated_error")).to_be_visible()
    page.get_by_label("Dự toán").fill("148 500 000")
    page.get_by_role("button", name="Lưu dòng kinh phí").click()
    expect(page.get_by_role("cell", name="148.500.000").first).to_be_visible()
