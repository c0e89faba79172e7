"""Confirming and carrying over at the same moment: once, and nothing lost."""

import datetime as dt

import pytest
from django.utils import timezone

from commitments.models import CommitmentText, OfficialDocument, SteeringCommittee
from criteria.models import Evidence
from criteria.services.assessments import EditConflict
from criteria.services.carry_over import carry_over
from criteria.services.measures import confirm_measure
from tests.factories.commitments import CommitmentFactory, records_of
from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.wards import ParticipatingUnitFactory, member
from tests.test_races import together
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db(transaction=True)

SIGNED = {
    "percentage": True,
    "target": 100,
    "measure_source": "pledges.units_signed",
}


def a_ward_where_all_have_signed():
    evaluation = an_evaluation(SIGNED)
    CommitmentFactory(campaign=evaluation.campaign)
    return evaluation


def test_two_officers_confirming_what_they_saw_meet_in_one_conflict():
    evaluation = a_ward_where_all_have_signed()
    seen = assessment_of(evaluation)
    people = [member(evaluation.campaign.ward) for _ in range(2)]

    def confirming(person):
        return lambda: confirm_measure(
            actor=person, assessment=seen, version=seen.version, seen=(1, 1)
        )

    results = together(*map(confirming, people))
    assert sum(isinstance(one, EditConflict) for one in results) == 1
    assert Evidence.objects.get().measure_value == 1
    evaluation.refresh_from_db()
    assert evaluation.self_met == 1


def test_confirming_twice_at_once_leaves_one_figure_standing():
    evaluation = a_ward_where_all_have_signed()
    seen = assessment_of(evaluation)
    people = [member(evaluation.campaign.ward) for _ in range(2)]

    def confirming(person):
        return lambda: confirm_measure(actor=person, assessment=seen)

    results = together(*map(confirming, people))
    assert all(isinstance(one, Evidence) for one in results)
    assert Evidence.objects.filter(withdrawn_at=None).count() == 1
    evaluation.refresh_from_db()
    assert evaluation.self_met == 1


def test_two_leaders_carrying_over_at_once_carry_once():
    year = timezone.localdate().year
    group = ParticipatingUnitFactory()
    old = an_evaluation({}, ward=group.ward, year=year - 1)
    records = records_of(old.campaign, group)
    records.commitment.signed_on = dt.date(year - 1, 5, 20)
    records.commitment.save()
    new = an_evaluation({}, ward=group.ward)
    parts = ["text", "committee", "documents"]
    leaders = [member(group.ward, Role.WARD_LEADER) for _ in range(2)]

    def carrying(person):
        return lambda: carry_over(actor=person, evaluation=new, parts=parts)

    results = together(*map(carrying, leaders))
    assert sorted(sum(part.count for part in one) for one in results) == [0, 5]
    for model in (CommitmentText, SteeringCommittee, OfficialDocument):
        assert model.objects.filter(campaign=new.campaign).count() == 1
