"""What nobody types by hand, and what a click too many sends: no fault, no loss."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from criteria.models import Evidence, EvidenceLink
from tests.factories.criteria import an_evaluation, supported
from tests.factories.files import pdf
from tests.factories.wards import member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TOO_MANY_DIGITS = "9" * 5000  # more than Python turns into a number


@pytest.fixture
def evaluation():
    return an_evaluation({}, {"measured": True}, {})


@pytest.fixture
def home(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


@pytest.fixture
def leader(client, evaluation):
    user = member(evaluation.campaign.ward, Role.WARD_LEADER)
    client.force_login(user)
    return user


def a_paper(**fields):
    return {
        "form_key": "k1",
        "kind": "document",
        "title": "Quyết định giao nhiệm vụ",
        "number": "45/QĐ-UBND",
        "fact_on": f"{timezone.localdate():%d/%m/%Y}",
    } | fields


def a_pdf():
    return SimpleUploadedFile("quyet-dinh.pdf", pdf("một"), "application/pdf")


# --- A click too many -------------------------------------------------------------


def test_a_form_with_a_file_sent_twice_leads_to_the_same_page_twice(
    client, leader, home, evidence_root
):
    address = f"{home}criteria/1/evidence/new/"

    first = client.post(address, a_paper(files=[a_pdf()]))
    second = client.post(address, a_paper(files=[a_pdf()]))

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "data"),
    [
        ("criteria/1/assess/", {"version": 1, "choice": "met"}),
        ("evidence/{pk}/edit/", a_paper(version=1)),
        ("evidence/{pk}/withdraw/", {"reason": "Nhầm văn bản."}),
        ("criteria/2/evidence/library/", {"evidence": "{pk}"}),
        ("criteria/1/evidence/{pk}/unlink/", {}),
        ("evidence/new/", a_paper(criteria=[1, 2])),
    ],
)
def test_every_form_sent_twice_acts_once(client, leader, home, evaluation, at, data):
    """The second answer is the first's: no conflict with oneself, no 404."""
    pk = supported(evaluation, 1, 3).pk
    said = {
        name: value.format(pk=pk) if isinstance(value, str) else value
        for name, value in data.items()
    } | {"form_key": "k1"}
    address = f"{home}{at.format(pk=pk)}"

    first = client.post(address, said)
    rows = (Evidence.objects.count(), EvidenceLink.objects.count())
    second = client.post(address, said)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert (Evidence.objects.count(), EvidenceLink.objects.count()) == rows


def test_a_year_opened_twice_by_one_click_too_many_is_opened_once(
    client, leader, evaluation, home
):
    ward = evaluation.campaign.ward
    year = evaluation.campaign.year + 1
    form = {
        "form_key": "k1",
        "criteria_set": evaluation.criteria_set_id,
        "title": "Năm sau",
        "period_start": f"01/01/{year}",
        "period_end": f"31/12/{year}",
    }

    answers = [client.post(f"/w/{ward.slug}/campaigns/new/", form) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert ward.campaigns.filter(year=year).count() == 1


def test_a_refused_form_leaves_no_receipt(client, leader, home):
    """Mended elsewhere meanwhile, the same content may pass later."""
    address = f"{home}criteria/1/evidence/new/"
    for _ in range(2):
        assert client.post(address, a_paper(number="")).status_code == 422


# --- What nobody types ------------------------------------------------------------


@pytest.mark.parametrize(
    "at",
    [
        "?show={q}",
        "?do={q}",
        "evidence/?q={q}",
        "evidence/?kind={q}",
        "evidence/?state={q}",
        "evidence/?page={q}",
        "evidence/new/?kind={q}",
        "criteria/1/evidence/new/?wanted={q}",
        "criteria/1/evidence/library/?q={q}",
        "criteria/1/evidence/library/?page={q}",
        "search/?q={q}",
        "/campaigns/?q={q}",
    ],
)
@pytest.mark.parametrize(
    "q", ["%00", "a%00b", TOO_MANY_DIGITS, "%25_%27%22%3C", "%F0%9F%98%80", "%FF", "٣"]
)
def test_no_question_is_a_fault_of_the_server(client, leader, home, at, q):
    path = at.format(q=q)

    response = client.get(path if path.startswith("/") else f"{home}{path}")

    assert response.status_code == 200


@pytest.mark.parametrize("sent", [TOO_MANY_DIGITS, "\x00", "٣", "²", "-1"])
@pytest.mark.parametrize(
    ("at", "field"),
    [
        ("criteria/1/assess/", "version"),
        ("criteria/1/assess/", "next"),
        ("criteria/1/assess/", "explanation"),
        ("criteria/2/assess/", "value"),
        ("criteria/1/evidence/new/", "wanted"),
        ("criteria/1/evidence/new/", "reuse"),
        ("criteria/1/evidence/new/", "kept"),
        ("criteria/1/evidence/new/", "title"),
        ("criteria/1/evidence/new/", "fact_on"),
        ("criteria/1/evidence/new/", "form_key"),
        ("evidence/new/", "criteria"),
        ("criteria/1/evidence/library/", "evidence"),
        ("evidence/{pk}/edit/", "version"),
        ("evidence/{pk}/edit/", "remove"),
        ("evidence/{pk}/edit/", "figure"),
        ("evidence/{pk}/withdraw/", "reason"),
        ("assignments/", "c1-lead_unit"),
        ("assignments/", "c1-supporting"),
        ("assignments/", "c1-due_on"),
    ],
)
def test_no_form_is_a_fault_of_the_server(
    client, leader, home, evaluation, at, field, sent
):
    pk = supported(evaluation, 1, 3).pk
    said = a_paper(version=1, choice="met", criteria=[1]) | {field: sent}

    response = client.post(f"{home}{at.format(pk=pk)}", said)

    assert response.status_code in (302, 404, 409, 422)


@pytest.mark.parametrize("at", ["criteria/1/assess/", "criteria/1/evidence/new/"])
def test_half_a_letter_is_no_fault_of_the_server(client, leader, home, at):
    """Percent-encoded bytes that are no UTF-8, as no browser sends them."""
    response = client.post(
        f"{home}{at}",
        "version=1&explanation=%ED%A0%80&title=%FF&number=%C3",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code in (302, 422)


def test_a_body_that_is_no_form_is_refused_kindly(client, leader, home):
    for content_type in ("application/json", "multipart/form-data", "text/plain"):
        response = client.post(
            f"{home}criteria/1/assess/", b"\xff{", content_type=content_type
        )
        assert response.status_code in (400, 422)
