"""Pages of documents, bodies, terms and the campaign, as people use them."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commitments.models import (
    Campaign,
    DocumentFile,
    OfficialDocument,
    OutsideBody,
    PartyTerm,
)
from tests.factories.commitments import (
    CampaignFactory,
    CommitmentFactory,
    DirectiveFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    MeetingFactory,
    OutsideBodyFactory,
    PartyTermFactory,
)
from tests.factories.criteria import an_evaluation
from tests.factories.files import StoredFileFactory, pdf, upload
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def campaign():
    return an_evaluation({}, {}).campaign


@pytest.fixture
def office(campaign):
    return ParticipatingUnitFactory(
        ward=campaign.ward, kind=ParticipatingKind.PEOPLES_COMMITTEE, name="UBND phường"
    )


@pytest.fixture
def staff(campaign, client):
    person = member(campaign.ward)
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def url(campaign, name, *more):
    at = [campaign.ward.slug, campaign.year, *more]
    return reverse(f"commitments:{name}", args=at)


def a_form(office, **fields):
    return {
        "system": "state",
        "doc_type": "ke_hoach",
        "reference": "27/KH-UBND",
        "issued_on": f"{TODAY:%d/%m/%Y}",
        "subject_vi": "Về bảo đảm an ninh",
        "issuer": f"unit-{office.pk}" if office else "",
    } | fields


def text_of(response):
    """What a page says, without tags."""
    body = response.content.decode().split("<main")[-1]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


# --- Recording --------------------------------------------------------------------


def test_a_document_with_a_pdf_is_recorded(
    client, staff, campaign, office, evidence_root
):
    form = a_form(office, files=[upload(pdf(), "kế hoạch.pdf")])

    response = client.post(url(campaign, "document-create"), form)

    document = OfficialDocument.objects.get()
    assert response.url == url(campaign, "document-detail", document.pk)
    assert document.files.count() == 1
    page = text_of(client.get(response.url))
    for words in ("Số: 27/KH-UBND", "Về bảo đảm an ninh", "kế hoạch.pdf"):
        assert words in page


def test_what_was_typed_and_the_file_are_kept_beside_a_message(
    client, staff, campaign, office, evidence_root
):
    tomorrow = TODAY + dt.timedelta(days=1)
    form = a_form(office, issued_on=f"{tomorrow:%d/%m/%Y}", files=[upload(pdf())])

    refused = client.post(url(campaign, "document-create"), form)

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Về bảo đảm an ninh" in page
    assert "giấy tờ.pdf" in page
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept
    again = a_form(office, kept=html.unescape(kept[1]))
    assert client.post(url(campaign, "document-create"), again).status_code == 302
    assert DocumentFile.objects.count() == 1


def test_a_refused_file_is_told_beside_the_field(
    client, staff, campaign, office, evidence_root
):
    form = a_form(office, files=[upload(b"MZ" + b"\0" * 200, "scan.exe")])

    refused = client.post(url(campaign, "document-create"), form)

    assert refused.status_code == 422
    assert "scan.exe" in text_of(refused)
    assert not OfficialDocument.objects.exists()


def test_the_same_form_sent_twice_makes_one_document(client, staff, campaign, office):
    form = a_form(office, form_key="same")
    address = url(campaign, "document-create")

    first, second = client.post(address, form), client.post(address, form)

    assert first.url == second.url
    assert OfficialDocument.objects.count() == 1


def test_another_body_is_written_in_passing(client, staff, campaign):
    form = a_form(None, new_body="Công an tỉnh Mẫu", reference="8/KH-CAT")

    assert client.post(url(campaign, "document-create"), form).status_code == 302
    assert OutsideBody.objects.get().name == "Công an tỉnh Mẫu"


def test_an_odd_number_is_taken_and_told_on_its_page(client, staff, campaign, office):
    form = a_form(office, reference="27-KH/UBND")

    response = client.post(url(campaign, "document-create"), form, follow=True)

    assert "written the way of the other system" in text_of(response)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"system": "royal"}, "system"),
        ({"doc_type": ""}, "doc_type"),
        ({"subject_vi": ""}, "subject_vi"),
        ({"issued_on": "31/02/2026"}, "issued_on"),
        ({"issued_on": ""}, "issued_on"),
        ({"reference": "0/KH-UBND"}, "reference"),
        ({"issuer": ""}, "issuer"),
        ({"issuer": "unit-999999999"}, "issuer"),
        ({"issuer": "unit-" + "9" * 40}, "issuer"),
        ({"new_body": "UBND tỉnh"}, "new_body"),
    ],
)
def test_bad_input_is_told_beside_its_field(
    client, staff, campaign, office, fields, field
):
    response = client.post(url(campaign, "document-create"), a_form(office, **fields))

    assert response.status_code == 422
    assert response.context["form"].has_error(field)
    assert not OfficialDocument.objects.exists()


@pytest.mark.parametrize("field", ["based_on", "replaces", "issuer", "body"])
def test_another_wards_row_is_refused_like_an_unknown_one(
    client, staff, campaign, office, field
):
    DocumentFactory(campaign=campaign, issuer_unit=office)
    foreign = {
        "based_on": [DocumentFactory().pk],
        "replaces": DocumentFactory().pk,
        "issuer": f"unit-{ParticipatingUnitFactory().pk}",
        "body": f"body-{OutsideBodyFactory().pk}",
    }[field]
    name = "issuer" if field == "body" else field

    response = client.post(
        url(campaign, "document-create"), a_form(office, **{name: foreign})
    )

    assert response.status_code == 422
    assert response.context["form"].has_error(name)


def test_a_contributor_is_offered_the_own_unit_only(client, campaign, office):
    group = ParticipatingUnitFactory(ward=campaign.ward)
    OutsideBodyFactory(ward=campaign.ward)
    client.force_login(
        member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=group)
    )

    form = client.get(url(campaign, "document-create")).context["form"]

    assert list(form.issuer_names.values()) == [group.name]
    assert "new_body" not in form.fields
    refused = client.post(url(campaign, "document-create"), a_form(office))
    assert refused.status_code == 422
    taken = client.post(url(campaign, "document-create"), a_form(group))
    assert taken.status_code == 302


def test_a_closed_campaign_has_no_form(client, staff, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    Campaign.objects.update(closed_at=timezone.now())

    for name, more in (
        ("document-create", []),
        ("document-edit", [document.pk]),
        ("document-withdraw", [document.pk]),
        ("campaign-edit", []),
    ):
        assert client.get(url(campaign, name, *more)).status_code == 403
    assert client.get(url(campaign, "document-list")).status_code == 200
    assert "is closed" in text_of(client.get(url(campaign, "campaign-detail")))


# --- Correcting and withdrawing ---------------------------------------------------


def test_a_document_is_corrected(client, staff, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office, number=27)
    address = url(campaign, "document-edit", document.pk)
    assert "27/KH-UBND" in client.get(address).content.decode()

    form = a_form(office, version=1, reference="28/KH-UBND", note="Sửa số.")
    response = client.post(address, form)

    document.refresh_from_db()
    assert response.status_code == 302
    assert (document.display, document.note) == ("28/KH-UBND", "Sửa số.")


def test_the_second_of_two_editors_sees_both_versions(client, staff, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    address = url(campaign, "document-edit", document.pk)
    client.post(address, a_form(office, version=1, subject_vi="Bản một"))

    second = client.post(address, a_form(office, version=1, subject_vi="Bản hai"))

    assert second.status_code == 409
    conflict = second.context["conflict"]
    assert "None" not in {label for label, _said in conflict.theirs}
    assert "Bản một" in text_of(second)
    assert "Bản hai" in second.content.decode()
    again = a_form(office, version=2, subject_vi="Bản hai")
    assert client.post(address, again).status_code == 302


def test_a_file_is_taken_off(client, staff, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    stored = StoredFileFactory(unit=campaign.ward, missing=True)
    hung = DocumentFile.objects.create(document=document, stored=stored, name="a.pdf")
    address = url(campaign, "document-edit", document.pk)

    client.post(address, a_form(office, version=1, remove=[hung.pk]))

    hung.refresh_from_db()
    assert hung.removed_at
    assert "a.pdf" not in text_of(
        client.get(url(campaign, "document-detail", document.pk))
    )


def test_a_withdrawal_sent_twice_leads_to_the_same_page(
    client, staff, campaign, office
):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    address = url(campaign, "document-withdraw", document.pk)
    form = {"reason": "Nhầm văn bản.", "form_key": "k1"}

    answers = [client.post(address, form) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].url == answers[1].url


def test_a_document_is_withdrawn_with_its_reason(client, staff, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    address = url(campaign, "document-withdraw", document.pk)
    assert client.post(address, {"reason": " ", "x": "1"}).status_code == 422

    response = client.post(address, {"reason": "Ban hành nhầm."}, follow=True)

    assert "Ban hành nhầm." in text_of(response)
    assert client.get(address).status_code == 403


def test_another_campaigns_document_is_not_at_this_address(client, staff, campaign):
    other = DocumentFactory(campaign=CampaignFactory(ward=campaign.ward, year=2020))

    for name in ("document-detail", "document-edit", "document-withdraw"):
        assert client.get(url(campaign, name, other.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["document-create", "body-create", "term-create", "campaign-edit"]
)
def test_a_form_sent_empty_is_refused(client, staff, campaign, name):
    assert client.post(url(campaign, name)).status_code == 422


# --- Finding ----------------------------------------------------------------------


def test_the_list_finds_without_diacritics_and_names_other_years(
    client, staff, campaign, office
):
    old = CampaignFactory(
        ward=campaign.ward, period_start=dt.date(TODAY.year - 1, 1, 1)
    )
    DocumentFactory(campaign=old, issuer_unit=office, subject_vi="Kế hoạch cũ")
    DocumentFactory(campaign=campaign, resolution=True, number=15)
    address = url(campaign, "document-list")

    assert "15-NQ/ĐU" in text_of(client.get(address, {"q": "nghi quyet 15"}))
    assert "Kế hoạch cũ" not in text_of(client.get(address))
    every = text_of(client.get(address, {"years": "all"}))
    assert "Kế hoạch cũ" in every
    assert f"year {TODAY.year - 1}" in every
    assert "No row matches" in text_of(client.get(address, {"q": "không có"}))


@pytest.mark.parametrize("value", ["\0", "9" * 500, "unit-x", "body-0", "%", "📄"])
def test_no_question_to_the_list_is_a_fault_of_the_server(
    client, staff, campaign, office, value
):
    DocumentFactory(campaign=campaign, issuer_unit=office)
    for name in ("q", "type", "issuer", "years", "page", "view"):
        response = client.get(url(campaign, "document-list"), {name: value})
        assert response.status_code == 200


def test_an_empty_year_says_where_to_begin(client, staff, campaign):
    for asked in ({}, {"view": "tree"}):
        page = client.get(url(campaign, "document-list"), asked).content.decode()
        assert url(campaign, "document-create") in page


def test_who_only_reads_is_offered_no_button(client, campaign, office):
    document = DocumentFactory(campaign=campaign, issuer_unit=office)
    client.force_login(member(campaign.ward, Role.COMMITTEE_MEMBER))

    for name, more in (
        ("document-list", []),
        ("document-detail", [document.pk]),
        ("body-list", []),
        ("campaign-detail", []),
    ):
        page = client.get(url(campaign, name, *more)).content.decode()
        main = page.split("<main")[-1]
        assert "/new/" not in main
        assert "/edit/" not in main


def test_the_tree_shows_each_document_below_its_ground(client, staff, campaign):
    head = DocumentFactory(campaign=campaign, resolution=True, number=15)
    DocumentFactory(campaign=campaign, subject_vi="Kế hoạch").based_on.add(head)

    page = client.get(url(campaign, "document-list"), {"view": "tree"})

    levels = re.findall(r"ws-tree__row--(\d)", page.content.decode())
    assert levels == ["0", "1"]


# --- Bodies and terms -------------------------------------------------------------


def test_bodies_and_terms_are_kept_on_their_page(client, staff, campaign):
    form = {"name": "Tỉnh ủy Mẫu", "kind": "party"}
    client.post(url(campaign, "body-create"), form)
    body = OutsideBody.objects.get()
    term = {"holder": f"body-{body.pk}", "name": "Khóa XV", "starts_on": "1/6/2020"}
    client.post(url(campaign, "term-create"), term)

    page = text_of(client.get(url(campaign, "body-list")))
    for words in ("Tỉnh ủy Mẫu", "Khóa XV", "01/06/2020 – …"):
        assert words in page
    term = PartyTerm.objects.get()
    edit = url(campaign, "term-edit", term.pk)
    changed = {
        "holder": f"body-{body.pk}",
        "name": "Khóa XV",
        "starts_on": "1/6/2020",
        "ends_on": "31/5/2025",
    }
    assert client.post(edit, changed).status_code == 302
    body_edit = url(campaign, "body-edit", body.pk)
    renamed = {"name": "Thành ủy Mẫu", "kind": "party"}
    assert client.post(body_edit, renamed).status_code == 302
    body.refresh_from_db()
    assert body.name == "Thành ủy Mẫu"


@pytest.mark.parametrize(
    ("name", "form", "field"),
    [
        ("body-create", {"name": "", "kind": "party"}, "name"),
        ("body-create", {"name": "Công an", "kind": "none"}, "kind"),
        ("body-create", {"name": "BAN CHỈ ĐẠO 138", "kind": "party"}, "name"),
        ("term-create", {"holder": "unit-1", "name": "x"}, "starts_on"),
        ("term-create", {"holder": "body-999", "name": "x"}, "holder"),
    ],
)
def test_bad_bodies_and_terms_are_told(client, staff, campaign, name, form, field):
    OutsideBodyFactory(ward=campaign.ward, name="Ban Chỉ đạo 138")

    response = client.post(url(campaign, name), form)

    assert response.status_code == 422
    assert response.context["form"].has_error(field)


def test_another_wards_body_and_term_are_not_found(client, staff, campaign):
    body, term = OutsideBodyFactory(), PartyTermFactory()

    assert client.get(url(campaign, "body-edit", body.pk)).status_code == 404
    assert client.get(url(campaign, "term-edit", term.pk)).status_code == 404


# --- The campaign -----------------------------------------------------------------


def test_the_campaign_says_what_it_runs_under_and_where_each_part_stands(
    client, staff, campaign
):
    head = DocumentFactory(campaign=campaign, resolution=True, number=15)
    campaign.source = {
        "title": "Bài viết",
        "publisher": "Công an tỉnh Quảng Bình",
        "url": "https://congan.example.vn/bai",
        "notes": ["Kỳ đánh giá là tạm tính."],
        "period_basis": "sample",
    }
    campaign.save()
    late = TODAY - dt.timedelta(days=1)
    DirectiveFactory(campaign=campaign, due_on=late)
    FundingLineFactory(campaign=campaign)
    MeetingFactory(campaign=campaign)
    GoodModelFactory(campaign=campaign)
    CommitmentFactory(campaign=campaign)
    form = {"title": "Năm điển hình", "resolution": head.pk, "version": 1}

    response = client.post(url(campaign, "campaign-edit"), form, follow=True)

    page = text_of(response)
    for words in (
        "Năm điển hình",
        "15-NQ/ĐU",
        "1 numbered document",
        "1 of 1 overdue",
        "1 unit has signed",
        "1 meeting held",
        "1 model running",
        "Công an tỉnh Quảng Bình",
        "Kỳ đánh giá là tạm tính.",
        "(provisional)",
    ):
        assert words in page, words
    links = response.content.decode()
    for name in (
        "document-list",
        "committee-detail",
        "meeting-list",
        "directive-list",
        "pledge-board",
        "funding-list",
        "model-list",
    ):
        assert f'href="{url(campaign, name)}"' in links


def test_an_empty_campaign_says_so(client, staff, campaign):
    page = text_of(client.get(url(campaign, "campaign-detail")))

    for words in (
        "No document yet",
        "No member yet",
        "No meeting held yet",
        "No directive yet",
        "No unit has signed yet",
        "No funding planned yet",
        "No model running yet",
    ):
        assert words in page


def test_a_link_that_is_no_web_address_stays_text(client, staff, campaign):
    campaign.source = {"title": "Bài viết", "url": "javascript:alert(1)"}
    campaign.save()

    page = client.get(url(campaign, "campaign-detail")).content.decode()

    assert "javascript:" not in page


def test_a_foreign_paper_is_refused_beside_its_place(client, staff, campaign):
    form = {"title": "Năm", "plan": DocumentFactory().pk, "version": 1}

    response = client.post(url(campaign, "campaign-edit"), form)

    assert response.status_code == 422
    assert response.context["form"].has_error("plan")


def test_two_who_edit_a_campaign_at_once_see_both_versions(client, staff, campaign):
    address = url(campaign, "campaign-edit")
    client.post(address, {"title": "Tên một", "version": 1})

    second = client.post(address, {"title": "Tên hai", "version": 1})

    assert second.status_code == 409
    assert "Tên một" in text_of(second)


# --- Queries ----------------------------------------------------------------------

PAGES = {
    "document-list": 14,
    "document-tree": 10,
    "document-detail": 30,
    "document-create": 16,
    "document-edit": 20,
    "body-list": 10,
    "campaign-detail": 14,
    "campaign-edit": 12,
}


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("role", "name"),
    [(Role.WARD_STAFF, name) for name in PAGES]
    + [(Role.UNIT_CONTRIBUTOR, name) for name in PAGES if name != "campaign-edit"],
)
def test_queries_stay_the_same_as_documents_grow(client, campaign, office, role, name):
    seat = {"participating_unit": office} if role == Role.UNIT_CONTRIBUTOR else {}
    client.force_login(member(campaign.ward, role, **seat))

    def grown(size):
        made = []
        for _ in range(size):
            body = OutsideBodyFactory(ward=campaign.ward)
            document = DocumentFactory(campaign=campaign, issuer_unit=office)
            DocumentFactory(campaign=campaign, issuer_unit=None, issuer_body=body)
            document.based_on.add(*made[-2:])
            stored = StoredFileFactory(unit=campaign.ward, missing=True)
            DocumentFile.objects.create(document=document, stored=stored, name="a")
            FundingLineFactory(campaign=campaign, document=document)
            made.append(document)
        return made[-1]

    def seen(document):
        if name == "document-tree":
            address = f"{url(campaign, 'document-list')}?view=tree"
        elif name in ("document-detail", "document-edit"):
            address = url(campaign, name, document.pk)
        else:
            address = url(campaign, name)
        return queries(client, address)

    grown(2)
    first = grown(1)
    before = seen(first)
    last = grown(27)
    last.replaces = first
    last.save()
    assert seen(first) == before <= PAGES[name]
