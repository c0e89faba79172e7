"""Pages and forms over HTTP: what was typed is kept, nothing happens twice."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from criteria.models import Assessment, Evidence
from tests.browser.fixtures import a_pdf, a_photo
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    return an_evaluation({}, {"measured": True}, {"reference_only": True}, {})


@pytest.fixture
def home(evaluation):
    return f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"


@pytest.fixture
def staff(client, evaluation):
    user = member(evaluation.campaign.ward)
    client.force_login(user)
    return user


def today():
    return f"{timezone.localdate():%d/%m/%Y}"


def a_form(**fields):
    return {
        "form_key": "k1",
        "kind": "document",
        "title": "Quyết định giao nhiệm vụ",
        "number": "45/QĐ-UBND",
        "fact_on": today(),
    } | fields


def pdf(name="quyet-dinh.pdf"):
    return SimpleUploadedFile(name, a_pdf(), "application/pdf")


def page_of(response):
    return response.content.decode()


# --- Recording --------------------------------------------------------------------


def test_evidence_with_a_pdf_and_a_photo_is_recorded(
    client, staff, home, evidence_root
):
    files = [pdf(), SimpleUploadedFile("anh.jpg", a_photo(), "image/jpeg")]
    response = client.post(f"{home}criteria/1/evidence/new/", a_form(files=files))
    assert response.status_code == 302
    assert Evidence.objects.get().file_count == 2


def test_what_was_typed_is_kept_beside_a_message(client, staff, home):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    form = a_form(fact_on=f"{tomorrow:%d/%m/%Y}")
    response = client.post(f"{home}criteria/1/evidence/new/", form)
    assert response.status_code == 422
    page = page_of(response)
    assert "Quyết định giao nhiệm vụ" in page
    assert f'value="{tomorrow:%d/%m/%Y}"' in page
    assert (
        f"Ghi ngày không muộn hơn hôm nay, {today()}."
        f" Ngày đang ghi: {tomorrow:%d/%m/%Y}." in page
    )
    assert not Evidence.objects.exists()


def test_a_file_is_kept_while_another_field_is_mended(
    client, staff, home, evidence_root
):
    address = f"{home}criteria/1/evidence/new/"
    response = client.post(address, a_form(title="", files=[pdf()]))
    page = page_of(response)
    assert "quyet-dinh.pdf" in page
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    client.post(address, a_form(kept=kept))
    assert Evidence.objects.get().files.get().name == "quyet-dinh.pdf"


def test_kept_files_are_handed_on_by_their_owner_only(
    client, staff, home, evaluation, evidence_root
):
    address = f"{home}criteria/1/evidence/new/"
    page = page_of(client.post(address, a_form(title="", files=[pdf()])))
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    client.force_login(member(evaluation.campaign.ward))
    client.post(address, a_form(kept=kept))
    assert Evidence.objects.get().file_count == 0


def test_identical_bytes_are_recognised_and_offered_for_reuse(
    client, staff, home, evidence_root
):
    client.post(f"{home}criteria/1/evidence/new/", a_form(files=[pdf()]))
    address = f"{home}criteria/4/evidence/new/"
    response = client.post(address, a_form(form_key="k2", files=[pdf("khac.pdf")]))
    assert response.status_code == 422
    assert "Tệp này đã có trong kho" in page_of(response)
    evidence = Evidence.objects.get()
    client.post(address, a_form(form_key="k3", reuse=str(evidence.pk)))
    numbers = [link.assessment.criterion.number for link in evidence.links.all()]
    assert sorted(numbers) == [1, 4]


def test_a_known_file_may_be_recorded_anyway(client, staff, home, evidence_root):
    client.post(f"{home}criteria/1/evidence/new/", a_form(files=[pdf()]))
    form = a_form(form_key="k2", again="1", files=[pdf()])
    client.post(f"{home}criteria/4/evidence/new/", form)
    assert Evidence.objects.count() == 2


def test_other_wards_files_are_not_offered(client, staff, home, evidence_root):
    client.post(f"{home}criteria/1/evidence/new/", a_form(files=[pdf()]))
    other = an_evaluation({}, ward=WardFactory())
    client.force_login(member(other.campaign.ward))
    there = f"/w/{other.campaign.ward.slug}/{other.campaign.year}/"
    client.post(f"{there}criteria/1/evidence/new/", a_form(files=[pdf()]))
    assert Evidence.objects.count() == 2


def test_evidence_first_then_its_criteria(client, staff, home):
    client.post(f"{home}evidence/new/", a_form(criteria=["1", "4"]))
    assert Evidence.objects.get().links.count() == 2


def test_reference_only_takes_no_file(client, staff, home, evidence_root):
    client.post(f"{home}criteria/3/evidence/new/", a_form(files=[pdf()]))
    assert Evidence.objects.get().file_count == 0


# --- Twice ------------------------------------------------------------------------


def test_the_same_form_twice_acts_once(client, staff, home):
    first = client.post(f"{home}criteria/1/evidence/new/", a_form())
    second = client.post(f"{home}criteria/1/evidence/new/", a_form())
    assert Evidence.objects.count() == 1
    assert first.url == second.url


def test_other_content_under_the_same_key_is_another_act(client, staff, home):
    client.post(f"{home}criteria/1/evidence/new/", a_form())
    client.post(f"{home}criteria/1/evidence/new/", a_form(number="46/QĐ-UBND"))
    assert Evidence.objects.count() == 2


# --- Assessing --------------------------------------------------------------------


def test_a_saved_assessment_leads_on_to_the_next_criterion(client, staff, home):
    form = {"version": 1, "choice": "met", "next": "2"}
    response = client.post(f"{home}criteria/1/assess/", form)
    assert response.url == f"{home}criteria/2/"


@pytest.mark.parametrize("typed", ["8,5", "8.5", "tám", "-3", "1" * 20])
def test_a_figure_that_is_no_whole_number_is_kept_with_a_message(
    client, staff, home, typed
):
    response = client.post(f"{home}criteria/2/assess/", {"version": 1, "value": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in page_of(response)


def test_thousands_dots_are_read(client, staff, home, evaluation):
    client.post(f"{home}criteria/2/assess/", {"version": 1, "value": "1.176"})
    assert assessment_of(evaluation, 2).value == 1176


def test_the_second_of_two_sees_both_versions(client, staff, home, evaluation):
    address = f"{home}criteria/1/assess/"
    client.post(address, {"version": 1, "choice": "met", "explanation": "Bản một."})
    response = client.post(
        address, {"version": 1, "choice": "not_met", "explanation": "Bản hai."}
    )
    assert response.status_code == 409
    assert "Bản một." in page_of(response)
    assert "Bản hai." in page_of(response)
    assert assessment_of(evaluation).explanation == "Bản một."
    client.post(address, {"version": 2, "choice": "not_met", "explanation": "Bản hai."})
    assert assessment_of(evaluation).explanation == "Bản hai."


def test_a_contributor_types_the_own_part_only(client):
    ward = WardFactory()
    own, other = ParticipatingUnitFactory.create_batch(2, ward=ward)
    evaluation = an_evaluation(
        {"percentage": True, "figures_by": ["residential_group"]}, ward=ward
    )
    client.force_login(member(ward, Role.UNIT_CONTRIBUTOR, participating_unit=own))
    address = f"/w/{ward.slug}/{evaluation.campaign.year}/criteria/1/"
    form = {"version": 1, f"value_{own.pk}": "5", f"base_{own.pk}": "9"}
    form |= {f"value_{other.pk}": "7", f"base_{other.pk}": "9"}
    client.post(f"{address}assess/", form)
    figures = dict(assessment_of(evaluation).figures.values_list("unit_id", "value"))
    assert figures == {own.pk: 5}


# --- Reading ----------------------------------------------------------------------


@pytest.mark.parametrize("code", ["overdue", "unsupported", "todo"])
def test_a_filter_opens_exactly_the_rows_its_number_names(
    client, staff, home, evaluation, code
):
    Assessment.objects.filter(criterion__number=1).update(
        due_on=timezone.localdate() - dt.timedelta(days=3)
    )
    client.post(f"{home}criteria/4/assess/", {"version": 1, "choice": "met"})
    response = client.get(f"{home}?show={code}")
    board = response.context["board"]
    counts = {one.code: one.count for one in (*board.counters, *board.filters)}
    rows = [row for block in board.shown_blocks for row in block.rows]
    assert len(rows) == counts[code] > 0


@pytest.mark.parametrize("q", ["quyet dinh", "QUYẾT ĐỊNH", "du toan", "45/qd"])
def test_search_needs_no_diacritics(client, staff, home, evaluation, q):
    supported(evaluation, 1, number="45/QĐ-UBND")
    supported(evaluation, 4, title="Ảnh hội nghị", number="9/BC")
    found = client.get(f"{home}evidence/", {"q": q}).context["cards"]
    assert [card.evidence.number for card in found] == ["45/QĐ-UBND"]


def test_data_attributes_say_what_the_contract_promises(client, staff, home):
    page = page_of(client.get(home))
    assert re.search(r'data-criterion="1"[^>]*data-result="not_assessed"', page)
    assert re.search(r'data-category="N1"[^>]*data-score="0"', page)


def test_reading_writes_nothing_but_the_session(client, staff, home):
    entries, sessions = TrailEntry.objects.count(), Session.objects.count()
    for page in ("", "print/", "criteria/1/", "evidence/", "search/?q=a"):
        assert client.get(f"{home}{page}").status_code == 200
    assert TrailEntry.objects.count() == entries
    assert Session.objects.count() == sessions


def test_english_is_selectable(client, staff, home):
    client.post("/language/", {"language": "en", "next": "/"})
    assert "My work" in page_of(client.get("/"))
