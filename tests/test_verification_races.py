"""Submitting and deciding at the same moment: once, and nothing lost."""

import pytest
from django.utils import timezone

from criteria.models import Assessment, CriterionDecision, Evaluation, Recognition
from criteria.services.assessments import Entry, save_assessment
from criteria.services.verification import (
    EvaluationMoved,
    VerificationConflict,
    decide_criterion,
    recognise,
    submit_evaluation,
)
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    ready,
    verified,
    verifying,
)
from tests.factories.wards import WardFactory, member
from tests.test_races import together
from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import verify_chain
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db(transaction=True)


def whole(evaluation):
    return not list(verify_chain(TrailChain.objects.get(unit=evaluation.campaign.ward)))


def test_two_leaders_submitting_at_once_submit_once():
    found = ready(an_evaluation({}, {}))
    leaders = [member(found.campaign.ward, Role.WARD_LEADER) for _ in range(2)]

    def submitting(leader):
        return lambda: submit_evaluation(
            actor=leader, evaluation=found, version=found.version
        )

    results = together(*map(submitting, leaders))
    assert sum(isinstance(one, EvaluationMoved) for one in results) == 1
    again = Evaluation.objects.get(pk=found.pk)
    assert (again.state, again.round, again.version) == ("submitted", 1, 2)
    assert whole(found)


def test_an_officer_saving_while_the_leader_submits_never_writes_afterwards():
    found = ready(an_evaluation({}))
    staff = member(found.campaign.ward)
    leader = member(found.campaign.ward, Role.WARD_LEADER)
    row = assessment_of(found)
    entry = Entry("not_met", explanation="Đang làm lại.")
    saved, done = together(
        lambda: save_assessment(
            actor=staff, assessment=row, version=row.version, entry=entry
        ),
        lambda: submit_evaluation(
            actor=leader, evaluation=found, version=found.version
        ),
    )
    assert isinstance(done, Evaluation)
    after = assessment_of(found)
    was_first = isinstance(saved, Assessment)
    assert was_first or saved.code == "evaluation_locked"
    assert after.self_result == ("not_met" if was_first else "met")
    assert (after.review, after.scored_on is not None) == ("pending", True)


def test_two_verifiers_deciding_at_once_meet_in_one_conflict():
    found = verifying(an_evaluation({}))
    province = found.campaign.ward.parent
    seen = assessment_of(found)
    people = [member(province, Role.PROVINCE_VERIFIER) for _ in range(2)]

    def deciding(person, review):
        return lambda: decide_criterion(
            actor=person,
            assessment=seen,
            version=seen.version,
            review=review,
            reason="Vì sao.",
        )

    results = together(deciding(people[0], "accepted"), deciding(people[1], "returned"))
    assert sum(isinstance(one, VerificationConflict) for one in results) == 1
    kept = CriterionDecision.objects.get()
    assert assessment_of(found).review == kept.review


def test_two_verifiers_on_different_criteria_lose_no_rollup():
    found = verifying(an_evaluation({}, {}))
    province = found.campaign.ward.parent

    def accepting(number):
        row = assessment_of(found, number)
        person = member(province, Role.PROVINCE_VERIFIER)
        return lambda: decide_criterion(
            actor=person, assessment=row, version=row.version, review="accepted"
        )

    together(accepting(1), accepting(2))
    found.refresh_from_db()
    assert found.verified_met == 2
    assert whole(found)


def test_one_number_for_two_wards_at_once_is_used_once():
    ward = WardFactory()
    years = [
        verified(an_evaluation({}, ward=one))
        for one in (ward, WardFactory(parent=ward.parent))
    ]
    admin = member(ward.parent, Role.PROVINCE_ADMIN)

    def recognising(found):
        return lambda: recognise(
            actor=admin,
            evaluation=found,
            version=found.version,
            is_recognised=True,
            deciding_body="Giám đốc Công an tỉnh",
            number="12/QĐ-CAT",
            decided_on=timezone.localdate(),
        )

    results = together(*map(recognising, years))
    refused = [one for one in results if isinstance(one, RuleViolation)]
    assert [one.code for one in refused] == ["number_used"]
    assert Recognition.objects.count() == 1
