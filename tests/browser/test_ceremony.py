"""A ceremony of 22 units, from the text to 22/22, in Chromium."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from commitments.models import Commitment, CommitmentText
from commitments.services.pledge_ceremonies import (
    Occasion,
    Signature,
    hold_ceremony,
    open_ceremony,
)
from commitments.services.pledge_reviews import Look, review_commitment
from commitments.services.pledge_texts import Content, Wording, draft_text
from tests.browser.fixtures import a_pdf, sign_in
from tests.browser.test_accessibility import TOO_WIDE
from tests.factories.wards import ParticipatingUnitFactory
from wardsecurity.wards.models import ParticipatingKind as Kind

UNITS = [
    (Kind.WARD_POLICE, "Công an phường"),
    (Kind.MILITARY_COMMAND, "Ban Chỉ huy Quân sự phường"),
    (Kind.DEPARTMENT, "Bộ phận Tư pháp - Hộ tịch"),
    (Kind.DEPARTMENT, "Bộ phận Văn hóa - Xã hội"),
    (Kind.HEALTH_STATION, "Trạm Y tế phường"),
    (Kind.FATHERLAND_FRONT, "Ủy ban MTTQ Việt Nam phường"),
    (Kind.MASS_ORGANISATION, "Hội Liên hiệp Phụ nữ phường"),
    (Kind.MASS_ORGANISATION, "Đoàn TNCS Hồ Chí Minh phường"),
    (Kind.MASS_ORGANISATION, "Hội Nông dân phường"),
    (Kind.MASS_ORGANISATION, "Hội Cựu chiến binh phường"),
    # The ward of the fixture has group 1.
    *((Kind.RESIDENTIAL_GROUP, f"Tổ dân phố {n}") for n in range(2, 9)),
    *((Kind.CIVIL_DEFENCE_GROUP, f"Tổ dân phòng số {n}") for n in range(1, 5)),
]


@pytest.fixture
def pledging(ward_year):
    """The ward with 22 units that must sign, and no text yet."""
    ward = ward_year.evaluation.campaign.ward
    ward.participating_units.filter(kind=Kind.PEOPLES_COMMITTEE).update(signs=False)
    for kind, name in UNITS:
        ParticipatingUnitFactory(ward=ward, kind=kind, name=name)
    return ward_year


@pytest.fixture
def drafted(pledging):
    """… and a text to sign."""
    draft_text(
        actor=pledging.staff,
        campaign=pledging.evaluation.campaign,
        wording=Wording(
            title="Bản cam kết xây dựng phường điển hình",
            scope="Năm nay",
            contents=[Content(f"Nội dung thứ {n}", f"Việc {n}") for n in (1, 2, 3)],
        ),
    )
    return pledging


def at(ward_year, more=""):
    return f"{ward_year.home}commitments/{more}"


def headline(page: Page) -> str:
    shown = page.locator("[data-signed]").first
    return (
        f"{shown.get_attribute('data-signed')}/{shown.get_attribute('data-required')}"
    )


def test_from_the_text_to_twenty_of_twenty_two_and_to_all(desktop, pledging):
    page = desktop
    sign_in(page, pledging.staff)
    page.goto(at(pledging))
    page.get_by_role("link", name="Soạn lời văn").click()
    page.get_by_label("Tên bản cam kết").fill("Bản cam kết")
    page.get_by_label("Hiệu lực").fill("Năm nay và những năm tiếp theo")
    for place in (1, 2, 3):
        page.get_by_label(f"Nội dung {place}", exact=True).fill(f"Nội dung số {place}")
    page.get_by_role("button", name="Lưu lời văn").click()
    expect(page.get_by_text("chưa niêm phong")).to_be_visible()

    page.goto(at(pledging))
    assert headline(page) == "0/22"
    page.get_by_role("link", name="Mở chế độ lễ ký").click()
    page.get_by_role("link", name="Đánh dấu cả 22 đơn vị").click()
    for name in ("Hội Nông dân phường", "Tổ dân phố 5"):
        page.get_by_role("checkbox", name=f"{name} đã ký").uncheck()
    page.get_by_label("Địa điểm").fill("Hội trường UBND phường")
    page.get_by_role("button", name="Lưu lễ ký").click()

    expect(page.get_by_text("Đã ghi lễ ký: 20 đơn vị ký.")).to_be_visible()
    assert headline(page) == "20/22"
    expect(page.locator("tr.is-unsigned")).to_have_count(2)

    page.locator("tr.is-unsigned").first.get_by_role("link", name="Ghi đã ký").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.goto(at(pledging))
    assert headline(page) == "21/22"

    page.get_by_role("link", name="Mở chế độ lễ ký").click()
    page.get_by_role("link", name="Tiếp tục ở chế độ lễ ký").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ dân phố 5")
    page.get_by_role("button", name="Đã ký").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tất cả đơn vị đã ký")
    assert headline(page) == "22/22"

    page.goto(at(pledging))
    assert headline(page) == "22/22"
    expect(page.locator("tr.is-unsigned")).to_have_count(0)
    assert Commitment.objects.count() == 22
    assert CommitmentText.objects.get().is_sealed


def test_a_half_filled_ceremony_keeps_what_was_typed(desktop, drafted, faults):
    faults.expect("422")
    page = desktop
    sign_in(page, drafted.staff)
    page.goto(at(drafted, "ceremony/?all=1"))
    page.get_by_label("Chức vụ người ký, Công an phường").fill("Phó Trưởng")
    page.get_by_label("Chức vụ người ký, Tổ dân phố 4").fill("")
    page.get_by_role("button", name="Lưu lễ ký").click()

    expect(page.get_by_role("alert")).to_contain_text("Tổ dân phố 4")
    expect(page.get_by_label("Chức vụ người ký, Công an phường")).to_have_value(
        "Phó Trưởng"
    )
    expect(page.locator(".has-error")).to_have_count(1)
    assert not Commitment.objects.exists()


def test_the_ceremony_form_is_filled_by_keyboard_alone(desktop, drafted):
    page = desktop
    sign_in(page, drafted.staff)
    page.goto(at(drafted, "ceremony/"))
    page.get_by_label("Địa điểm").focus()
    page.keyboard.type("Hội trường")
    reach(page, "checkbox")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # the position proposed, selected
    page.keyboard.type("Phó Trưởng Công an phường")
    for _ in range(80):
        page.keyboard.press("Tab")
        if "Lưu lễ ký" in page.evaluate("document.activeElement.innerText"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_text("Đã ghi lễ ký: 1 đơn vị ký.")).to_be_visible()
    row = Commitment.objects.get()
    assert (row.unit.name, row.signer_position) == (
        "Công an phường",
        "Phó Trưởng Công an phường",
    )
    assert row.ceremony.place == "Hội trường"


def reach(page, kind):
    """Press Tab until a field of this kind has the focus."""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == kind:
            return
    raise AssertionError(f"no {kind} within twenty steps")


def test_ceremony_mode_works_without_javascript(open_page, drafted):
    ceremony = open_ceremony(
        actor=drafted.staff,
        campaign=drafted.evaluation.campaign,
        occasion=Occasion(timezone.localdate()),
    )
    page = open_page("desktop", java_script_enabled=False)
    sign_in(page, drafted.staff)
    page.goto(at(drafted, f"ceremony/{ceremony.pk}/live/"))
    for signed in range(1, 4):
        page.get_by_role("button", name="Đã ký").click()
        assert headline(page) == f"{signed}/22"


def test_a_photo_of_the_paper_and_a_review_show_on_the_board(desktop, drafted):
    page = desktop
    campaign = drafted.evaluation.campaign
    unit = campaign.ward.participating_units.get(name="Tổ dân phố 1")
    hold_ceremony(
        actor=drafted.staff,
        campaign=campaign,
        occasion=Occasion(timezone.localdate()),
        signatures=[Signature(unit, "Tổ trưởng")],
    )
    sign_in(page, drafted.staff)
    page.goto(at(drafted, f"{unit.pk}/scan/"))
    page.get_by_label("Bản quét bản cam kết đã ký").set_input_files(
        [{"name": "ban.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}]
    )
    page.get_by_role("button", name="Lưu bản quét").click()
    page.get_by_role("link", name="Xem xét", exact=True).click()
    page.get_by_role("radio", name="Cần nhắc").first.check()
    page.get_by_label("Nhận xét về nội dung 1").fill("Chậm một tuần.")
    page.get_by_role("button", name="Lưu xem xét").click()

    expect(page.get_by_text("Chậm một tuần.")).to_be_visible()
    page.goto(at(drafted))
    row = page.locator(f"tr[data-unit='{unit.pk}']")
    expect(row.get_by_text("Cần nhắc")).to_be_visible()
    expect(row.get_by_role("link", name=re.compile("^Xem"))).to_be_visible()


def test_the_reminder_is_copied_by_a_button(open_page, drafted):
    page = open_page("desktop", permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, drafted.staff)
    page.goto(at(drafted, "remind/"))
    page.get_by_role("button", name="Chép lời nhắc").first.click()

    expect(page.get_by_role("button", name="Đã chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Kính gửi:")
    assert "- Chủ tịch Hội Nông dân phường" in copied


@pytest.fixture
def lively(drafted):
    """Twenty of 22 signed, one of them reviewed."""
    campaign = drafted.evaluation.campaign
    units = list(campaign.ward.participating_units.filter(signs=True))[:20]
    ceremony = hold_ceremony(
        actor=drafted.staff,
        campaign=campaign,
        occasion=Occasion(timezone.localdate(), "Hội trường"),
        signatures=[Signature(unit, f"Người ký của {unit}") for unit in units],
    )
    row = ceremony.commitments.first()
    looks = [
        Look(one.pk, verdict, "Nhận xét dài về việc thực hiện nội dung này.")
        for one, verdict in zip(
            row.text.contents.all(), ("good", "doing", "remind"), strict=True
        )
    ]
    review_commitment(
        actor=drafted.staff, commitment=row, version=1, quarter=1, looks=looks
    )
    waiting = campaign.ward.participating_units.filter(signs=True, commitments=None)
    pages = [
        "",
        "text/",
        "ceremony/?all=1",
        f"ceremony/{ceremony.pk}/live/",
        "remind/",
        f"{row.unit_id}/",
        f"{row.unit_id}/review/?quarter=1",
        f"{row.unit_id}/scan/",
        f"{row.unit_id}/renew/",
        f"{row.unit_id}/withdraw/",
        f"{waiting.first().pk}/",
        f"{waiting.first().pk}/sign/",
    ]
    return drafted, [at(drafted, page) for page in pages]


def test_axe_finds_nothing_on_any_page(screen, lively, assert_accessible):
    ward_year, pages = lively
    sign_in(screen, ward_year.staff)
    for page in pages:
        assert screen.goto(page).status == 200, page
        assert_accessible(screen)


def test_axe_finds_nothing_where_there_is_no_text(screen, pledging, assert_accessible):
    sign_in(screen, pledging.staff)
    for page in ("", "text/", "text/edit/", "ceremony/"):
        assert screen.goto(at(pledging, page)).status == 200, page
        assert_accessible(screen)


def test_axe_finds_nothing_in_forms_with_faults(
    screen, lively, faults, assert_accessible
):
    faults.expect("422")
    ward_year, pages = lively
    sign_in(screen, ward_year.staff)
    screen.goto(pages[2])
    screen.get_by_label("Chức vụ người ký, ").first.fill("")
    screen.get_by_role("button", name="Lưu lễ ký").click()
    assert_accessible(screen)
    screen.goto(pages[-1])
    screen.get_by_label("Chức vụ người ký").fill("")
    screen.get_by_role("button", name="Lưu", exact=True).click()
    assert_accessible(screen)


def test_no_page_scrolls_sideways_at_320_pixels(open_page, lively):
    ward_year, pages = lively
    page = open_page("phone")
    page.set_viewport_size({"width": 320, "height": 640})
    sign_in(page, ward_year.staff)
    for address in pages:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, f"{address} is {width} px wide: {page.evaluate(TOO_WIDE)}"
