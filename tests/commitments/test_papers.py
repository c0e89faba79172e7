"""Commitment forms, committee list and minutes: what they say, and to whom."""

import datetime as dt
import re
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commitments.models import CommitmentContent, CommitmentText
from commitments.papers.heads import head_of, place_of, signature_of
from commitments.papers.pledges import subject_of
from commitments.selectors.papers import unit_page
from commitments.services.papers import make_form_codes
from tests.factories.commitments import (
    AgendaItemFactory,
    CampaignFactory,
    CeremonyFactory,
    CommitmentFactory,
    CommitteeFactory,
    ContributionFactory,
    DirectiveFactory,
    DocumentFactory,
    MeetingFactory,
    MemberFactory,
    OutsideBodyFactory,
    TextFactory,
)
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from tests.wardsecurity.papers.reading import (
    codes_of,
    pages_of,
    text_of,
    word,
    word_text,
)
from wardsecurity.errors import RuleViolation
from wardsecurity.papers.description import System
from wardsecurity.papers.models import PaperToken
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year


@pytest.fixture
def campaign():
    city = UnitFactory(name="TP. Đồng Hới")
    ward = WardFactory(name="phường Đức Ninh Đông", parent=city)
    return CampaignFactory(ward=ward)


@pytest.fixture
def unit(campaign):
    return ParticipatingUnitFactory(ward=campaign.ward, name="Tổ dân phố 1")


@pytest.fixture
def text(campaign):
    return TextFactory(
        campaign=campaign,
        title="Bản cam kết xây dựng “Phường điển hình”",
        scope="Năm 2023 và những năm tiếp theo",
        parties="Các ban, ngành, đoàn thể",
    )


@pytest.fixture
def get(client, campaign):
    """Return `get(name, *args)`: the file, as the ward's staff gets it."""
    client.force_login(member(campaign.ward))

    def get(name, *args):
        return client.get(at(campaign, name, *args))

    return get


def at(campaign, name, *args):
    where = [campaign.ward.slug, campaign.year, *args]
    return reverse(f"commitments:paper-{name}", args=where)


def both(get, name, *args):
    """The text of the PDF and of the Word file."""
    pdf, docx = get(f"{name}-pdf", *args), get(f"{name}-docx", *args)
    return [text_of(pdf.content), word_text(word(docx.content))]


# --- Commitment forms -------------------------------------------------------------


def test_an_unsigned_form_holds_the_wording_and_leaves_the_rest_open(get, unit, text):
    for said in both(get, "commitment", unit.pk):
        assert "UBND PHƯỜNG ĐỨC NINH ĐÔNG TỔ DÂN PHỐ 1" in said
        assert "Đức Ninh Đông, ngày …… tháng …… năm ……" in said
        assert "BẢN CAM KẾT Xây dựng “Phường điển hình”" in said
        assert "(Năm 2023 và những năm tiếp theo)" in said
        assert "Đơn vị cam kết: Tổ dân phố 1." in said
        assert "Bên cùng ký: UBND phường Đức Ninh Đông." in said
        assert "Thành phần ký: Các ban, ngành, đoàn thể" in said
        assert "Đơn vị cam kết 3 nội dung sau:" in said
        assert "1. Nội dung 1 2. Nội dung 2 3. Nội dung 3" in said
        assert "Độc lập - Tự do - Hạnh phúc" in said


def test_a_signed_form_says_who_signed_where_and_when(get, campaign, unit, text):
    CommitmentFactory(
        campaign=campaign,
        unit=unit,
        counterparty_body=OutsideBodyFactory(ward=campaign.ward, name="Ban 138"),
        signed_on=dt.date(YEAR, 2, 5),
        signer_position="Tổ trưởng",
        signer_name="Người Ký Mẫu",
        ceremony=CeremonyFactory(campaign=campaign, place="Hội trường"),
        valid_to=dt.date(YEAR, 12, 31),
    )
    for said in both(get, "commitment", unit.pk):
        assert f"Đức Ninh Đông, ngày 05 tháng 02 năm {YEAR}" in said
        assert "Người đại diện: Người Ký Mẫu; chức vụ: Tổ trưởng." in said
        assert "Bên cùng ký: Ban 138." in said
        assert "Nơi ký: Hội trường" in said
        assert f"Có hiệu lực đến hết ngày 31/12/{YEAR}." in said
        assert "ĐẠI DIỆN TỔ DÂN PHỐ 1 TỔ TRƯỞNG" in said


def test_the_foot_seals_edition_and_hash_of_the_wording(get, unit, text):
    (page,) = pages_of(get("commitment-pdf", unit.pk).content)
    assert f"Lời văn lần 1 · SHA-256 {text.sha256}" in page
    footer = word(get("commitment-docx", unit.pk).content).sections[0].footer
    assert text.sha256 in footer.paragraphs[0].text


def test_a_signed_form_keeps_its_wording_when_a_newer_one_is_written(
    get, campaign, unit, text
):
    CommitmentFactory(campaign=campaign, unit=unit, text=text)
    newer = TextFactory(campaign=campaign, edition=2, title="Bản cam kết mới")
    other = ParticipatingUnitFactory(ward=campaign.ward)
    assert "Lời văn lần 1" in text_of(get("commitment-pdf", unit.pk).content)
    said = text_of(get("commitment-pdf", other.pk).content)
    assert "Lời văn lần 2" in said
    assert newer.title.removeprefix("Bản cam kết ").capitalize() in said


def test_a_withdrawn_signing_leaves_an_open_form(get, campaign, unit, text):
    CommitmentFactory(
        campaign=campaign,
        unit=unit,
        signer_name="Người Ký Mẫu",
        withdrawn_at=timezone.now(),
    )
    assert "Người Ký Mẫu" not in text_of(get("commitment-pdf", unit.pk).content)


def test_a_commitment_is_never_a_draft_and_cites_the_numbered_resolution(
    get, campaign, unit, text
):
    party = ParticipatingUnitFactory(
        ward=campaign.ward,
        name="Đảng ủy phường Đức Ninh Đông",
        kind=ParticipatingKind.PARTY_COMMITTEE,
        signs=False,
    )
    campaign.resolution = DocumentFactory(
        campaign=campaign,
        resolution=True,
        number=15,
        issuer_unit=party,
        issued_on=dt.date(2023, 4, 21),
    )
    campaign.plan = DocumentFactory(campaign=campaign, draft=True)
    campaign.save()
    said = text_of(get("commitment-pdf", unit.pk).content)
    assert (
        "Căn cứ Nghị quyết số 15-NQ/ĐU ngày 21 tháng 4 năm 2023 của Đảng ủy phường "
        "Đức Ninh Đông;" in said
    )
    assert said.count("Căn cứ") == 1
    assert "DỰ THẢO" not in said


def test_what_the_project_wrote_is_marked_on_the_form(get, unit, text):
    assert "do dự án soạn" not in text_of(get("commitment-pdf", unit.pk).content)
    CommitmentContent.objects.update(basis="drafted")
    for said in both(get, "commitment", unit.pk):
        assert said.count("Lời văn do dự án soạn, không phải văn bản") == 1


def test_an_invented_wards_papers_say_so(get, campaign, unit, text):
    campaign.is_synthetic = True
    campaign.save()
    assert "Số liệu minh họa." in text_of(get("commitment-pdf", unit.pk).content)


def test_all_forms_come_in_one_file_each_from_its_own_first_page(get, campaign, text):
    front = ParticipatingKind.FATHERLAND_FRONT
    for name, kind in [("Tổ 10", None), ("Tổ 2", None), ("Mặt trận", front)]:
        extra = {"kind": kind} if kind else {}
        ParticipatingUnitFactory(ward=campaign.ward, name=name, **extra)
    ParticipatingUnitFactory(ward=campaign.ward, name="Không ký", signs=False)
    pages = pages_of(get("commitments").content)
    named = [re.search(r"Đơn vị cam kết: ([^.]+)\.", page).group(1) for page in pages]
    assert named == ["Mặt trận", "Tổ 2", "Tổ 10"]
    assert all(page.endswith("Trang 1/1") for page in pages)


def test_without_a_wording_there_is_no_form(get, unit):
    assert get("commitments").status_code == 404
    assert get("commitment-pdf", unit.pk).status_code == 404


def test_a_unit_that_does_not_sign_has_no_form(get, campaign, text, unit):
    idle = ParticipatingUnitFactory(ward=campaign.ward, signs=False)
    foreign = ParticipatingUnitFactory()
    for pk in (idle.pk, foreign.pk, 10**30):
        assert get("commitment-pdf", pk).status_code == 404


def test_all_forms_take_the_same_queries_whatever_their_number(client, campaign, text):
    client.force_login(member(campaign.ward))

    def grow(count):
        for _ in range(count):
            signer = ParticipatingUnitFactory(ward=campaign.ward)
            ParticipatingUnitFactory(ward=campaign.ward)
            CommitmentFactory(campaign=campaign, unit=signer, text=text)
        make_form_codes(actor=TESTS, campaign=campaign)

    def count(name):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(at(campaign, name)).status_code == 200
        return len(seen)

    grow(1)
    client.get(at(campaign, "list"))
    few = [count("commitments"), count("list")]
    grow(14)
    assert [count("commitments"), count("list")] == few
    assert few[0] <= 14


# --- Codes ------------------------------------------------------------------------


def test_printing_alone_makes_no_code(get, unit, text):
    assert codes_of(get("commitments").content) == [[]]
    assert not PaperToken.objects.exists()


def test_the_button_makes_the_codes_and_leads_to_the_forms(
    client, campaign, unit, text
):
    client.force_login(member(campaign.ward))
    sent = client.post(at(campaign, "codes"), {"form_key": "a"})
    again = client.post(at(campaign, "codes"), {"form_key": "a"})
    assert sent.url == again.url == at(campaign, "commitments")
    assert PaperToken.objects.count() == 1


def test_the_printed_code_leads_ward_staff_to_the_unit_and_others_nowhere(
    client, campaign, unit, text
):
    make_form_codes(actor=TESTS, campaign=campaign)
    staff, outsider = member(campaign.ward), member(WardFactory())
    client.force_login(staff)
    ((address,),) = codes_of(client.get(at(campaign, "commitments")).content)

    followed = client.get(urlsplit(address).path)
    client.force_login(outsider)

    assert address.startswith("http://testserver/q/")
    assert followed.url == unit_page(campaign, unit)
    assert client.get(urlsplit(address).path).status_code == 404


def test_after_revoking_the_next_form_has_no_code_until_made_anew(
    client, campaign, unit, text
):
    client.force_login(member(campaign.ward))
    (old,) = make_form_codes(actor=TESTS, campaign=campaign)
    response = client.post(at(campaign, "revoke", old.pk))
    assert response.url == at(campaign, "list")
    assert codes_of(client.get(at(campaign, "commitments")).content) == [[]]
    client.post(at(campaign, "codes"))
    ((address,),) = codes_of(client.get(at(campaign, "commitments")).content)
    assert old.token not in address


def test_a_closed_year_makes_no_codes_but_prints(client, campaign, unit, text):
    campaign.closed_at = timezone.now()
    campaign.save()
    client.force_login(member(campaign.ward, Role.WARD_LEADER))
    with pytest.raises(RuleViolation) as refusal:
        make_form_codes(actor=TESTS, campaign=campaign)
    assert refusal.value.code == "campaign_closed"
    assert client.post(at(campaign, "codes")).url == at(campaign, "list")
    assert client.get(at(campaign, "commitments")).status_code == 200
    page = client.get(at(campaign, "list")).content.decode()
    assert at(campaign, "codes") not in page


def test_only_those_who_may_see_the_buttons(client, campaign, unit, text):
    make_form_codes(actor=TESTS, campaign=campaign)
    (code,) = PaperToken.objects.all()
    shown = {}
    for role in (Role.WARD_STAFF, Role.COMMITTEE_MEMBER):
        client.force_login(member(campaign.ward, role))
        page = client.get(at(campaign, "list")).content.decode()
        shown[role] = [
            at(campaign, name, *args) in page
            for name, args in [("codes", []), ("revoke", [code.pk])]
        ]
    assert shown == {
        Role.WARD_STAFF: [True, True],
        Role.COMMITTEE_MEMBER: [False, False],
    }


def test_the_page_says_why_nothing_can_be_printed(get, campaign):
    page = get("list").content.decode()
    assert page.count('class="ws-papers"') == 0
    assert get("list").status_code == 200


# --- Committee --------------------------------------------------------------------


@pytest.fixture
def peoples(campaign):
    return ParticipatingUnitFactory(
        ward=campaign.ward,
        name="UBND phường Đức Ninh Đông",
        kind=ParticipatingKind.PEOPLES_COMMITTEE,
        signs=False,
    )


def a_committee(campaign, **decision):
    return CommitteeFactory(
        campaign=campaign,
        name="Ban Chỉ đạo xây dựng phường điển hình",
        decision=DocumentFactory(
            campaign=campaign, doc_type="quyet_dinh", symbol="QĐ-UBND", **decision
        ),
    )


def test_the_committee_list_names_posts_in_order(get, campaign, peoples, unit):
    committee = a_committee(
        campaign, issuer_unit=peoples, number=31, issued_on=dt.date(YEAR, 5, 12)
    )
    MemberFactory(committee=committee, order=2, position="Trưởng Công an", unit=unit)
    MemberFactory(
        committee=committee,
        order=1,
        role="truong_ban",
        position="Bí thư Đảng ủy",
        name="Người Mẫu",
        tasks="Phụ trách chung",
    )
    MemberFactory(
        committee=committee, order=3, position="Người cũ", valid_to=dt.date(2020, 1, 1)
    )
    for said in both(get, "committee"):
        assert "ỦY BAN NHÂN DÂN PHƯỜNG ĐỨC NINH ĐÔNG" in said
        assert "DANH SÁCH Ban Chỉ đạo xây dựng phường điển hình" in said
        assert (
            f"(Kèm theo Quyết định số 31/QĐ-UBND ngày 12 tháng 5 năm {YEAR} của UBND "
            "phường Đức Ninh Đông)" in said
        )
        assert "1 Bí thư Đảng ủy: Người Mẫu Trưởng ban Phụ trách chung" in said
        assert "2 Trưởng Công an Ủy viên Tổ dân phố 1" in said
        assert "Người cũ" not in said
        assert "Danh sách có 2 người./." in said
        assert "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH" in said
        assert "DỰ THẢO" not in said


def test_a_list_changed_since_its_decision_is_no_annex_of_it(get, campaign, peoples):
    committee = a_committee(
        campaign, issuer_unit=peoples, number=31, issued_on=dt.date(YEAR, 1, 12)
    )
    MemberFactory(committee=committee, valid_from=dt.date(YEAR, 1, 12))
    MemberFactory(committee=committee, valid_from=dt.date(YEAR, 1, 20))

    for said in both(get, "committee"):
        assert "Kèm theo" not in said
        assert f"(Tính đến ngày 20 tháng 01 năm {YEAR})" in said
        assert "ngày 12 tháng 01" not in said


def test_the_list_is_a_draft_until_its_decision_has_a_number(get, campaign, peoples):
    a_committee(campaign, issuer_unit=peoples, draft=True)
    for said in both(get, "committee"):
        assert "DỰ THẢO" in said
        assert "Quyết định số ……/QĐ-UBND ngày …… tháng …… năm …… của UBND" in said


def test_a_list_without_a_decision_is_a_draft_and_marks_its_basis(get, campaign):
    MemberFactory(committee=CommitteeFactory(campaign=campaign), basis="sample")
    said = text_of(get("committee-pdf").content)
    assert "DỰ THẢO" in said
    assert "Mẫu minh họa, không phải thông tin thật của phường." in said


def test_a_party_decision_stands_under_the_partys_head(get, campaign):
    party = ParticipatingUnitFactory(
        ward=campaign.ward,
        name="Đảng ủy phường Đức Ninh Đông",
        kind=ParticipatingKind.PARTY_COMMITTEE,
    )
    CommitteeFactory(
        campaign=campaign,
        decision=DocumentFactory(
            campaign=campaign,
            system="party",
            doc_type="quyet_dinh",
            symbol="QĐ/ĐU",
            number=9,
            display="09-QĐ/ĐU",
            issuer_unit=party,
            signer_position="Phó Bí thư Đảng ủy",
        ),
    )
    for said in both(get, "committee"):
        assert "ĐẢNG CỘNG SẢN VIỆT NAM" in said
        assert "ĐẢNG BỘ THÀNH PHỐ ĐỒNG HỚI ĐẢNG ỦY PHƯỜNG ĐỨC NINH ĐÔNG *" in said
        assert "T/M ĐẢNG ỦY PHÓ BÍ THƯ" in said
        assert "Quyết định số 09-QĐ/ĐU" in said
        assert "Độc lập" not in said


def test_without_a_committee_there_is_no_list(get):
    assert get("committee-pdf").status_code == 404


# --- Minutes ----------------------------------------------------------------------


@pytest.fixture
def meeting(campaign, unit):
    made = MeetingFactory(
        campaign=campaign,
        kind="launch_conference",
        title="Hội nghị triển khai",
        held_on=dt.date(YEAR, 1, 9),
        place="Hội trường UBND phường",
        attendance="Đại diện Công an tỉnh\n\nĐại diện UBND thành phố",
        attendance_count=45,
        conclusions="Thống nhất thực hiện.\nGiao Công an phường theo dõi.",
    )
    body = OutsideBodyFactory(ward=campaign.ward, name="Ban Chỉ đạo 138 thành phố")
    made.organising_bodies.add(body)
    document = DocumentFactory(campaign=campaign, number=31, symbol="QĐ-UBND")
    AgendaItemFactory(meeting=made, order=2, text_vi="Ký cam kết")
    AgendaItemFactory(
        meeting=made, order=1, text_vi="Công bố quyết định", document=document
    )
    ContributionFactory(
        meeting=made, unit=unit, speaker_position="Tổ trưởng", text="Nêu kinh nghiệm."
    )
    DirectiveFactory(
        campaign=campaign,
        meeting=made,
        above=True,
        text_vi="Bố trí kinh phí.",
        giver_rank="Đại tá",
        giver_name="Người Chỉ Đạo",
        giver_position="Phó Giám đốc Công an tỉnh",
        responsible_unit=unit,
        due_on=dt.date(YEAR, 6, 30),
    )
    return made


def test_the_minutes_tell_the_whole_meeting(get, meeting):
    for said in both(get, "meeting", meeting.pk):
        for words in [
            "BIÊN BẢN Hội nghị triển khai",
            f"Thời gian bắt đầu: …… giờ ……, ngày 09 tháng 01 năm {YEAR}.",
            "Địa điểm: Hội trường UBND phường",
            "Đơn vị tổ chức: Ban Chỉ đạo 138 thành phố.",
            "I. THÀNH PHẦN THAM DỰ - Đại diện Công an tỉnh - Đại diện UBND thành phố",
            "Tổng số: 45 người.",
            "II. CHƯƠNG TRÌNH 1. Công bố quyết định (văn bản số 31/QĐ-UBND).",
            "2. Ký cam kết.",
            "III. THAM LUẬN, Ý KIẾN 1. Tham luận của Tổ trưởng, Tổ dân phố 1:",
            "Nêu kinh nghiệm.",
            "IV. Ý KIẾN CHỈ ĐẠO 1. Đại tá Người Chỉ Đạo, Phó Giám đốc Công an tỉnh: "
            f"Bố trí kinh phí (giao Tổ dân phố 1; hạn 30/06/{YEAR}).",
            "V. KẾT LUẬN Thống nhất thực hiện. Giao Công an phường theo dõi.",
            "Hội nghị kết thúc vào …… giờ ……",
            "THƯ KÝ",
            "CHỦ TRÌ",
        ]:
            assert words in said


def test_minutes_are_a_draft_until_numbered(get, campaign, meeting, peoples):
    said = text_of(get("meeting-pdf", meeting.pk).content)
    assert "DỰ THẢO" in said
    assert "Số: ……/BB-UBND" in said
    meeting.minutes = DocumentFactory(
        campaign=campaign,
        doc_type="bien_ban",
        number=4,
        symbol="BB-UBND",
        issuer_unit=peoples,
    )
    meeting.save()
    said = text_of(get("meeting-pdf", meeting.pk).content)
    assert "DỰ THẢO" not in said
    assert "Số: 04/BB-UBND" in said


def test_a_notice_of_conclusions_gives_the_minutes_no_number(get, campaign, meeting):
    meeting.minutes = DocumentFactory(campaign=campaign, doc_type="thong_bao")
    meeting.save()
    assert "DỰ THẢO" in text_of(get("meeting-pdf", meeting.pk).content)


def test_parts_that_were_not_are_left_out_and_the_rest_is_numbered_on(get, campaign):
    bare = MeetingFactory(campaign=campaign, held_on=None)
    said = text_of(get("meeting-pdf", bare.pk).content)
    assert "II. KẾT LUẬN" in said
    assert "CHƯƠNG TRÌNH" not in said
    assert "Cuộc họp kết thúc" in said


def test_another_wards_or_years_meeting_is_not_there(get, campaign):
    foreign = MeetingFactory()
    earlier = MeetingFactory(
        campaign=CampaignFactory(
            ward=campaign.ward,
            period_start=dt.date(YEAR - 1, 1, 1),
        )
    )
    for pk in (foreign.pk, earlier.pk, 10**30):
        assert get("meeting-pdf", pk).status_code == 404


# --- The file ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "shown", "content_type"),
    [("pdf", "inline", "application/pdf"), ("docx", "attachment", "officedocument")],
)
def test_files_are_named_in_vietnamese_and_kept_nowhere(
    get, campaign, kind, shown, content_type
):
    odd = 'Họp "quý I"\r\nX-Evil: 1 ../../a/b'
    meeting = MeetingFactory(campaign=campaign, title=odd)
    response = get(f"meeting-{kind}", meeting.pk)
    name = unquote(response["Content-Disposition"])
    assert name.startswith(shown)
    assert "Biên bản - Họp" in name
    assert name.endswith(f".{kind}")
    assert not re.search(r"[\r\n/\\]", name.removeprefix(f"{shown}; filename*=utf-8''"))
    assert content_type in response["Content-Type"]
    assert response["Cache-Control"] == "private, no-store"
    assert "X-Evil" not in response


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("phường Đức Ninh Đông", "Đức Ninh Đông"),
        ("Xã Quang Phú", "Quang Phú"),
        ("Phường 1", "Phường 1"),
        ("Đặc khu Côn Đảo", "Côn Đảo"),
    ],
)
def test_the_place_is_the_wards_own_name_unless_a_figure(name, place):
    assert place_of(WardFactory.build(name=name, parent=None)) == place


@pytest.mark.parametrize(
    ("system", "position", "authority", "post"),
    [
        (System.STATE, "", ("TM. ỦY BAN NHÂN DÂN",), "CHỦ TỊCH"),
        (System.STATE, "Chủ tịch UBND phường", ("TM. ỦY BAN NHÂN DÂN",), "CHỦ TỊCH"),
        (
            System.STATE,
            "Phó Chủ tịch UBND phường",
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"),
            "PHÓ CHỦ TỊCH",
        ),
        (System.PARTY, "Bí thư Đảng ủy", ("T/M ĐẢNG ỦY",), "BÍ THƯ"),
    ],
)
def test_who_signs_for_whom(system, position, authority, post):
    signature = signature_of(system, None, position)
    assert (signature.authority, signature.position) == (authority, post)


def test_a_unit_of_the_ward_stands_below_the_peoples_committee(campaign, unit):
    head = head_of(System.STATE, unit, campaign.ward)
    assert head == ("UBND PHƯỜNG ĐỨC NINH ĐÔNG", ("TỔ DÂN PHỐ 1",))


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Bản cam kết xây dựng phường", "Xây dựng phường"),
        ("BẢN CAM KẾT: giữ gìn trật tự", "Giữ gìn trật tự"),
        ("Giao ước thi đua", "Giao ước thi đua"),
        ("Bản cam kết", ""),
    ],
)
def test_the_title_is_not_said_twice(title, subject):
    assert subject_of(CommitmentText(title=title)) == subject
