"""Printing from the browser: forms with codes, a code followed, a code revoked."""

from django.utils import timezone

from tests.browser.fixtures import sign_in
from tests.factories.commitments import CommitteeFactory, MeetingFactory, TextFactory
from tests.factories.papers import PaperTokenFactory
from wardsecurity.papers.models import PaperToken

TOO_WIDE = """[...document.querySelectorAll("body *")]
  .filter(node => node.getBoundingClientRect().right > 321).length"""


def with_papers(ward_year):
    campaign = ward_year.evaluation.campaign
    TextFactory(campaign=campaign, title="Bản cam kết xây dựng phường điển hình")
    CommitteeFactory(campaign=campaign)
    MeetingFactory(campaign=campaign, title="Hội nghị triển khai")
    return f"{ward_year.home}papers/"


def print_all(page, faults):
    """Press the button that makes the codes: the browser's own viewer shows the PDF."""
    faults.expect(r"chrome(-extension)?://|favicon.ico")  # what the viewer asks for
    page.locator("form[action$='/codes/make/'] button").click()
    page.wait_for_url("**/papers/commitments.pdf")


def revoke_first(page, address):
    page.goto(address)
    page.locator("form[action$='/revoke/'] button").first.click()
    page.wait_for_url(f"**{address}")


def test_staff_print_forms_with_codes_and_revoke_one(
    screen, ward_year, assert_accessible, faults
):
    address = with_papers(ward_year)
    sign_in(screen, ward_year.staff)
    screen.goto(address)
    assert_accessible(screen)

    print_all(screen, faults)
    revoke_first(screen, address)

    assert_accessible(screen)
    assert PaperToken.objects.count() == 2
    assert PaperToken.objects.filter(revoked_at__isnull=True).count() == 1


def test_a_revoked_code_is_told_to_whoever_scans_it(
    screen, ward_year, assert_accessible, faults
):
    code = PaperTokenFactory(
        unit=ward_year.evaluation.campaign.ward, revoked_at=timezone.now()
    )
    faults.expect("410")
    sign_in(screen, ward_year.staff)

    assert screen.goto(f"/q/{code.token}/").status == 410
    assert_accessible(screen)


def test_the_list_fits_320_pixels(open_page, ward_year):
    page = open_page("desktop")
    page.set_viewport_size({"width": 320, "height": 700})
    address = with_papers(ward_year)
    sign_in(page, ward_year.leader)
    page.goto(address)
    assert page.evaluate(TOO_WIDE) == 0
