"""Nobody verifies what they assessed or recorded evidence for (RULES "Evaluation")."""

import pytest
from django.utils import timezone

from criteria.models import Assessment, Evidence
from criteria.selectors.own_records import own_record_ids
from criteria.services.assessments import Entry, Part, save_assessment
from criteria.services.evidence import (
    Facts,
    edit_evidence,
    link_evidence,
    record_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from criteria.services.measures import confirm_measure
from tests.factories.commitments import records_of
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    decide,
    ready,
    supported,
    verifying,
)
from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    member,
)
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

FACTS = Facts(
    kind="document",
    title="Biên bản ra mắt",
    number="7/BB-UBND",
    fact_on=timezone.localdate(),
)


def moved_up(evaluation):
    """Staff of the ward who, after a change of post, verifies in its province too."""
    user = member(evaluation.campaign.ward)
    MembershipFactory(
        user=user,
        unit=evaluation.campaign.ward.parent,
        role=Role.PROVINCE_VERIFIER,
    )
    return user


def refused(found, actor, review="accepted", **fields):
    with pytest.raises(RuleViolation) as refusal:
        decide(found, 1, review, actor=actor, **fields)
    return refusal.value.code


def assess(user, evaluation, number=1, entry=None):
    row = assessment_of(evaluation, number)
    save_assessment(
        actor=user, assessment=row, version=row.version, entry=entry or Entry("met")
    )


@pytest.mark.parametrize("review", ["accepted", "returned", "recheck"])
def test_an_own_assessment_is_not_verified(review):
    evaluation = an_evaluation({}, {})
    supported(evaluation, 1, 2)
    user = moved_up(evaluation)
    assess(user, evaluation, 1)
    assess(member(evaluation.campaign.ward), evaluation, 2)
    found = verifying(evaluation)
    assert refused(found, user, review, reason="Vì sao.") == "own_record"
    assert decide(found, 2, actor=user).review == "accepted"


def test_an_assessment_that_somebody_else_saved_later_stays_own():
    evaluation = an_evaluation({})
    supported(evaluation, 1)
    user = moved_up(evaluation)
    assess(user, evaluation)
    assess(member(evaluation.campaign.ward), evaluation)
    assert refused(verifying(evaluation), user) == "own_record"


def test_evidence_recorded_by_oneself_is_not_verified():
    evaluation = an_evaluation({})
    user = moved_up(evaluation)
    record_evidence(
        actor=user,
        ward=evaluation.campaign.ward,
        assessments=[assessment_of(evaluation)],
        facts=FACTS,
    )
    assess(member(evaluation.campaign.ward), evaluation)
    assert refused(verifying(evaluation), user) == "own_record"


def test_evidence_corrected_by_oneself_is_not_verified():
    evaluation = an_evaluation({})
    evidence = supported(evaluation, 1)
    user = moved_up(evaluation)
    edit_evidence(actor=user, evidence=evidence, version=evidence.version, facts=FACTS)
    assess(member(evaluation.campaign.ward), evaluation)
    assert refused(verifying(evaluation), user) == "own_record"


def test_evidence_added_from_the_library_by_oneself_is_not_verified():
    evaluation = an_evaluation({}, {})
    evidence = supported(evaluation, 2)
    user = moved_up(evaluation)
    link_evidence(
        actor=user, assessment=assessment_of(evaluation, 1), evidence=evidence
    )
    for number in (1, 2):
        assess(member(evaluation.campaign.ward), evaluation, number)
    found = verifying(evaluation)
    assert refused(found, user) == "own_record"
    assert decide(found, 2, actor=user).review == "accepted"


def test_evidence_taken_off_by_oneself_is_not_verified():
    evaluation = an_evaluation({}, {})
    evidence = supported(evaluation, 1, 2)
    supported(evaluation, 1)
    user = moved_up(evaluation)
    unlink_evidence(
        actor=user, assessment=assessment_of(evaluation, 1), evidence=evidence
    )
    for number in (1, 2):
        assess(member(evaluation.campaign.ward), evaluation, number)
    found = verifying(evaluation)
    assert refused(found, user) == "own_record"
    assert decide(found, 2, actor=user).review == "accepted"


def test_evidence_withdrawn_by_oneself_is_not_verified():
    evaluation = an_evaluation({}, {})
    evidence = supported(evaluation, 1)
    supported(evaluation, 1, 2)
    user = moved_up(evaluation)
    withdraw_evidence(actor=user, evidence=evidence, reason="Nhầm bản.")
    for number in (1, 2):
        assess(member(evaluation.campaign.ward), evaluation, number)
    found = verifying(evaluation)
    assert refused(found, user) == "own_record"
    assert decide(found, 2, actor=user).review == "accepted"


def test_a_figure_confirmed_by_oneself_is_not_verified():
    running = {"measure_source": "good_models.running"}
    evaluation = an_evaluation(running)
    ward = evaluation.campaign.ward
    records_of(evaluation.campaign, ParticipatingUnitFactory(ward=ward))
    user = moved_up(evaluation)
    confirm_measure(actor=user, assessment=assessment_of(evaluation))
    assess(member(ward), evaluation)
    Evidence.objects.update(recorded_by=None)
    assert refused(verifying(evaluation), user) == "own_record"


def test_a_part_of_a_figure_entered_by_oneself_is_not_verified():
    evaluation = an_evaluation(
        {"measured": True, "target": 1, "figures_by": ["residential_group"]}
    )
    ward = evaluation.campaign.ward
    group = ParticipatingUnitFactory(ward=ward)
    user = moved_up(evaluation)
    assess(user, evaluation, entry=Entry(parts={group.pk: Part(4)}))
    assess(member(ward), evaluation, entry=Entry(parts={group.pk: Part(5)}))
    supported(evaluation, 1)
    Assessment.objects.update(assessed_by=None)
    found = verifying(evaluation)
    assert refused(found, user) == "own_record"


def test_what_others_recorded_is_verified():
    evaluation = ready(an_evaluation({}))
    user = moved_up(evaluation)
    found = verifying(evaluation)
    assert own_record_ids(user=user, evaluation=found) == set()
    assert decide(found, 1, actor=user).review == "accepted"


def test_deciding_makes_nothing_an_own_record():
    found = verifying(an_evaluation({}))
    user = moved_up(found)
    decide(found, 1, actor=user)
    assert decide(found, 1, "returned", actor=user, reason="Thiếu.").pk


def test_own_records_take_one_query(django_assert_num_queries):
    found = verifying(an_evaluation(*[{}] * 6))
    user = moved_up(found)
    with django_assert_num_queries(1):
        own_record_ids(user=user, evaluation=found)
