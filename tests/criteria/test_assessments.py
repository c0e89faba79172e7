"""Assessing a criterion: claims, refusals, two people at once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from criteria.models import Assessment, EvaluationState, Result
from criteria.scoring import FOR_EVER
from criteria.services.assessments import EditConflict, Entry, Part, save_assessment
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    supported,
)
from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


def assess(evaluation, entry, *, number=1, actor=None, version=None):
    row = assessment_of(evaluation, number)
    return save_assessment(
        actor=actor or member(evaluation.campaign.ward),
        assessment=row,
        version=row.version if version is None else version,
        entry=entry,
    )


def refusal(evaluation, entry, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        assess(evaluation, entry, **kwargs)
    return refused.value


def met_count(evaluation):
    evaluation.refresh_from_db()
    return evaluation.self_met


# --- What a claim comes to --------------------------------------------------------


def test_met_with_evidence_counts():
    evaluation = an_evaluation({})
    supported(evaluation, 1)
    assess(evaluation, Entry(Result.MET))
    assert met_count(evaluation) == 1


def test_met_without_evidence_shows_and_does_not_count():
    evaluation = an_evaluation({})
    row = assess(evaluation, Entry(Result.MET))
    assert row.self_result == Result.MET
    assert met_count(evaluation) == 0
    assert evaluation.self_unsupported == 1


def test_a_measured_result_is_computed():
    evaluation = an_evaluation({"measured": True})
    supported(evaluation, 1)
    assert assess(evaluation, Entry(value=3)).self_result == Result.NOT_MET
    assert assess(evaluation, Entry(value=4)).self_result == Result.MET
    assert met_count(evaluation) == 1


def test_not_applicable_leaves_the_denominator():
    evaluation = an_evaluation({}, {})
    assess(evaluation, Entry(Result.NOT_APPLICABLE, explanation="Không có đối tượng."))
    evaluation.refresh_from_db()
    assert (evaluation.size, evaluation.self_applicable) == (2, 1)


def test_base_zero_not_applicable_needs_no_words():
    evaluation = an_evaluation({"percentage": True, "when_base_zero": "not_applicable"})
    row = assess(evaluation, Entry(value=0, base=0))
    assert row.self_result == Result.NOT_APPLICABLE
    assert row.explained_until == FOR_EVER


def test_reference_only_takes_the_paper_as_explanation():
    evaluation = an_evaluation({"reference_only": True})
    supported(evaluation, 1)
    row = assess(evaluation, Entry(Result.NOT_MET))
    assert row.explained_until == FOR_EVER


def test_late_is_the_earliest_live_fact_after_the_due_date():
    evaluation = an_evaluation({})
    today = timezone.localdate()
    Assessment.objects.update(due_on=today - dt.timedelta(days=5))
    supported(evaluation, 1, fact_on=today - dt.timedelta(days=2))
    assert assess(evaluation, Entry(Result.MET)).days_late == 3


# --- Refusals ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "entry", "code", "field"),
    [
        ({}, Entry(Result.NOT_MET), "explanation_missing", "explanation"),
        ({}, Entry(Result.NOT_APPLICABLE), "explanation_missing", "explanation"),
        ({}, Entry("maybe"), "choice_unknown", "choice"),
        ({"measured": True}, Entry(Result.MET, value=1), "choice_computed", "choice"),
        (
            {"percentage": True},
            Entry(value=11, base=10),
            "value_above_base",
            "value",
        ),
        ({"percentage": True}, Entry(value=0, base=0), "base_zero", "base"),
        ({"measured": True}, Entry(value=-1), "figure_negative", "value"),
        ({"measured": True}, Entry(value=10**16), "figure_too_large", "value"),
    ],
)
def test_what_is_refused_and_beside_which_field(fields, entry, code, field):
    evaluation = an_evaluation(fields)
    refused = refusal(evaluation, entry)
    assert (refused.code, refused.field) == (code, field)
    assert assessment_of(evaluation).version == 1


def test_a_locked_year_is_read_only():
    evaluation = an_evaluation({})
    evaluation.state = EvaluationState.SUBMITTED
    evaluation.save()
    assert refusal(evaluation, Entry(Result.MET)).code == "evaluation_locked"


def test_a_closed_campaign_is_read_only():
    evaluation = an_evaluation({})
    evaluation.campaign.closed_at = timezone.now()
    evaluation.campaign.save()
    assert refusal(evaluation, Entry(Result.MET)).code == "evaluation_locked"


# --- Two people -------------------------------------------------------------------


def test_the_second_of_two_is_told_and_nothing_is_lost():
    evaluation = an_evaluation({})
    seen = assessment_of(evaluation).version
    assess(evaluation, Entry(Result.MET, explanation="Bản thứ nhất."), version=seen)
    with pytest.raises(EditConflict) as conflict:
        assess(evaluation, Entry(Result.MET, explanation="Bản thứ hai."), version=seen)
    assert conflict.value.current.explanation == "Bản thứ nhất."
    assert assessment_of(evaluation).explanation == "Bản thứ nhất."


# --- Who --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.COMMITTEE_MEMBER, Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN]
)
def test_who_only_reads_does_not_assess(role):
    evaluation = an_evaluation({})
    with pytest.raises(PermissionDenied):
        assess(
            evaluation,
            Entry(Result.MET),
            actor=member(evaluation.campaign.ward, role),
        )


def test_staff_of_another_ward_do_not_assess():
    with pytest.raises(PermissionDenied):
        assess(an_evaluation({}), Entry(Result.MET), actor=member(WardFactory()))


def test_a_membership_that_ended_gives_nothing():
    evaluation = an_evaluation({})
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    former = member(evaluation.campaign.ward, valid_to=yesterday)
    with pytest.raises(PermissionDenied):
        assess(evaluation, Entry(Result.MET), actor=former)


def test_a_contributor_assesses_what_the_own_unit_leads():
    evaluation = an_evaluation({}, {})
    unit = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    Assessment.objects.filter(criterion__number=1).update(lead_unit=unit)
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit
    )
    assess(evaluation, Entry(Result.MET), actor=person)
    with pytest.raises(PermissionDenied):
        assess(evaluation, Entry(Result.MET), number=2, actor=person)


# --- Figures by unit --------------------------------------------------------------


@pytest.fixture
def by_group():
    """A percentage of households, asked for from two residential groups."""
    ward = WardFactory()
    groups = ParticipatingUnitFactory.create_batch(2, ward=ward)
    evaluation = an_evaluation(
        {"percentage": True, "figures_by": ["residential_group"]}, ward=ward
    )
    return evaluation, groups


def test_parts_are_added_up_never_their_percentages(by_group):
    evaluation, (one, two) = by_group
    row = assess(evaluation, Entry(parts={one.pk: Part(10, 10), two.pk: Part(79, 90)}))
    assert (row.value, row.base) == (89, 100)
    assert row.self_result == Result.NOT_MET


def test_a_missing_part_leaves_it_not_assessed(by_group):
    evaluation, (one, _two) = by_group
    row = assess(evaluation, Entry(parts={one.pk: Part(10, 10)}))
    assert row.self_result == Result.NOT_ASSESSED
    assert row.value == 10


def test_a_contributor_enters_the_own_part_only(by_group):
    evaluation, (one, two) = by_group
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=one
    )
    assess(evaluation, Entry(parts={one.pk: Part(5, 10)}), actor=person)
    with pytest.raises(PermissionDenied):
        assess(evaluation, Entry(parts={two.pk: Part(5, 10)}), actor=person)


def test_a_leading_unit_still_enters_the_own_part_only(by_group):
    evaluation, (one, two) = by_group
    Assessment.objects.update(lead_unit=one)
    person = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=one
    )
    with pytest.raises(PermissionDenied):
        assess(evaluation, Entry(parts={two.pk: Part(5, 10)}), actor=person)


def test_a_part_above_its_base_is_refused_beside_its_field(by_group):
    evaluation, (one, _two) = by_group
    refused = refusal(evaluation, Entry(parts={one.pk: Part(11, 10)}))
    assert (refused.code, refused.field) == ("value_above_base", f"value_{one.pk}")


def test_a_unit_of_another_ward_has_no_part(by_group):
    evaluation, _groups = by_group
    stranger = ParticipatingUnitFactory()
    refused = refusal(evaluation, Entry(parts={stranger.pk: Part(1, 1)}))
    assert refused.code == "unit_unknown"


# --- The trail --------------------------------------------------------------------


def test_the_trail_tells_who_in_which_post_and_what():
    evaluation = an_evaluation({"measured": True})
    person = MembershipFactory(
        unit=evaluation.campaign.ward, position="Công chức Văn phòng"
    ).user
    assess(evaluation, Entry(value=3, explanation="Còn một cuộc."), actor=person)
    entry = TrailEntry.objects.get(action="criterion_assessed")
    assert (entry.actor, entry.post) == (person.username, "Công chức Văn phòng")
    assert '"value":3' in entry.payload
    assert "Còn một cuộc" not in entry.payload
    assert entry.texts.get(field="explanation").text == "Còn một cuộc."
