"""Documents as evidence: for many criteria, in several years, in one step."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commitments.models import Campaign, DocumentFile, OfficialDocument
from criteria.models import (
    Assessment,
    DocumentCriterion,
    Evidence,
    EvidenceLink,
    Result,
)
from criteria.selectors.documents import (
    criteria_of_document,
    differences_of,
    suggested_for,
)
from criteria.selectors.scores import get_score_sheet
from criteria.services.assessments import Entry, save_assessment
from criteria.services.documents import (
    make_evidence,
    suggest_criteria,
    take_over_document,
)
from criteria.services.evidence import EvidenceConflict, withdraw_evidence
from tests.factories.commitments import DocumentFactory
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.files import StoredFileFactory
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def evaluation():
    """Four criteria; the third takes number and date only."""
    return an_evaluation({}, {}, {"reference_only": True}, {})


@pytest.fixture
def document(evaluation):
    return DocumentFactory(
        campaign=evaluation.campaign,
        resolution=True,
        number=15,
        subject_vi="Về lãnh đạo xây dựng phường điển hình",
    )


def rows_of(evaluation, *numbers):
    return [assessment_of(evaluation, number) for number in numbers]


def made(document, assessments, *, actor=None):
    return make_evidence(
        actor=actor or member(document.campaign.ward),
        document=document,
        assessments=assessments,
    )


def with_file(document, name="nghi-quyet.pdf"):
    stored = StoredFileFactory(unit=document.campaign.ward, missing=True, name=name)
    return DocumentFile.objects.create(document=document, stored=stored, name=name)


def numbers_of(evidence):
    links = evidence.links.order_by("assessment__criterion__number")
    return list(links.values_list("assessment__criterion__number", flat=True))


def refusal(act, *args, **kwargs):
    """The rule that stands in the way, as (code, field); and nothing was written."""
    before = (Evidence.objects.count(), EvidenceLink.objects.count())
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    assert (Evidence.objects.count(), EvidenceLink.objects.count()) == before
    return refused.value.code, refused.value.field


# --- One step ---------------------------------------------------------------------


def test_a_document_becomes_evidence_for_many_criteria(evaluation, document):
    hung = with_file(document)

    (evidence,) = made(document, rows_of(evaluation, 1, 2, 4))

    assert (evidence.kind, evidence.document) == ("document", document)
    assert (evidence.number, evidence.title) == ("15-NQ/ĐU", document.subject_vi)
    assert evidence.fact_on == document.issued_on
    assert evidence.issuer == document.issuer.name
    assert [one.stored for one in evidence.files.all()] == [hung.stored]
    assert numbers_of(evidence) == [1, 2, 4]


def test_it_supports_a_claim(evaluation, document):
    row = assessment_of(evaluation, 1)
    save_assessment(
        actor=member(evaluation.campaign.ward),
        assessment=row,
        version=row.version,
        entry=Entry(Result.MET),
    )

    made(document, rows_of(evaluation, 1))

    evaluation.refresh_from_db()
    assert get_score_sheet(evaluation).total.met == 1


def test_it_counts_in_several_years_at_once(evaluation, document):
    ward = evaluation.campaign.ward
    following = an_evaluation({}, {}, ward=ward, year=YEAR + 1)

    (evidence,) = made(document, [*rows_of(evaluation, 1), *rows_of(following, 2)])

    years = evidence.links.values_list("assessment__evaluation__campaign__year")
    assert sorted(year for (year,) in years) == [YEAR, YEAR + 1]


def test_a_second_time_adds_links_to_the_same_evidence(evaluation, document):
    with_file(document)
    (first,) = made(document, rows_of(evaluation, 1))

    (second,) = made(document, rows_of(evaluation, 1, 2))

    assert first == second
    assert numbers_of(first) == [1, 2]
    assert Evidence.objects.count() == 1


def test_withdrawn_evidence_is_not_linked_to(evaluation, document):
    (first,) = made(document, rows_of(evaluation, 1))
    withdraw_evidence(
        actor=member(document.campaign.ward), evidence=first, reason="Nhầm."
    )

    (second,) = made(document, rows_of(evaluation, 2))

    assert first != second


def test_a_subject_longer_than_a_title_is_cut(evaluation, document):
    OfficialDocument.objects.update(subject_vi="dài " * 120)

    (evidence,) = made(document, rows_of(evaluation, 1))

    assert len(evidence.title) == 300
    assert evidence.title.endswith("…")
    document.refresh_from_db()
    assert differences_of(evidence, document) == []


def test_the_trail_tells_of_it(evaluation, document):
    made(document, rows_of(evaluation, 1, 2))

    entry = TrailEntry.objects.get(action="evidence_recorded")
    assert '"criteria":[1,2]' in entry.payload


# --- Number and date only ---------------------------------------------------------


def test_a_criterion_of_number_and_date_gets_a_record_without_files(
    evaluation, document
):
    with_file(document)

    plain, bare = made(document, rows_of(evaluation, 1, 3))

    assert (numbers_of(plain), plain.file_count) == ([1], 1)
    assert (numbers_of(bare), bare.file_count) == ([3], 0)
    assert bare.is_reference
    assert made(document, rows_of(evaluation, 3)) == [bare]


def test_a_document_without_files_needs_one_record_for_all(evaluation, document):
    found = made(document, rows_of(evaluation, 1, 3))

    assert len(set(found)) == Evidence.objects.count() == 1
    assert numbers_of(found[0]) == [1, 3]


# --- Refusals ---------------------------------------------------------------------


def test_a_draft_is_no_evidence(evaluation):
    draft = DocumentFactory(campaign=evaluation.campaign, draft=True)

    assert refusal(made, draft, rows_of(evaluation, 1))[0] == "no_number"


def test_a_withdrawn_document_is_no_evidence(evaluation, document):
    OfficialDocument.objects.update(withdrawn_at=timezone.now())

    assert refusal(made, document, rows_of(evaluation, 1))[0] == "withdrawn"


def test_without_a_criterion_there_is_no_evidence(document):
    assert refusal(made, document, []) == ("criteria_missing", "criteria")


def test_a_criterion_of_another_ward_is_out_of_reach(evaluation, document):
    foreign = an_evaluation({})
    with pytest.raises(PermissionDenied):
        made(document, rows_of(foreign, 1))
    assert not Evidence.objects.exists()


def test_a_locked_year_takes_no_evidence(evaluation, document):
    Campaign.objects.update(closed_at=timezone.now())

    assert refusal(made, document, rows_of(evaluation, 1))[0] == "evaluation_locked"


def test_a_paper_older_than_any_evidence_is_refused(evaluation, document):
    OfficialDocument.objects.update(issued_on=dt.date(1970, 1, 1))

    found = refusal(made, document, rows_of(evaluation, 1))

    assert found == ("fact_too_old", "fact_on")


def test_a_contributor_only_for_the_own_criteria(evaluation, document):
    group = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    Assessment.objects.filter(criterion__number=1).update(lead_unit=group)
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=group
    )

    with pytest.raises(PermissionDenied):
        made(document, rows_of(evaluation, 1, 2), actor=person)
    assert not Evidence.objects.exists()
    made(document, rows_of(evaluation, 1), actor=person)


# --- When the document changes ----------------------------------------------------


def test_a_later_change_of_the_document_is_shown_and_taken_over(evaluation, document):
    (evidence,) = made(document, rows_of(evaluation, 1))
    assert differences_of(evidence, document) == []
    OfficialDocument.objects.update(subject_vi="Tên mới", display="16-NQ/ĐU")
    hung = with_file(document)
    document.refresh_from_db()
    assert len(differences_of(evidence, document)) == 3

    taken = take_over_document(
        actor=member(document.campaign.ward), evidence=evidence, version=1
    )

    assert (taken.title, taken.number) == ("Tên mới", "16-NQ/ĐU")
    assert taken.files.get().stored == hung.stored
    assert differences_of(taken, document) == []


def test_what_was_added_by_hand_stays_when_words_are_taken_over(evaluation, document):
    (evidence,) = made(document, rows_of(evaluation, 1))
    Evidence.objects.update(expires_on=TODAY, title="Cũ")

    taken = take_over_document(
        actor=member(document.campaign.ward), evidence=evidence, version=1
    )

    assert (taken.expires_on, taken.title) == (TODAY, document.subject_vi)


def test_a_file_is_never_taken_over_where_only_the_number_counts(evaluation, document):
    (evidence,) = made(document, rows_of(evaluation, 3))
    with_file(document)
    Evidence.objects.update(title="Cũ")

    taken = take_over_document(
        actor=member(document.campaign.ward), evidence=evidence, version=1
    )

    assert (taken.file_count, taken.title) == (0, document.subject_vi)
    assert differences_of(taken, document) == []


def test_taking_over_an_old_version_is_a_conflict(evaluation, document):
    (evidence,) = made(document, rows_of(evaluation, 1))
    Evidence.objects.update(version=2)

    with pytest.raises(EvidenceConflict):
        take_over_document(
            actor=member(document.campaign.ward), evidence=evidence, version=1
        )


# --- Meant for criteria -----------------------------------------------------------


def suggested(document, assessments, *, actor=None):
    suggest_criteria(
        actor=actor or member(document.campaign.ward),
        document=document,
        assessments=assessments,
    )


def test_a_document_is_meant_for_criteria_until_it_is_their_evidence(
    evaluation, document
):
    user = member(document.campaign.ward)
    first, second = rows_of(evaluation, 1, 2)
    suggested(document, [first, second])
    assert suggested_for(user=user, assessment=first) == [document]

    made(document, [first])

    assert suggested_for(user=user, assessment=first) == []
    assert suggested_for(user=user, assessment=second) == [document]
    assert len(criteria_of_document(user=user, document=document)) == 2


def test_choosing_again_replaces_and_the_same_writes_nothing(evaluation, document):
    suggested(document, rows_of(evaluation, 1, 2))
    suggested(document, rows_of(evaluation, 2))
    entries = TrailEntry.objects.count()
    suggested(document, rows_of(evaluation, 2))

    assert DocumentCriterion.objects.get().assessment.criterion.number == 2
    assert TrailEntry.objects.count() == entries


def test_criteria_of_another_year_are_not_meant(evaluation, document):
    following = an_evaluation({}, ward=evaluation.campaign.ward, year=YEAR + 1)

    found = refusal(suggested, document, rows_of(following, 1))

    assert found == ("other_campaign", "criteria")


def test_a_closed_campaign_and_a_withdrawn_document_take_no_choice(
    evaluation, document
):
    OfficialDocument.objects.update(withdrawn_at=timezone.now())
    assert refusal(suggested, document, rows_of(evaluation, 1))[0] == "withdrawn"
    Campaign.objects.update(closed_at=timezone.now())
    assert refusal(suggested, document, rows_of(evaluation, 1))[0] == "campaign_closed"


def test_who_does_not_keep_the_document_does_not_choose(evaluation, document):
    person = member(document.campaign.ward, Role.UNIT_CONTRIBUTOR)
    with pytest.raises(PermissionDenied):
        suggested(document, rows_of(evaluation, 1), actor=person)


# --- Pages ------------------------------------------------------------------------


@pytest.fixture
def staff(evaluation, client):
    person = member(evaluation.campaign.ward)
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def url(document, name, *more):
    campaign = document.campaign
    app = "commitments" if name == "document-detail" else "criteria"
    at = [campaign.ward.slug, campaign.year, *(more or [document.pk])]
    return reverse(f"{app}:{name}", args=at)


def test_the_page_offers_this_year_and_the_other_open_ones(
    client, staff, evaluation, document
):
    ward = evaluation.campaign.ward
    an_evaluation({}, ward=ward, year=YEAR + 1)
    closed = an_evaluation({}, ward=ward, year=YEAR - 1)
    Campaign.objects.filter(pk=closed.campaign_id).update(closed_at=timezone.now())
    suggested(document, rows_of(evaluation, 2))

    page = client.get(url(document, "document-evidence")).content.decode()

    assert f"Year {YEAR + 1}, also open" in page
    assert f"Year {YEAR - 1}" not in page
    (chosen,) = rows_of(evaluation, 2)
    ticked = re.findall(r'value="(\d+)"[^>]*checked', page)
    assert ticked == [str(chosen.pk)]


def test_ticking_boxes_records_and_the_links_stand_on_every_page(
    client, staff, evaluation, document
):
    chosen = rows_of(evaluation, 1, 4)
    response = client.post(
        url(document, "document-evidence"), {"criteria": [row.pk for row in chosen]}
    )
    assert response.url == url(document, "document-detail")

    evidence = Evidence.objects.get()
    at_document = client.get(response.url).content.decode()
    for number in (1, 4):
        assert url(document, "criterion-detail", number) in at_document
        page = client.get(url(document, "criterion-detail", number)).content.decode()
        assert "15-NQ/ĐU" in page
    detail = client.get(url(document, "evidence-detail", evidence.pk)).content.decode()
    assert url(document, "document-detail") in detail


def test_one_button_on_the_criterion_records_a_suggested_document(
    client, staff, evaluation, document
):
    (row,) = rows_of(evaluation, 2)
    suggested(document, [row])
    page = client.get(url(document, "criterion-detail", 2)).content.decode()
    assert url(document, "document-evidence") in page

    form = {"criteria": row.pk, "criterion": 2}
    response = client.post(url(document, "document-evidence"), form)

    assert response.url == url(document, "criterion-detail", 2)
    again = client.get(response.url).content.decode()
    assert url(document, "document-evidence") not in again


def test_a_draft_says_why_it_is_no_evidence_yet(client, staff, evaluation):
    draft = DocumentFactory(campaign=evaluation.campaign, draft=True)
    page = client.get(url(draft, "document-evidence")).content.decode()
    assert "It has no number yet" in page

    (row,) = rows_of(evaluation, 1)
    refused = client.post(url(draft, "document-evidence"), {"criteria": row.pk})

    assert refused.status_code == 422
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("sent", ["", "x", "9" * 30, "-1"])
def test_a_choice_that_is_none_is_told(client, staff, document, sent):
    for name in ("document-evidence", "document-criteria"):
        response = client.post(url(document, name), {"criteria": sent, "x": "1"})
        assert response.status_code == 422


def test_another_wards_criterion_cannot_be_sent(client, staff, document):
    foreign = an_evaluation({}).assessments.get()

    for name in ("document-evidence", "document-criteria"):
        response = client.post(url(document, name), {"criteria": foreign.pk})
        assert response.status_code == 422
    assert not Evidence.objects.exists()


def test_a_contributor_is_offered_the_own_criteria_only(client, evaluation, document):
    group = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    (own,) = rows_of(evaluation, 1)
    Assessment.objects.filter(pk=own.pk).update(lead_unit=group)
    seat = {"participating_unit": group}
    client.force_login(member(evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, **seat))

    form = client.get(url(document, "document-evidence")).context["form"]

    ((_words, choices),) = form.fields["criteria"].choices
    assert [pk for pk, _label in choices] == [own.pk]


def test_the_evidence_says_when_its_document_changed_and_takes_it_over(
    client, staff, evaluation, document
):
    (evidence,) = made(document, rows_of(evaluation, 1))
    OfficialDocument.objects.update(subject_vi="Tên mới")
    page = client.get(url(document, "evidence-detail", evidence.pk)).content.decode()
    assert "The document was changed since" in page

    client.post(url(document, "evidence-take-over", evidence.pk), {"version": 1})

    evidence.refresh_from_db()
    assert evidence.title == "Tên mới"


def test_the_search_finds_documents(client, staff, document):
    address = reverse(
        "criteria:search", args=[document.campaign.ward.slug, document.campaign.year]
    )

    page = client.get(address, {"q": "nghi quyet 15"}).content.decode()

    assert url(document, "document-detail") in page
    outsider = member(WardFactory())
    client.force_login(outsider)
    assert client.get(address, {"q": "nghi quyet 15"}).status_code == 404


# --- Queries ----------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.UNIT_CONTRIBUTOR])
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("document-evidence", 26),
        ("document-criteria", 18),
        ("document-detail", 34),
        ("criterion-detail", 22),
    ],
)
def test_queries_stay_the_same_as_criteria_and_evidence_grow(client, role, name, most):
    def seen_in(size):
        ward = WardFactory()
        group = ParticipatingUnitFactory(ward=ward)
        evaluation = an_evaluation(*[{}] * size, ward=ward)
        an_evaluation(*[{}] * size, ward=ward, year=YEAR + 1)
        rows = list(evaluation.assessments.all())
        for row in rows:
            row.supporting_units.add(group)
        papers = DocumentFactory.create_batch(
            size, campaign=evaluation.campaign, issuer_unit=group
        )
        actor = member(ward)
        for paper in papers:
            suggested(paper, rows, actor=actor)
        made(papers[0], rows[: size - 1], actor=actor)
        seat = {"participating_unit": group} if role == Role.UNIT_CONTRIBUTOR else {}
        client.force_login(member(ward, role, **seat))
        more = [size] if name == "criterion-detail" else []
        address = url(papers[0], name, *more)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert seen_in(2) == seen_in(9) <= most
