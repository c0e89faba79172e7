"""Pages as they answer: in the right language, with the right rows, losing nothing."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from criteria.models import Assessment, Evidence
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.files import pdf
from tests.factories.wards import member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def evaluation():
    return an_evaluation(
        {"mandatory": True, "title_vi": "Nghị quyết của Đảng ủy"},
        {"measured": True, "requirement_vi": "Tổ chức họp ở Đức Ninh Đông."},
        {},
        {},
    )


@pytest.fixture
def home(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


@pytest.fixture
def staff(client, evaluation):
    user = member(evaluation.campaign.ward, position="Cán bộ thứ nhất")
    client.force_login(user)
    return user


def a_paper(**fields):
    return {
        "form_key": "k1",
        "kind": "document",
        "title": "Quyết định giao nhiệm vụ",
        "number": "45/QĐ-UBND",
        "fact_on": f"{TODAY:%d/%m/%Y}",
    } | fields


def page_of(response):
    return response.content.decode()


def words_of(response):
    """What a person reads: the text without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page_of(response)).split())


# --- No way in --------------------------------------------------------------------


def test_a_page_that_is_not_there_says_so_in_vietnamese(client, staff):
    response = client.get("/w/khong-co/2026/")

    assert response.status_code == 404
    assert "Không tìm thấy trang này" in page_of(response)


def test_a_page_that_is_not_open_says_so_in_vietnamese(client, staff, home):
    response = client.get(f"{home}assignments/")

    assert response.status_code == 403
    assert 'lang="vi"' in page_of(response)
    assert "403" in words_of(response)


def test_a_fault_of_the_server_says_so_in_vietnamese(client, staff, monkeypatch):
    monkeypatch.setattr("criteria.views.boards.get_my_work", lambda **_: 1 / 0)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert 'lang="vi"' in page_of(response)
    assert "ZeroDivision" not in page_of(response)


def test_a_form_without_its_token_is_refused_in_vietnamese(staff, home):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)

    response = strict.post(f"{home}criteria/1/assess/", {"version": 1})

    assert response.status_code == 403
    assert 'lang="vi"' in page_of(response)


def test_pages_are_vietnamese_unless_english_is_chosen(client, staff, home):
    assert '<html lang="vi"' in page_of(client.get(home, headers={}))

    client.post("/language/", {"language": "en", "next": home})

    assert '<html lang="en"' in page_of(client.get(home))
    assert "This page was not found" in page_of(client.get("/khong-co/"))


@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN])
def test_people_of_the_province_find_the_wards_records(client, evaluation, home, role):
    client.force_login(member(evaluation.campaign.ward.parent, role))

    assert f'href="{home}campaign/"' in page_of(client.get(home))
    menu = page_of(client.get("/menu/"))

    for part in ("campaign", "documents", "committee", "meetings", "funding", "models"):
        assert f'href="{home}{part}/"' in menu


def test_the_language_leads_back_to_this_site_only(client, staff):
    data = {"language": "en", "next": "https://elsewhere.example/"}

    assert client.post("/language/", data).url == "/"


# --- Rows and counts --------------------------------------------------------------


@pytest.mark.parametrize("code", ["todo", "overdue", "unsupported", "mandatory"])
def test_each_count_opens_exactly_its_rows(client, staff, home, evaluation, code):
    Assessment.objects.filter(criterion__number__in=[2, 3]).update(
        due_on=TODAY - dt.timedelta(days=3)
    )
    client.post(f"{home}criteria/4/assess/", {"version": 1, "choice": "met"})
    board = client.get(home).context["board"]
    counts = {one.code: (one.count, one.url) for one in board.filters}
    counts |= {one.code: (one.count, one.url) for one in board.counters}
    count, url = counts[code]

    page = page_of(client.get(url))

    assert len(re.findall(r'<li [^>]*data-criterion="', page)) == count > 0


def test_a_filter_that_is_none_shows_all(client, staff, home):
    board = client.get(f"{home}?show=nonsense").context["board"]

    assert sum(len(block.rows) for block in board.shown_blocks) == 4


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("nghi quyet", [1]),
        ("NGHỊ QUYẾT", [1]),
        ("dang uy", [1]),
        ("duc ninh dong", [2]),
        ("Đức", [2]),
        ("hop to chuc", [2]),
        ("khong co gi", []),
        ("", []),
    ],
)
def test_search_finds_criteria_without_diacritics(client, staff, home, q, numbers):
    rows = client.get(f"{home}search/", {"q": q}).context["rows"]

    assert [row.number for row in rows] == numbers


def test_a_ward_is_found_without_diacritics(client, evaluation):
    ward = evaluation.campaign.ward
    ward.name = "Phường Đức Ninh Đông"
    ward.save()
    an_evaluation()
    client.force_login(member(ward.parent, Role.PROVINCE_VERIFIER))

    found = client.get("/campaigns/", {"q": "duc ninh"}).context["evaluations"]

    assert [one.campaign.ward for one in found] == [ward]


def test_what_was_looked_for_is_shown_as_text(client, staff, home):
    asked = '"><script>alert(1)</script>'
    for address in ("search/", "evidence/"):
        assert asked not in page_of(client.get(f"{home}{address}", {"q": asked}))


def test_words_of_the_ward_are_shown_as_text(client, staff, home, evaluation):
    supported(evaluation, 1, title="<img src=x onerror=alert(1)>", issuer="<b>ai</b>")
    for address in ("evidence/", "criteria/1/", "search/?q=img"):
        page = page_of(client.get(f"{home}{address}"))
        assert "<img src=x" not in page
        assert "<b>ai" not in page


# --- Two people -------------------------------------------------------------------


def test_the_second_editor_of_evidence_sees_both_versions(
    client, staff, home, evaluation
):
    evidence = supported(evaluation, 1)
    address = f"{home}evidence/{evidence.pk}/edit/"
    client.post(address, a_paper(version=1, title="Của người thứ nhất"))
    other = Client()
    other.force_login(member(evaluation.campaign.ward))

    response = other.post(address, a_paper(version=1, title="Của người thứ hai"))

    assert response.status_code == 409
    page = page_of(response)
    assert "Của người thứ nhất" in page
    assert "Của người thứ hai" in page
    assert "Cán bộ thứ nhất" in page
    evidence.refresh_from_db()
    assert evidence.title == "Của người thứ nhất"


def test_after_a_conflict_saving_again_keeps_what_was_typed(
    client, staff, home, evaluation
):
    evidence = supported(evaluation, 1)
    address = f"{home}evidence/{evidence.pk}/edit/"
    client.post(address, a_paper(version=1, title="Của người thứ nhất"))
    page = page_of(client.post(address, a_paper(version=1, title="Của tôi")))
    version = re.search(r'name="version" value="(\d+)"', page)[1]

    client.post(address, a_paper(version=version, title="Của tôi"))

    evidence.refresh_from_db()
    assert evidence.title == "Của tôi"


def test_a_file_sent_into_a_conflict_is_not_asked_for_again(
    client, staff, home, evaluation, evidence_root
):
    evidence = supported(evaluation, 1)
    address = f"{home}evidence/{evidence.pk}/edit/"
    client.post(address, a_paper(version=1, title="Của người thứ nhất"))
    file = SimpleUploadedFile("ảnh.pdf", pdf())
    page = page_of(client.post(address, a_paper(version=1, files=[file])))
    hidden = dict(re.findall(r'name="(version|kept)" value="([^"]+)"', page))

    client.post(address, a_paper(**hidden))

    assert evidence.files.get().name == "ảnh.pdf"


# --- Evidence ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "at", "words"),
    [
        ({"title": ""}, "title", ""),
        ({"number": ""}, "number", ""),
        ({"fact_on": "31/02/2026"}, "fact_on", "31/02/2026"),
        ({"fact_on": "hôm qua"}, "fact_on", "hôm qua"),
        ({"kind": "link", "url": "không phải địa chỉ"}, "url", "không phải địa chỉ"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "url", "javascript:alert(1)"),
        ({"kind": "figure", "figure": "tám"}, "figure", "tám"),
        ({"kind": "files"}, "files", ""),
        ({"title": "x" * 301}, "title", "x" * 301),
        ({"expires_on": "01/01/2000"}, "expires_on", "01/01/2000"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_all_words(
    client, staff, home, fields, at, words
):
    response = client.post(f"{home}criteria/3/evidence/new/", a_paper(**fields))

    page = page_of(response)
    assert response.status_code == 422
    field = re.search(rf'id="div_id_{at}" ?\s*class="([^"]*)"', page)
    assert "has-error" in field[1]
    assert words in page
    kept = {"title": "Quyết định giao nhiệm vụ", "number": "45/QĐ-UBND"} | fields
    assert f'value="{kept["number"]}"' in page or not kept["number"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("trong.pdf", b"", "trống"),
        ("bao-cao.pdf", b"MZ\x90\x00" + b"\0" * 100, "bao-cao.pdf"),
        ("trang.pdf", b"<html><script>alert(1)</script></html>", "trang.pdf"),
    ],
)
def test_a_file_that_is_refused_is_told_by_name_and_the_rest_is_kept(
    client, staff, home, evidence_root, name, content, word
):
    good = SimpleUploadedFile("tot.pdf", pdf())
    files = [good, SimpleUploadedFile(name, content)]

    response = client.post(f"{home}criteria/1/evidence/new/", a_paper(files=files))

    page = page_of(response)
    assert response.status_code == 422
    assert word in words_of(response)
    assert re.search(r'name="kept" value="[^"]+"', page)
    assert "tot.pdf" in page
    assert not Evidence.objects.exists()


def test_evidence_is_withdrawn_with_a_reason_that_everybody_reads(
    client, staff, home, evaluation
):
    evidence = supported(evaluation, 1)
    address = f"{home}evidence/{evidence.pk}/withdraw/"
    assert client.post(address, {"reason": " "}).status_code == 422

    client.post(address, {"reason": "Văn bản đã hết hiệu lực."})

    page = page_of(client.get(f"{home}evidence/{evidence.pk}/"))
    assert "Văn bản đã hết hiệu lực." in page


@pytest.mark.parametrize("lock", ["submitted", "closed"])
def test_a_locked_year_is_read_and_its_forms_say_why(
    client, staff, home, evaluation, lock
):
    if lock == "submitted":
        evaluation.state = "submitted"
        evaluation.save()
    else:
        evaluation.campaign.closed_at = timezone.now()
        evaluation.campaign.save()

    page = page_of(client.get(f"{home}criteria/1/")).split("<main")[1]
    for writes in ("/assess/", "/evidence/new/", "/unlink/"):
        assert writes not in page
    for page, data in [
        ("criteria/1/assess/", {"version": 1, "choice": "met"}),
        ("criteria/1/evidence/new/", a_paper()),
    ]:
        response = client.post(f"{home}{page}", data)
        assert response.status_code == 422
        assert str(evaluation.campaign.year) in words_of(response)


def test_history_tells_who_did_what(client, staff, home):
    client.post(f"{home}criteria/1/evidence/new/", a_paper())
    client.post(f"{home}criteria/1/assess/", {"version": 1, "choice": "met"})

    history = client.get(f"{home}criteria/1/").context["page"].history

    # Below them the year was opened: its own steps are every criterion's history.
    assert [one.who for one in history] == ["Cán bộ thứ nhất"] * 2 + ["Tự động"]
    assert "45/QĐ-UBND" not in history[1].what or "Quyết định" in history[1].what


def test_saving_leads_to_the_next_criterion_or_stays(client, staff, home, evaluation):
    form = {"version": 1, "choice": "met"}

    stays = client.post(f"{home}criteria/1/assess/", form)
    leads = client.post(f"{home}criteria/3/assess/", form | {"next": "4"})

    assert (stays.url, leads.url) == (f"{home}criteria/1/", f"{home}criteria/4/")
    assert assessment_of(evaluation, 3).choice == "met"
