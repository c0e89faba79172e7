"""The page of the decision, the flag on other pages, the recognition sheet."""

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from criteria.models import Assessment, DecisionSnapshot
from criteria.papers.recognition import recognition_sheet
from criteria.selectors.recognition_sheet import get_sheet
from criteria.services.verification import reopen
from tests.criteria.deciding import a_decided_year, recognised
from tests.factories.criteria import an_evaluation, supported
from tests.factories.criteria import recognised as concluded
from tests.factories.wards import TESTS, member
from tests.wardsecurity.papers.reading import text_of, word, word_text
from wardsecurity.papers.models import PaperToken
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db
FLAG = "data-changed"


def home_of(evaluation):
    """The address of a year."""
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


def tamper(evaluation, number=1):
    """Change a result behind the application's back."""
    models.QuerySet(Assessment).filter(
        evaluation=evaluation, criterion__number=number
    ).update(verified_result="not_met", verified_points=0)


@pytest.fixture
def decided():
    """A decided year."""
    return a_decided_year()[0]


@pytest.fixture
def browse(client, decided):
    """Read a page of the decided year as its staff."""
    client.force_login(member(decided.campaign.ward))

    def read(page):
        response = client.get(f"{home_of(decided)}{page}")
        assert response.status_code == 200
        return response.content.decode()

    return read


PAGES = ["", "criteria/1/", "criteria/2/", "committee-view/", "recognition/"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_flags_an_untouched_decision(browse, page):
    assert FLAG not in browse(page)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_flags_a_change(browse, decided, page):
    tamper(decided)

    assert f'{FLAG}="' in browse(page)


def test_the_criterion_itself_says_what_changed_and_the_others_do_not(browse, decided):
    tamper(decided)

    assert "→ <b>" in browse("criteria/1/")
    assert "→ <b>" not in browse("criteria/2/")


def test_the_page_lists_every_difference(browse, decided):
    tamper(decided)
    tamper(decided, 2)
    text = browse("decision/")

    assert text.count('class="is-now"') >= 4
    assert decided.snapshots.get().sha256 in text


def test_the_page_of_a_whole_decision_says_so(browse):
    assert "ws-notice--bamboo" in browse("decision/")


def test_the_page_before_anything_is_decided(client):
    evaluation = an_evaluation({})
    client.force_login(member(evaluation.campaign.ward))
    text = client.get(f"{home_of(evaluation)}decision/").content.decode()

    assert "ws-empty" in text


@pytest.mark.parametrize("content", ["", "null", "{", '{"trail": 3}', "[]"])
def test_a_snapshot_that_cannot_be_read_is_shown_as_changed(browse, content):
    models.QuerySet(DecisionSnapshot).update(content=content)

    assert 'class="is-now"' in browse("decision/")
    for page in PAGES:
        assert FLAG in browse(page)


def test_the_conclusion_of_the_province_flags_a_change(client, decided):
    ward = decided.campaign.ward
    client.force_login(member(ward.parent, Role.PROVINCE_VERIFIER))
    address = f"/verify/{ward.slug}/{decided.campaign.year}/conclusion/"
    assert FLAG not in client.get(address).content.decode()
    tamper(decided)

    assert f'{FLAG}="' in client.get(address).content.decode()


def test_the_recognition_leads_to_its_proof_and_its_sheet(browse, decided):
    text, home = browse("recognition/").split("<main")[-1], home_of(decided)

    for place in ("decision/", "recognition-sheet.pdf", "recognition-sheet.docx"):
        assert f'href="{home}{place}"' in text


@pytest.mark.parametrize("page", ["", "criteria/1/", "recognition/"])
@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.UNIT_CONTRIBUTOR])
def test_a_concluded_year_costs_at_most_twelve_queries(client, page, role):
    def queries(size):
        evaluation, _snapshot = a_decided_year(size * 2, evidence=size)
        client.force_login(member(evaluation.campaign.ward, role))
        address = f"{home_of(evaluation)}{page}"
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert queries(1) == queries(9) <= 12


def test_the_page_of_the_decision_costs_the_same_for_many_snapshots(client):
    def queries(times):
        evaluation, snapshot = a_decided_year()
        for _ in range(times):
            DecisionSnapshot.objects.create(
                evaluation=evaluation,
                kind="verified",
                round=1,
                content=snapshot.content,
                sha256=snapshot.sha256,
            )
        client.force_login(member(evaluation.campaign.ward))
        address = f"{home_of(evaluation)}decision/"
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    assert queries(1) == queries(7) <= 14


def test_a_reopened_year_is_told_as_reopened_not_as_changed(client):
    evaluation = concluded(an_evaluation({}, {}))
    reopen(
        actor=TESTS,
        evaluation=evaluation,
        version=evaluation.version,
        reason="Sai số liệu.",
    )
    client.force_login(member(evaluation.campaign.ward))
    address = f"{home_of(evaluation)}decision/"

    page = client.get(address)
    assert "Sai số liệu." in page.context["page"].reopened
    assert page.context["page"].reopened in page.content.decode()
    assert 'class="is-now"' not in page.content.decode()

    evaluation.assessments.filter(criterion__number=1).update(self_points=1)
    assert 'class="is-now"' in client.get(address).content.decode()


# --- The sheet --------------------------------------------------------------------


def sheet_of(evaluation):
    """The sheet as its staff prints it."""
    user = member(evaluation.campaign.ward)
    return recognition_sheet(get_sheet(user=user, evaluation=evaluation))


def words_of(paper):
    """Everything in its body."""
    found = []
    for block in paper.body:
        if hasattr(block, "rows"):
            found.extend(" | ".join(row) for row in block.rows)
        elif hasattr(block, "items"):
            found.extend(block.items)
        else:
            found.append(f"{block.lead} {block.text}".strip())
    return "\n".join(found)


def test_the_sheet_of_a_decided_year_is_no_draft(decided):
    paper = sheet_of(decided)
    said = words_of(paper)

    assert not paper.shows_draft
    assert "120/QĐ-UBND" in said
    assert "tự đánh giá đạt 2/4 tiêu chí; thẩm định đạt 2/4 tiêu chí" in said
    assert any(decided.snapshots.get().sha256 in line for line in paper.foot)
    assert any(line.startswith("Nhật ký ") for line in paper.foot)


def test_the_sheet_is_a_draft_until_it_is_recognised():
    evaluation = an_evaluation({}, {})
    supported(evaluation, 1)
    paper = sheet_of(evaluation)

    assert paper.shows_draft
    assert "…" in words_of(paper)
    assert not any("SHA-256" in line for line in paper.foot)


def test_three_results_stand_side_by_side(decided):
    decided.assessments.filter(criterion__number=1).update(
        recheck_result="met", recheck_on="2026-11-01", recheck_finding="Đã xem tại chỗ."
    )
    said = words_of(sheet_of(decided))

    assert "1 | Tiêu chí thử 1 | Đạt | Đạt | Đạt" in said
    assert "2 | Tiêu chí thử 2 | Đạt | Đạt | –" in said
    assert "Tiêu chí 1: 01/11/2026, Đã xem tại chỗ." in said


def test_what_differs_from_the_wards_own_result_is_explained():
    evaluation = an_evaluation({}, {})
    supported(evaluation, 1)
    recognised(evaluation)
    evaluation.assessments.filter(criterion__number=1).update(
        verified_result="not_met",
        verified_points=0,
        review="adjusted",
        review_reason="Biên bản thiếu chữ ký.",
    )
    said = words_of(sheet_of(evaluation))

    assert (
        "Tiêu chí 1: Đạt (3 điểm) → Chưa đạt (0 điểm). Biên bản thiếu chữ ký." in said
    )


def test_a_claim_without_evidence_is_not_met_on_paper_either():
    evaluation = an_evaluation({})
    evaluation.assessments.update(self_result="met")

    assert "1 | Tiêu chí thử 1 | Chưa đạt | – | –" in words_of(sheet_of(evaluation))


def test_a_sheet_printed_after_a_change_says_so(decided):
    assert "ĐÃ ĐỔI SAU THẨM ĐỊNH" not in words_of(sheet_of(decided))
    tamper(decided)

    assert "ĐÃ ĐỔI SAU THẨM ĐỊNH: có 2 chỗ" in words_of(sheet_of(decided))


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_both_formats_say_the_same(client, decided, kind):
    client.force_login(member(decided.campaign.ward))
    response = client.get(f"{home_of(decided)}recognition-sheet.{kind}")
    content = response.content
    text = text_of(content) if kind == "pdf" else word_text(word(content))
    text = " ".join(text.split())

    assert response.status_code == 200
    assert "PHIẾU KẾT QUẢ THẨM ĐỊNH" in text
    assert "120/QĐ-UBND" in text
    assert "Tiêu chí thử 4" in text


def test_a_code_on_the_sheet_leads_to_the_page_of_the_decision(client, decided):
    client.force_login(member(decided.campaign.ward))
    home = home_of(decided)
    answer = client.post(f"{home}decision/code/", {"form_key": "k"})
    client.post(f"{home}decision/code/", {"form_key": "k2"})
    token = PaperToken.objects.get()

    assert answer.url == f"{home}recognition-sheet.pdf"
    assert token.path == f"{home}decision/"
    assert client.get(f"/q/{token.token}/").url == f"{home}decision/"
    qr = sheet_of(decided).qr
    assert qr
    assert token.token in qr.url


def test_printing_reads_and_makes_no_code(client, decided):
    client.force_login(member(decided.campaign.ward))
    client.get(f"{home_of(decided)}recognition-sheet.pdf")

    assert not PaperToken.objects.exists()
    assert sheet_of(decided).qr is None
