"""Figures of the ward's own records: read live, confirmed by a person, never silent."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from commitments.models import Commitment, FundingLine
from commitments.selectors.facts import fact_records, ward_facts
from criteria.measures import KNOWN_SOURCES, SHARES, SOURCES, takes_measure
from criteria.models import Assessment, Evaluation, Evidence, EvidenceKind
from criteria.selectors.criterion_page import get_criterion_page
from criteria.selectors.evidence import list_linkable
from criteria.selectors.scores import score_as_json
from criteria.services.assessments import EditConflict, Entry
from criteria.services.evidence import (
    Facts,
    edit_evidence,
    link_evidence,
    record_evidence,
    withdraw_evidence,
)
from criteria.services.measures import confirm_measure, measure_hash
from tests.criteria.test_assessments import assess
from tests.factories.commitments import (
    CommitmentFactory,
    CommitteeFactory,
    DocumentFactory,
    FundingLineFactory,
    GoodModelFactory,
    MeetingFactory,
    ModelPlaceFactory,
)
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

SIGNED = {
    "percentage": True,
    "target": 100,
    "value_unit_vi": "đơn vị",
    "measure_source": "pledges.units_signed",
}
MODELS = {"measured": True, "target": 1, "measure_source": "good_models.running"}
RESOLUTION = {"measure_source": "documents.resolution"}


def a_ward(*criteria, units=3, signed=0, **kwargs):
    """An evaluation of a ward with units that sign, some of which have."""
    evaluation = an_evaluation(*criteria, **kwargs)
    ward = evaluation.campaign.ward
    for unit in ParticipatingUnitFactory.create_batch(units, ward=ward)[:signed]:
        sign(evaluation, unit)
    return evaluation


def sign(evaluation, unit=None):
    unit = unit or unsigned(evaluation)[0]
    return CommitmentFactory(campaign=evaluation.campaign, unit=unit)


def unsigned(evaluation):
    signed = Commitment.objects.filter(withdrawn_at=None).values("unit_id")
    return list(evaluation.campaign.ward.participating_units.exclude(pk__in=signed))


def confirm(evaluation, number=1, *, actor=TESTS, **seen):
    return confirm_measure(
        actor=actor, assessment=assessment_of(evaluation, number), **seen
    )


def fresh(evaluation):
    return Evaluation.objects.select_related("campaign__ward", "criteria_set").get(
        pk=evaluation.pk
    )


def page_of(evaluation, number=1, user=None):
    evaluation = fresh(evaluation)
    row = assessment_of(evaluation, number)
    row.evaluation = evaluation
    return get_criterion_page(
        user=user or member(evaluation.campaign.ward),
        evaluation=evaluation,
        assessment=row,
    )


def measure_on(evaluation, number=1, user=None):
    return page_of(evaluation, number, user).ward_measure


def refusal(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    return refused.value


# --- Every source -----------------------------------------------------------------

# A criterion that takes the source, how the records come about, and the figure then.
FILLED = {
    "documents.resolution": ({}, (1, None)),
    "documents.plan_and_regulation": ({}, (1, None)),
    "committee.established": ({}, (1, None)),
    "funding.allocated_share": (
        {"percentage": True, "bounded": False},
        (90_000_000, 100_000_000),
    ),
    "meetings.quarters_with_session": ({"measured": True}, (1, 4)),
    "meetings.launch_conferences": ({"measured": True, "target": 1}, (1, None)),
    "pledges.units_signed": ({"percentage": True, "target": 100}, (1, 1)),
    "good_models.running": ({"measured": True, "target": 1}, (1, None)),
    "good_models.replicated": ({"measured": True, "target": 1}, (1, None)),
}


def fill(campaign):
    """One record of every kind that makes a fact."""
    paper = DocumentFactory(campaign=campaign)
    paper.issuer_unit.signs = False
    paper.issuer_unit.save()
    campaign.resolution = campaign.plan = campaign.regulation = paper
    campaign.save()
    CommitteeFactory(campaign=campaign, decision=paper)
    FundingLineFactory(campaign=campaign)
    MeetingFactory(campaign=campaign)
    MeetingFactory(campaign=campaign, kind="launch_conference")
    CommitmentFactory(campaign=campaign)
    ModelPlaceFactory(model=GoodModelFactory(campaign=campaign))


def test_every_known_source_is_read_worded_and_linked():
    assert set(FILLED) == set(KNOWN_SOURCES) == set(SOURCES)
    assert set(SOURCES) >= SHARES


@pytest.mark.parametrize("source", KNOWN_SOURCES)
def test_each_source_is_shown_and_confirmed_with_its_records(client, source):
    fields, figure = FILLED[source]
    evaluation = an_evaluation(fields | {"measure_source": source})
    fill(evaluation.campaign)
    shown = measure_on(evaluation)
    evidence = confirm(evaluation)
    assert (evidence.measure_value, evidence.measure_base) == figure
    assert (shown.value, shown.base) == figure
    today = timezone.localdate()
    records = fact_records(evaluation.campaign, source, today)
    assert evidence.measure_records == records
    assert all(records.values())
    assert evidence.measure_hash == measure_hash(source, figure, today, records)
    assert len(evidence.measure_hash) == 64


@pytest.mark.parametrize("source", KNOWN_SOURCES)
def test_without_records_a_source_says_what_is_missing(source):
    evaluation = an_evaluation({"measure_source": source})
    shown = measure_on(evaluation)
    assert not shown.holds
    assert not shown.may_confirm
    assert shown.missing
    refused = refusal(confirm, evaluation)
    assert (refused.code, refused.message) == ("fact_missing", shown.missing)
    assert not Evidence.objects.exists()


def test_words_are_those_of_the_ward():
    evaluation = a_ward(SIGNED, signed=2)
    with translation.override("en"):
        assert measure_on(evaluation).words == "2/3 units have signed"


@pytest.mark.parametrize(
    ("plan", "regulation", "named"),
    [
        (True, False, "working regulation"),
        (False, True, "plan of the year"),
        (False, False, "Plan and regulation"),
    ],
)
def test_the_paper_that_is_missing_is_named(plan, regulation, named):
    evaluation = an_evaluation({"measure_source": "documents.plan_and_regulation"})
    campaign = evaluation.campaign
    if plan:
        campaign.plan = DocumentFactory(campaign=campaign)
    if regulation:
        campaign.regulation = DocumentFactory(campaign=campaign, doc_type="quy_che")
    campaign.save()
    with translation.override("en"):
        assert named in measure_on(evaluation).missing


def test_a_figure_that_is_only_read_is_stored_nowhere(client):
    evaluation = a_ward(SIGNED, signed=3)
    before = score_as_json(fresh(evaluation))
    client.force_login(member(evaluation.campaign.ward))
    assert client.get(f"{home_of(evaluation)}criteria/1/").status_code == 200
    row = assessment_of(evaluation)
    assert (row.value, row.base, row.version) == (None, None, 1)
    assert not Evidence.objects.exists()
    assert score_as_json(fresh(evaluation)) == before


# --- Confirming -------------------------------------------------------------------


def test_confirming_sets_the_figure_and_makes_the_evidence_that_supports_it():
    evaluation = a_ward(SIGNED, signed=3)
    staff = member(evaluation.campaign.ward, position="Cán bộ Văn phòng")
    evidence = confirm(evaluation, actor=staff)
    row = assessment_of(evaluation)
    assert (row.value, row.base, row.self_result) == (3, 3, "met")
    assert row.supported_until is not None
    assert fresh(evaluation).self_met == 1
    assert evidence.kind == EvidenceKind.MEASURE
    assert evidence.fact_on == timezone.localdate()
    assert evidence.recorded_post == row.assessed_post == "Cán bộ Văn phòng"
    assert [link.assessment_id for link in evidence.links.all()] == [row.pk]


def test_a_figure_short_of_the_target_is_confirmed_too():
    evaluation = a_ward(SIGNED, signed=2)
    confirm(evaluation)
    row = assessment_of(evaluation)
    assert (row.value, row.base, row.self_result) == (2, 3, "not_met")
    assert fresh(evaluation).self_met == 0


def test_a_yes_or_no_criterion_is_met_by_a_fact_that_answers_yes():
    evaluation = an_evaluation(RESOLUTION)
    campaign = evaluation.campaign
    campaign.resolution = DocumentFactory(campaign=campaign, resolution=True)
    campaign.save()
    confirm(evaluation)
    row = assessment_of(evaluation)
    assert (row.choice, row.self_result, row.value) == ("met", "met", None)
    assert fresh(evaluation).self_met == 1


def test_a_count_keeps_no_base_of_its_own():
    evaluation = an_evaluation(
        {"measured": True, "measure_source": "meetings.quarters_with_session"}
    )
    MeetingFactory(campaign=evaluation.campaign)
    evidence = confirm(evaluation)
    row = assessment_of(evaluation)
    assert (row.value, row.base) == (1, None)
    assert (evidence.measure_value, evidence.measure_base) == (1, 4)
    assert not measure_on(evaluation).typed


def test_confirming_puts_an_end_to_not_applicable():
    evaluation = a_ward(SIGNED, signed=3)
    assess(evaluation, Entry("not_applicable", explanation="Chưa tổ chức."))
    confirm(evaluation)
    assert assessment_of(evaluation).self_result == "met"


def test_the_figure_is_the_one_of_the_score_day():
    year = timezone.localdate().year - 1
    evaluation = a_ward(SIGNED, units=1, year=year)
    sign(evaluation)  # today, after the period
    evidence = confirm(evaluation)
    assert evidence.fact_on == dt.date(year, 12, 31)
    assert (evidence.measure_value, evidence.measure_base) == (0, 1)


def test_the_trail_tells_source_figure_day_and_what_was_before():
    evaluation = a_ward(SIGNED, signed=2)
    assess(evaluation, Entry(value=1, base=3))
    evidence = confirm(evaluation, actor=member(evaluation.campaign.ward))
    entry = TrailEntry.objects.get(action="measure_confirmed")
    assert entry.target_id == evidence.pk
    assert entry.post
    for told in (
        '"source":"pledges.units_signed"',
        '"value":2',
        '"value":1',
        f'"as_of":"{timezone.localdate().isoformat()}"',
        f'"hash":"{evidence.measure_hash}"',
    ):
        assert told in entry.payload


def test_the_history_of_the_criterion_names_the_figure():
    evaluation = a_ward(SIGNED, signed=2)
    confirm(evaluation)
    with translation.override("en"):
        assert "2/3 units have signed" in page_of(evaluation).history[0].what


# --- Later differences ------------------------------------------------------------


def test_records_that_move_on_are_flagged_and_the_score_stays():
    evaluation = a_ward(SIGNED, signed=3)
    confirm(evaluation)
    before = score_as_json(fresh(evaluation))
    Commitment.objects.filter(pk=Commitment.objects.first().pk).update(
        withdrawn_at=timezone.now(), withdrawn_reason="Nhầm."
    )
    shown = measure_on(evaluation)
    assert shown.differs
    assert shown.may_confirm
    assert (shown.value, shown.base) == (2, 3)
    assert "3/3" in shown.confirmed.words
    assert score_as_json(fresh(evaluation)) == before
    assert before["total"]["met"] == 1


def test_confirming_anew_withdraws_the_earlier_figure_with_a_reason():
    evaluation = a_ward(SIGNED, signed=2)
    first = confirm(evaluation)
    sign(evaluation)
    second = confirm(evaluation)
    first.refresh_from_db()
    assert first.withdrawn_at
    assert first.withdrawn_reason
    assert second.withdrawn_at is None
    shown = measure_on(evaluation)
    assert not shown.differs
    assert not shown.may_confirm
    assert assessment_of(evaluation).self_result == "met"
    withdrawals = TrailEntry.objects.filter(action="evidence_withdrawn")
    assert [entry.target_id for entry in withdrawals] == [first.pk]


def test_other_evidence_of_the_criterion_stands_when_a_figure_is_superseded():
    evaluation = a_ward(SIGNED, signed=2)
    paper = supported(evaluation, 1)
    confirm(evaluation)
    confirm(evaluation)
    paper.refresh_from_db()
    assert paper.withdrawn_at is None


def test_without_its_evidence_a_confirmed_figure_no_longer_counts():
    evaluation = a_ward(SIGNED, signed=3)
    evidence = confirm(evaluation)
    withdraw_evidence(actor=TESTS, evidence=evidence, reason="Nhầm.")
    assert fresh(evaluation).self_met == 0
    assert fresh(evaluation).self_unsupported == 1
    assert measure_on(evaluation).may_confirm


def test_a_figure_typed_over_the_confirmed_one_is_said():
    evaluation = a_ward(SIGNED, signed=2)
    confirm(evaluation)
    assess(evaluation, Entry(value=3, base=3))
    shown = measure_on(evaluation)
    assert shown.typed == "3 / 3"
    assert not shown.differs
    assert shown.may_confirm


def test_typing_a_figure_stays_possible():
    evaluation = a_ward(SIGNED, signed=1)
    assess(evaluation, Entry(value=3, base=3))
    assert assessment_of(evaluation).value == 3
    assert measure_on(evaluation).confirmed is None


# --- Criteria that take no measure ------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        SIGNED | {"figures_by": ["residential_group"]},
        MODELS | {"baseline": "previous_period"},
        RESOLUTION | {"reference_only": True},
        {"percentage": True, "measure_source": "good_models.running"},
        {},
    ],
    ids=["by unit", "against last year", "number only", "a share", "no source"],
)
def test_some_criteria_take_no_measure(fields):
    evaluation = an_evaluation(fields)
    fill(evaluation.campaign)
    assert not takes_measure(assessment_of(evaluation).criterion)
    assert measure_on(evaluation) is None
    assert refusal(confirm, evaluation).code == "no_measure"


def test_figures_by_unit_are_untouched():
    evaluation = a_ward(SIGNED | {"figures_by": ["residential_group"]}, signed=3)
    refusal(confirm, evaluation)
    row = assessment_of(evaluation)
    assert (row.value, row.base, row.version) == (None, None, 1)


# --- Refusals ---------------------------------------------------------------------


def test_a_figure_that_moved_on_since_it_was_seen_is_not_confirmed():
    evaluation = a_ward(SIGNED, signed=2)
    sign(evaluation)
    assert refusal(confirm, evaluation, seen=(2, 3)).code == "fact_changed"
    assert not Evidence.objects.exists()


def test_a_criterion_that_was_assessed_meanwhile_is_a_conflict():
    evaluation = a_ward(SIGNED, signed=2)
    assess(evaluation, Entry(value=1, base=3))
    with pytest.raises(EditConflict):
        confirm(evaluation, version=1)
    assert assessment_of(evaluation).value == 1


def test_money_without_an_estimate_cannot_be_a_share():
    evaluation = an_evaluation(
        {"percentage": True, "measure_source": "funding.allocated_share"}
    )
    FundingLineFactory(campaign=evaluation.campaign, estimated=0, allocated=0)
    assert refusal(confirm, evaluation).code == "fact_missing"


def test_money_of_many_digits_is_refused_as_when_typed():
    evaluation = an_evaluation(
        {
            "percentage": True,
            "bounded": False,
            "measure_source": "funding.allocated_share",
        }
    )
    for _ in range(2):
        FundingLineFactory(
            campaign=evaluation.campaign, estimated=10**15, allocated=10**15
        )
    assert refusal(confirm, evaluation).code == "figure_too_large"
    assert FundingLine.objects.count() == 2


@pytest.mark.parametrize("closed", ["campaign", "evaluation"])
def test_a_closed_year_takes_no_figure(closed):
    evaluation = a_ward(SIGNED, signed=3)
    if closed == "campaign":
        evaluation.campaign.closed_at = timezone.now()
        evaluation.campaign.save()
    else:
        Evaluation.objects.update(state="submitted")
    assert refusal(confirm, evaluation).code == f"{closed}_" + (
        "closed" if closed == "campaign" else "locked"
    )
    assert not measure_on(evaluation).may_confirm


@pytest.mark.parametrize(
    "role", [Role.COMMITTEE_MEMBER, Role.UNIT_CONTRIBUTOR, "elsewhere"]
)
def test_who_may_not_assess_confirms_nothing(role):
    evaluation = a_ward(SIGNED, signed=3)
    ward = WardFactory() if role == "elsewhere" else evaluation.campaign.ward
    person = member(ward, Role.WARD_LEADER if role == "elsewhere" else role)
    with pytest.raises(PermissionDenied):
        confirm(evaluation, actor=person)
    assert not Evidence.objects.exists()


def test_a_contributor_confirms_for_the_unit_that_leads():
    evaluation = a_ward(SIGNED, units=1, signed=1)
    unit = evaluation.campaign.ward.participating_units.get()
    Assessment.objects.update(lead_unit=unit)
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit
    )
    assert measure_on(evaluation, user=person).may_confirm
    confirm(evaluation, actor=person)
    assert assessment_of(evaluation).self_result == "met"


# --- A measure among the evidence -------------------------------------------------


def test_a_measure_is_not_recorded_edited_or_shared_by_hand():
    evaluation = a_ward(SIGNED, {}, signed=3)
    evidence = confirm(evaluation)
    facts = Facts(kind="measure", title="Số", fact_on=timezone.localdate())
    row = assessment_of(evaluation, 2)
    acts = [
        lambda: record_evidence(
            actor=TESTS,
            ward=evaluation.campaign.ward,
            assessments=[row],
            facts=facts,
        ),
        lambda: edit_evidence(actor=TESTS, evidence=evidence, version=1, facts=facts),
        lambda: link_evidence(actor=TESTS, assessment=row, evidence=evidence),
    ]
    assert [refusal(act).code for act in acts] == ["measure_by_hand"] * 3
    user = member(evaluation.campaign.ward)
    assert not list_linkable(user=user, assessment=row).exists()


def test_other_evidence_is_not_turned_into_a_measure():
    evaluation = a_ward(SIGNED)
    paper = supported(evaluation, 1)
    facts = Facts(kind="measure", title="Số", fact_on=timezone.localdate())
    refused = refusal(
        edit_evidence, actor=TESTS, evidence=paper, version=1, facts=facts
    )
    assert refused.code == "measure_by_hand"


# --- The page ---------------------------------------------------------------------


def home_of(evaluation):
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


def signed_in(client, evaluation, role=Role.WARD_STAFF):
    client.force_login(member(evaluation.campaign.ward, role))
    return f"{home_of(evaluation)}criteria/1/"


def test_the_page_shows_the_figure_its_records_and_the_button(client):
    evaluation = a_ward(SIGNED, signed=2)
    body = client.get(signed_in(client, evaluation)).content.decode()
    assert "measure/confirm/" in body
    assert f"{home_of(evaluation)}commitments/" in body
    assert 'name="value" value="2"' in body


def test_a_reader_sees_the_figure_and_no_button(client):
    evaluation = a_ward(SIGNED, signed=2)
    address = signed_in(client, evaluation, Role.COMMITTEE_MEMBER)
    body = client.get(address).content.decode()
    assert 'id="measure"' in body
    assert "measure/confirm/" not in body


def test_confirming_on_the_page_comes_back_to_it(client):
    evaluation = a_ward(SIGNED, signed=3)
    address = signed_in(client, evaluation)
    form = {"version": 1, "value": 3, "base": 3}
    response = client.post(f"{address}measure/confirm/", form, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert assessment_of(evaluation).self_result == "met"
    assert "measure/confirm/" not in response.content.decode()


def test_the_same_click_twice_confirms_once(client):
    evaluation = a_ward(SIGNED, signed=3)
    address = signed_in(client, evaluation)
    form = {"version": 1, "value": 3, "base": 3, "form_key": "same"}
    answers = [client.post(f"{address}measure/confirm/", form) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"version": "x", "value": 3, "base": 3}, 422),
        ({"version": 1, "value": -3, "base": 3}, 422),
        ({"version": 1, "value": "9" * 30, "base": 3}, 422),
        ({"version": 1, "value": 2, "base": 3}, 422),
        ({"version": 7, "value": 3, "base": 3}, 409),
    ],
    ids=["empty", "words", "negative", "digits", "another figure", "another version"],
)
def test_what_the_page_did_not_show_is_not_confirmed(client, form, status):
    evaluation = a_ward(SIGNED, signed=3)
    address = signed_in(client, evaluation)
    response = client.post(f"{address}measure/confirm/", form)
    assert response.status_code == status
    assert 'role="alert"' in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_measure_has_a_page_and_no_form(client):
    evaluation = a_ward(SIGNED, signed=3)
    evidence = confirm(evaluation)
    client.force_login(member(evaluation.campaign.ward))
    page = f"{home_of(evaluation)}evidence/{evidence.pk}/"
    body = client.get(page).content.decode()
    assert evidence.measure_hash in body
    assert f"{page}withdraw/" in body
    assert f"{page}edit/" not in body
    assert client.get(f"{page}edit/").status_code == 403
    assert client.get(f"{page}withdraw/").status_code == 200


def test_measures_can_be_looked_for_in_the_library(client):
    evaluation = a_ward(SIGNED, signed=3)
    evidence = confirm(evaluation)
    paper = supported(evaluation, 1)
    client.force_login(member(evaluation.campaign.ward))
    body = client.get(f"{home_of(evaluation)}evidence/?kind=measure").content.decode()
    assert f'data-evidence="{evidence.pk}"' in body
    assert f'data-evidence="{paper.pk}"' not in body


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_page_takes_twelve_queries_at_most(client, confirmed):
    evaluation = a_ward(SIGNED, {}, signed=2)
    supported(evaluation, 1)
    if confirmed:
        confirm(evaluation)
    address = signed_in(client, evaluation)

    def queries():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        return len(seen)

    before = queries()
    ParticipatingUnitFactory.create_batch(5, ward=evaluation.campaign.ward)
    for unit in unsigned(evaluation)[:4]:
        sign(evaluation, unit)
    MeetingFactory.create_batch(5, campaign=evaluation.campaign)
    assert queries() == before <= 12


def test_reading_the_facts_is_one_query(django_assert_num_queries):
    evaluation = a_ward(SIGNED, signed=2)
    with django_assert_num_queries(1):
        ward_facts(evaluation.campaign, timezone.localdate())
