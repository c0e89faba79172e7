"""Opening a campaign on a set, and giving its criteria to units."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import Campaign
from criteria.models import Assessment, Evaluation
from criteria.selectors.evaluations import latest_evaluation
from criteria.services.evaluations import Assignment, assign, due_date, open_evaluation
from criteria.services.scores import recompute, tick
from tests.factories.criteria import (
    CriteriaSetFactory,
    a_set,
    an_evaluation,
    assessment_of,
    supported,
)
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    WardFactory,
    member,
)
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind

pytestmark = pytest.mark.django_db


def opened(ward, actor=None, **kwargs):
    fields = {
        "criteria_set": a_set({}, {}),
        "title": "Xây dựng phường điển hình",
        "period_start": dt.date(2025, 11, 15),
        "period_end": dt.date(2026, 11, 14),
    }
    return open_evaluation(
        actor=actor or member(ward, Role.WARD_LEADER), ward=ward, **fields | kwargs
    )


def refused(**kwargs):
    with pytest.raises(RuleViolation) as violation:
        opened(WardFactory(), **kwargs)
    return violation.value.code


def test_a_leader_opens_one_evaluation_with_every_criterion():
    evaluation = opened(WardFactory())
    assert evaluation.campaign.year == 2026
    assert evaluation.size == evaluation.assessments.count() == 2


@pytest.mark.parametrize(
    "role", [Role.WARD_STAFF, Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN]
)
def test_only_a_leader_opens(role):
    ward = WardFactory()
    with pytest.raises(PermissionDenied):
        opened(ward, actor=member(ward, role))
    assert not Evaluation.objects.exists()


def test_the_lead_follows_from_its_kind_where_one_unit_has_it():
    ward = WardFactory()
    committee = ParticipatingUnitFactory(
        ward=ward, kind=ParticipatingKind.PEOPLES_COMMITTEE
    )
    ParticipatingUnitFactory.create_batch(2, ward=ward)
    criteria_set = a_set({}, {"lead_unit_kind": "residential_group"})
    rows = opened(ward, criteria_set=criteria_set).assessments.order_by("pk")
    assert [row.lead_unit for row in rows] == [committee, None]


@pytest.mark.parametrize(
    ("quarter", "due"),
    [(1, dt.date(2026, 3, 31)), (3, dt.date(2026, 9, 30)), (4, dt.date(2026, 11, 14))],
)
def test_due_dates_end_the_quarter_never_after_the_period(quarter, due):
    assert due_date(quarter, dt.date(2026, 11, 14)) == due


@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"period_end": dt.date(2025, 1, 1)}, "period_reversed"),
        ({"period_end": dt.date(2028, 1, 1)}, "period_too_long"),
    ],
)
def test_periods_that_cannot_be(kwargs, code):
    assert refused(**kwargs) == code


def test_one_campaign_a_year():
    ward = WardFactory()
    opened(ward)
    with pytest.raises(RuleViolation) as violation:
        opened(ward)
    assert violation.value.code == "campaign_exists"


@pytest.mark.parametrize("state", ["draft", "working", "retired"])
def test_a_real_campaign_needs_a_published_set(state):
    assert refused(criteria_set=a_set({}, state=state)) == "set_not_published"


def test_a_set_without_criteria_opens_nothing():
    assert refused(criteria_set=CriteriaSetFactory()) == "set_is_empty"
    assert not Campaign.objects.exists()


def test_an_example_opens_on_a_working_set():
    working = a_set({}, state="working")
    assert an_evaluation(criteria_set=working, is_example=True).size == 1


def test_a_refused_opening_leaves_no_campaign():
    ward = WardFactory()
    with pytest.raises(RuleViolation):
        opened(ward, criteria_set=a_set({}, state="draft"))
    assert not ward.campaigns.exists()


# --- Assigning --------------------------------------------------------------------


def test_a_leader_reassigns_lead_support_and_due_date():
    evaluation = opened(ward := WardFactory())
    one, two = ParticipatingUnitFactory.create_batch(2, ward=ward)
    assign(
        actor=member(ward, Role.WARD_LEADER),
        evaluation=evaluation,
        assignments={1: Assignment(one, dt.date(2026, 5, 1), (two,))},
    )
    row = assessment_of(evaluation)
    assert (row.lead_unit, row.due_on) == (one, dt.date(2026, 5, 1))
    assert list(row.supporting_units.all()) == [two]


@pytest.mark.parametrize("day", [dt.date(2025, 11, 14), dt.date(2026, 11, 15)])
def test_a_due_date_outside_the_period_is_refused(day):
    evaluation = opened(ward := WardFactory())
    with pytest.raises(RuleViolation) as violation:
        assign(
            actor=member(ward, Role.WARD_LEADER),
            evaluation=evaluation,
            assignments={2: Assignment(None, day)},
        )
    assert (violation.value.code, violation.value.number) == ("due_out_of_period", 2)


def test_a_unit_of_another_ward_does_not_lead():
    evaluation = opened(ward := WardFactory())
    stranger = ParticipatingUnitFactory()
    with pytest.raises(RuleViolation) as violation:
        assign(
            actor=member(ward, Role.WARD_LEADER),
            evaluation=evaluation,
            assignments={1: Assignment(stranger, dt.date(2026, 5, 1))},
        )
    assert violation.value.code == "other_ward"


def test_staff_do_not_assign():
    evaluation = opened(ward := WardFactory())
    with pytest.raises(PermissionDenied):
        assign(actor=member(ward), evaluation=evaluation, assignments={})


# --- Repair -----------------------------------------------------------------------


def test_recompute_finds_nothing_to_repair_in_what_services_wrote():
    evaluation = an_evaluation({}, {"measured": True})
    supported(evaluation, 1, 2)
    assert recompute(actor=TESTS, evaluation=evaluation) == []


def test_recompute_repairs_and_reports_what_was_changed_behind_its_back():
    evaluation = an_evaluation({}, {})
    supported(evaluation, 1)
    Assessment.objects.filter(criterion__number=1).update(supported_until=None)
    Evaluation.objects.update(self_met=9)
    differences = recompute(actor=TESTS, evaluation=evaluation)
    assert any(line.startswith("1: supported_until None") for line in differences)
    assert any(line.startswith("total: self_met 9 → 0") for line in differences)
    assert recompute(actor=TESTS, evaluation=evaluation) == []


def the_earliest_expired(time_machine):
    """Met in time by a paper that expires today; another, dated late, stands behind.

    Returns the evaluation on the day after.
    """
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    evaluation = an_evaluation({})
    row = assessment_of(evaluation)
    row.choice, row.due_on = "met", today - 5 * day
    row.save()
    supported(evaluation, 1, fact_on=today - 9 * day, expires_on=today)
    supported(evaluation, 1, fact_on=today - 2 * day)
    assert assessment_of(evaluation).days_late == 0
    time_machine.move_to(dt.datetime.now(dt.UTC) + day)
    return evaluation


def test_what_the_calendar_changed_is_no_damage(time_machine):
    evaluation = the_earliest_expired(time_machine)

    assert recompute(actor=TESTS, evaluation=evaluation) == []
    assert assessment_of(evaluation).days_late == 3


def test_a_fact_no_evidence_ever_showed_is_damage(time_machine):
    evaluation = the_earliest_expired(time_machine)
    Assessment.objects.update(first_fact_on=dt.date(2026, 1, 1))

    (difference,) = recompute(actor=TESTS, evaluation=evaluation)
    assert difference.startswith("1: first_fact_on 2026-01-01")


def test_tick_tells_the_day_after_that_it_is_late_now(time_machine):
    evaluation = the_earliest_expired(time_machine)

    assert tick() == 1
    assert assessment_of(evaluation).days_late == 3
    assert tick() == 0


def test_tick_has_nothing_to_do_where_another_paper_shows_the_same_day(time_machine):
    today = timezone.localdate()
    evaluation = an_evaluation({})
    supported(evaluation, 1, expires_on=today)
    supported(evaluation, 1)
    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(days=1))

    assert tick() == 0


@pytest.mark.parametrize(
    ("years", "opened"),
    [
        ([-1, 0, 1], 0),  # the one that holds today
        ([-2, -1, 1], -1),  # else the latest begun
        ([1, 2], 1),  # a future one only when there is nothing else, the nearest
        ([-2, -1], -1),
    ],
)
def test_the_year_to_work_in_is_todays(years, opened):
    ward, criteria_set = WardFactory(), a_set(size=1)
    this_year = timezone.localdate().year
    for distance in years:
        an_evaluation(ward=ward, criteria_set=criteria_set, year=this_year + distance)
    found = latest_evaluation(user=member(ward), ward_ids=[ward.pk])
    assert found.campaign.year == this_year + opened


def test_sets_of_two_owners_are_told_apart(client):
    ward = WardFactory()
    sets = [
        a_set({}, owner=owner, code="PDH", name_vi="Bộ tiêu chí")
        for owner in (ward, ward.parent)
    ]
    client.force_login(member(ward, Role.WARD_LEADER))
    page = client.get(f"/w/{ward.slug}/campaigns/new/").content.decode()
    for one in sets:
        assert f"Bộ tiêu chí ({one}, {one.owner})" in page
