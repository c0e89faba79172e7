"""Documents in Chromium: recorded, found, made evidence; looked at on every screen."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import OfficialDocument
from criteria.models import DocumentCriterion, Evidence
from tests.browser.fixtures import a_pdf, sign_in
from tests.browser.test_accessibility import TOO_WIDE
from tests.factories.commitments import (
    DirectiveFactory,
    DocumentFactory,
    OutsideBodyFactory,
    PartyTermFactory,
)
from tests.factories.criteria import an_evaluation
from tests.factories.wards import ParticipatingUnitFactory

PAGES = [
    "campaign/",
    "campaign/edit/",
    "documents/",
    "documents/?q=khong-co",
    "documents/?view=tree",
    "documents/new/",
    "documents/bodies/",
    "documents/bodies/new/",
    "documents/bodies/{body}/edit/",
    "documents/bodies/terms/new/",
    "documents/{document}/",
    "documents/{document}/edit/",
    "documents/{document}/withdraw/",
    "documents/{document}/criteria/",
    "documents/{document}/evidence/",
    "documents/{draft}/",
    "documents/{draft}/evidence/",
    "criteria/2/",
    "search/?q=bao",
]


@pytest.fixture
def papers(ward_year):
    """A resolution of the Party committee, a plan and a draft based on it."""
    campaign = ward_year.evaluation.campaign
    ward = campaign.ward
    party = ParticipatingUnitFactory(
        ward=ward, name="Đảng ủy phường Mẫu", kind="party_committee"
    )
    PartyTermFactory(ward=ward, unit=party)
    body = OutsideBodyFactory(ward=ward, name="Ban Chỉ đạo 138 tỉnh Mẫu")
    office = ward.participating_units.get(kind="peoples_committee")
    head = DocumentFactory(
        campaign=campaign, resolution=True, number=15, issuer_unit=party
    )
    plan = DocumentFactory(campaign=campaign, issuer_unit=office, number=27)
    draft = DocumentFactory(campaign=campaign, issuer_unit=office, draft=True)
    plan.based_on.add(head)
    draft.based_on.add(head, plan)
    campaign.resolution = head
    campaign.source = {
        "title": "Bài viết",
        "url": "https://example.vn/",
        "notes": ["x"],
    }
    campaign.save()
    late = timezone.localdate() - dt.timedelta(days=1)
    DirectiveFactory(campaign=campaign, due_on=late)
    second = ward_year.evaluation.assessments.get(criterion__number=2)
    DocumentCriterion.objects.create(document=head, assessment=second)
    an_evaluation({}, {"reference_only": True}, ward=ward, year=campaign.year + 1)
    names = {"document": head.pk, "draft": draft.pk, "body": body.pk}
    return [f"{ward_year.home}{page.format(**names)}" for page in PAGES]


def test_pages_of_documents_are_accessible(
    screen, ward_year, papers, assert_accessible
):
    sign_in(screen, ward_year.leader)
    for address in papers:
        assert screen.goto(address).status == 200, address
        assert_accessible(screen)


def test_a_refused_document_is_accessible(screen, ward_year, faults, assert_accessible):
    faults.expect("422")
    sign_in(screen, ward_year.staff)
    screen.goto(f"{ward_year.home}documents/new/")
    screen.get_by_role("button", name="Lưu văn bản").click()
    expect(screen.get_by_role("alert")).to_be_visible()
    assert_accessible(screen)


def test_no_page_of_documents_scrolls_sideways_at_320_pixels(
    open_page, ward_year, papers
):
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, ward_year.leader)
    for address in papers:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide: {page.evaluate(TOO_WIDE)}"


def test_from_the_resolution_to_the_evidence_of_two_criteria(screen, ward_year):
    """Record a resolution with its PDF and a plan on it, find it, use it twice."""
    page, ward = screen, ward_year.evaluation.campaign.ward
    ParticipatingUnitFactory(ward=ward, name="Đảng ủy phường", kind="party_committee")
    today = f"{timezone.localdate():%d/%m/%Y}"
    sign_in(page, ward_year.staff)

    page.goto(f"{ward_year.home}documents/new/")
    page.get_by_label("văn bản của Đảng").check()
    page.get_by_label("Loại văn bản").select_option("nghi_quyet")
    page.get_by_label("Số, ký hiệu").fill("Số: 15 - nq/du")
    page.get_by_label("Ngày ban hành").fill(today)
    page.get_by_label("Trích yếu", exact=True).fill("Về lãnh đạo phong trào")
    page.get_by_label("Cơ quan ban hành").select_option(label="Đảng ủy phường")
    page.locator("#id_files").set_input_files(
        [{"name": "nq-15.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}]
    )
    page.get_by_role("button", name="Lưu văn bản").click()
    expect(page.get_by_text("Số 15-NQ/ĐU")).to_be_visible()
    picture = page.locator("img[src*='/files/']").first
    expect(picture).to_be_visible()

    page.goto(f"{ward_year.home}documents/new/")
    page.get_by_label("Loại văn bản").select_option("ke_hoach")
    page.get_by_label("Số, ký hiệu").fill("5")
    page.get_by_label("Ngày ban hành").fill(today)
    page.get_by_label("Trích yếu", exact=True).fill("Kế hoạch thực hiện nghị quyết")
    page.get_by_label("Cơ quan ban hành").select_option(label="UBND phường")
    page.get_by_label("15-NQ/ĐU").check()
    page.get_by_role("button", name="Lưu văn bản").click()
    expect(page.get_by_text("Số: 05/KH-UBND")).to_be_visible()

    page.goto(f"{ward_year.home}documents/")
    page.locator("#document-q").fill("nghi quyet 15")
    page.get_by_role("main").get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Về lãnh đạo phong trào").click()
    page.get_by_role("link", name="Dùng làm minh chứng").click()
    page.get_by_label("1. Tiêu chí thử 1").check()
    page.get_by_label("2. Tiêu chí thử 2").check()
    page.get_by_role("button", name="Ghi làm minh chứng").click()
    expect(page.get_by_role("link", name="2. Tiêu chí thử 2")).to_be_visible()

    resolution = OfficialDocument.objects.get(number=15)
    evidence = Evidence.objects.get(document=resolution)
    assert (evidence.links.count(), evidence.file_count) == (2, 1)
    assert resolution.followed_by.get().display == "05/KH-UBND"


def test_a_document_is_recorded_without_javascript(open_page, ward_year):
    page = open_page("phone", java_script_enabled=False)
    sign_in(page, ward_year.staff)
    page.goto(f"{ward_year.home}documents/new/")
    page.get_by_label("Loại văn bản").select_option("bao_cao")
    page.get_by_label("Trích yếu", exact=True).fill("Báo cáo sơ kết")
    page.get_by_label("Cơ quan khác (ghi tên)").fill("Công an tỉnh Mẫu")
    page.get_by_role("button", name="Lưu văn bản").click()
    expect(page.get_by_role("heading", name="Báo cáo sơ kết")).to_be_visible()
    expect(page.get_by_text("Công an tỉnh Mẫu").first).to_be_visible()
