"""Of a returned year only the returned criteria are written; the rest is read."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from criteria.models import Assessment, EvaluationState, Evidence
from criteria.scoring import FOR_EVER
from criteria.selectors.scores import list_stale, may_change, may_change_assessment
from criteria.services.assessments import Entry, save_assessment
from criteria.services.carry_over import carry_over
from criteria.services.evaluations import Assignment, assign
from criteria.services.evidence import (
    Facts,
    edit_evidence,
    link_evidence,
    record_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from criteria.services.measures import confirm_measure
from criteria.services.scores import tick
from tests.factories.commitments import records_of
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    restated,
    returned,
    submitted,
    supported,
    verifying,
)
from tests.factories.wards import TESTS, ParticipatingUnitFactory, member
from wardsecurity.errors import RuleViolation

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
FACTS = Facts(
    kind="document", title="Biên bản bổ sung", number="8/BB-UBND", fact_on=TODAY
)


@pytest.fixture
def found():
    """1 returned, 2 accepted; one piece of evidence counts for both."""
    return returned(an_evaluation({}, {}), 1)


def staff(found):
    return member(found.campaign.ward)


def code_of(act, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        act(**kwargs)
    return refusal.value.code


def assess(found, number):
    row = assessment_of(found, number)
    return save_assessment(
        actor=staff(found),
        assessment=row,
        version=row.version,
        entry=Entry("not_met", explanation="Đang làm lại."),
    )


def record(found, *numbers):
    return record_evidence(
        actor=staff(found),
        ward=found.campaign.ward,
        assessments=[assessment_of(found, number) for number in numbers],
        facts=FACTS,
    )


@pytest.mark.parametrize("state", EvaluationState.values)
def test_what_may_change_in_each_state(found, state):
    found.state = state
    first, second = assessment_of(found, 1), assessment_of(found, 2)
    anything = state in ("open", "returned")
    assert may_change(found) is anything
    assert may_change_assessment(found, first) is anything
    assert may_change_assessment(found, second) is (state == "open")


def test_in_a_closed_campaign_nothing_changes(found):
    found.campaign.closed_at = timezone.now()
    assert not may_change(found)
    assert not may_change_assessment(found, assessment_of(found, 1))


def test_the_returned_criterion_is_assessed_and_the_other_is_not(found):
    assert assess(found, 1).self_result == "not_met"
    assert code_of(assess, found=found, number=2) == "evaluation_locked"


def test_evidence_is_recorded_for_the_returned_one_only(found):
    assert record(found, 1).pk
    with pytest.raises(RuleViolation) as refusal:
        record(found, 1, 2)
    assert refusal.value.code == "evaluation_locked"
    assert " 2 " in refusal.value.message


def test_evidence_is_linked_to_the_returned_one_only(found):
    loose = record(found, 1)
    act = {"actor": staff(found), "evidence": loose}
    assert (
        code_of(link_evidence, assessment=assessment_of(found, 2), **act)
        == "evaluation_locked"
    )
    shared = Evidence.objects.exclude(pk=loose.pk).get()
    assert link_evidence(
        actor=staff(found), assessment=assessment_of(found, 1), evidence=shared
    ).pk


def test_evidence_is_unlinked_from_the_returned_one_only(found):
    shared = Evidence.objects.get()
    act = {"actor": staff(found), "evidence": shared}
    assert (
        code_of(unlink_evidence, assessment=assessment_of(found, 2), **act)
        == "evaluation_locked"
    )
    unlink_evidence(assessment=assessment_of(found, 1), **act)
    assert shared.links.count() == 1


def test_evidence_of_a_locked_criterion_is_revised_but_not_withdrawn(found):
    shared = Evidence.objects.get()
    act = {"actor": staff(found), "evidence": shared}
    assert code_of(withdraw_evidence, reason="Nhầm.", **act) == "evaluation_locked"
    row = edit_evidence(
        version=shared.version,
        facts=Facts(
            kind="document",
            title="Quyết định đã đính chính",
            number=shared.number,
            fact_on=shared.fact_on,
        ),
        **act,
    )
    assert row.title == "Quyết định đã đính chính"


def test_evidence_of_the_returned_one_alone_is_withdrawn(found):
    alone = record(found, 1)
    row = withdraw_evidence(actor=staff(found), evidence=alone, reason="Nhầm.")
    assert row.withdrawn_at


def test_a_locked_result_does_not_follow_its_evidence(found):
    before = assessment_of(found, 2).supported_until
    Evidence.objects.update(withdrawn_at=timezone.now())
    restated(found)
    assert assessment_of(found, 1).supported_until is None
    assert assessment_of(found, 2).supported_until == before == FOR_EVER


def test_a_measure_is_confirmed_for_the_returned_one_only():
    running = {"measure_source": "good_models.running"}
    found = returned(an_evaluation(running, running), 1)
    records_of(found.campaign, ParticipatingUnitFactory(ward=found.campaign.ward))
    act = {"actor": staff(found)}
    assert confirm_measure(assessment=assessment_of(found, 1), **act).pk
    assert (
        code_of(confirm_measure, assessment=assessment_of(found, 2), **act)
        == "evaluation_locked"
    )


def test_nothing_is_assigned_and_nothing_carried_over(found):
    given = {1: Assignment(lead_unit=None, due_on=TODAY)}
    assert (
        code_of(assign, actor=TESTS, evaluation=found, assignments=given)
        == "evaluation_locked"
    )
    assert (
        code_of(carry_over, actor=TESTS, evaluation=found, parts=["text"])
        == "evaluation_locked"
    )


def test_the_returned_one_alone_is_overdue():
    found = returned(an_evaluation({}, {}), 1, due_on=TODAY)
    assess(found, 1)
    Assessment.objects.update(due_on=TODAY - DAY)
    Assessment.objects.filter(criterion__number=2).update(self_result="not_met")
    restated(found)
    found.refresh_from_db()
    assert found.self_overdue == 1


@pytest.mark.parametrize("make", [submitted, verifying], ids=["submitted", "verifying"])
def test_a_year_that_is_handed_in_takes_nothing(make):
    found = make(an_evaluation({}, {}))
    for number in (1, 2):
        assert code_of(assess, found=found, number=number) == "evaluation_locked"
    assert code_of(withdraw_evidence, **withdrawal(found)) == "evaluation_locked"


def withdrawal(found):
    return {
        "actor": staff(found),
        "evidence": Evidence.objects.get(),
        "reason": "Nhầm.",
    }


def test_a_former_member_answers_nothing(found):
    user = member(found.campaign.ward, valid_to=TODAY - DAY)
    row = assessment_of(found, 1)
    with pytest.raises(PermissionDenied):
        save_assessment(
            actor=user, assessment=row, version=row.version, entry=Entry("met")
        )


def test_a_fact_that_expires_under_a_returned_criterion_is_seen_by_the_clock():
    found = returned(an_evaluation({}, {}), 1)
    Assessment.objects.update(first_fact_on=TODAY - 5 * DAY)
    for number in (1, 2):
        supported(found, number, fact_on=TODAY - 5 * DAY, expires_on=TODAY + DAY)
    tick(today=TODAY)
    Evidence.objects.filter(expires_on=None).update(fact_on=TODAY - DAY)
    Assessment.objects.filter(criterion__number=1).update(review="recheck")
    assert list_stale_facts(found, TODAY + 2 * DAY) == []
    Assessment.objects.filter(criterion__number=1).update(review="returned")
    assert list_stale_facts(found, TODAY + 2 * DAY) == [found.pk]


def list_stale_facts(found, today):
    """What is stale for the fact's sake alone: the roll-up is made to hold for ever."""
    type(found).objects.filter(pk=found.pk).update(fresh_until=None)
    return list_stale(today)
