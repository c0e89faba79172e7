"""Dated notices: on their steps, once each, to who can do something about it."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from criteria.models import Assessment, Evaluation, Evidence
from criteria.services.assessments import Entry, save_assessment
from criteria.services.evaluations import Assignment, assign
from criteria.services.notices import (
    notify_assigned,
    notify_concluded,
    notify_returned,
    notify_submitted,
)
from criteria.services.reminders import remind, step_before, weeks_late
from tests.factories.commitments import DirectiveFactory
from tests.factories.criteria import an_evaluation, assessment_of, restated, supported
from tests.factories.wards import TESTS, ParticipatingUnitFactory, member
from wardsecurity.notices.models import Notice
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def evaluation():
    """Two criteria due far away; a group leads the first."""
    evaluation = an_evaluation(
        {}, {}, period_start=TODAY - 300 * DAY, period_end=TODAY + 300 * DAY
    )
    group = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    Assessment.objects.update(due_on=TODAY + 200 * DAY)
    Assessment.objects.filter(criterion__number=1).update(lead_unit=group)
    return evaluation


@pytest.fixture
def people(evaluation):
    ward, group = evaluation.campaign.ward, assessment_of(evaluation).lead_unit
    return {
        "staff": member(ward),
        "leader": member(ward, Role.WARD_LEADER),
        "group": member(ward, Role.UNIT_CONTRIBUTOR, participating_unit=group),
        "committee": member(ward, Role.COMMITTEE_MEMBER),
        "verifier": member(ward.parent, Role.PROVINCE_VERIFIER),
        "former": member(
            ward,
            Role.UNIT_CONTRIBUTOR,
            participating_unit=group,
            valid_to=TODAY - DAY,
        ),
    }


def due(days, number=1):
    rows = Assessment.objects.filter(criterion__number=number)
    rows.update(due_on=TODAY + days * DAY)


def told(people, kind=None):
    rows = Notice.objects.filter(**({"kind": kind} if kind else {}))
    pks = set(rows.values_list("user_id", flat=True))
    return {name for name, user in people.items() if user.pk in pks}


# --- Steps ------------------------------------------------------------------------


@given(left=st.integers(-400, 400))
def test_the_step_is_the_nearest_not_yet_passed(left):
    step = step_before(TODAY + left * DAY, TODAY, (1, 7, 14))

    assert (step is None) == (left < 0 or left > 14)
    if step is not None:
        assert left <= step
        assert not [one for one in (1, 7, 14) if left <= one < step]
    weeks = weeks_late(TODAY + left * DAY, TODAY)
    assert (weeks is None) == (left >= 0 or left < -26 * 7)
    assert weeks is None or weeks * 7 < -left <= weeks * 7 + 7


def test_each_step_is_told_once_over_the_whole_way(evaluation, people):
    due(20)
    made = {day: remind(TODAY + day * DAY) for day in range(36) for _run in range(1)}
    # 14, 7 and 1 days before day 20, then the first day late and each week.
    assert [day for day, count in made.items() if count] == [6, 13, 19, 21, 28, 35]


def test_a_missed_night_is_made_up_for(evaluation, people):
    due(20)
    assert remind(TODAY + 8 * DAY) == 2
    assert remind(TODAY + 9 * DAY) == 0


def test_however_often_it_runs_it_tells_once_a_day(evaluation, people):
    due(7)
    assert remind() == 2
    assert remind() == 0
    assert Notice.objects.count() == 2


def test_another_due_date_is_told_anew(evaluation, people):
    due(7)
    remind()
    due(6)
    assert remind() == 2


# --- Who, and about what ----------------------------------------------------------


def test_what_is_coming_is_told_to_the_unit_and_the_staff(evaluation, people):
    due(7)
    remind()

    assert told(people, "due") == {"staff", "group"}
    facts = Notice.objects.first().facts
    assert (facts["number"], facts["due_on"]) == (1, f"{TODAY + 7 * DAY}")


def test_what_is_late_is_told_to_the_leaders_too(evaluation, people):
    due(-1)
    remind()

    assert told(people, "late") == {"staff", "group", "leader"}


def test_a_supporting_unit_is_told_as_the_leading_one(evaluation, people):
    unit = ParticipatingUnitFactory(ward=evaluation.campaign.ward)
    assessment_of(evaluation).supporting_units.add(unit)
    people["helper"] = member(
        evaluation.campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit
    )
    due(1)
    remind()

    assert told(people) == {"staff", "group", "helper"}


@pytest.mark.parametrize("days", [7, -1])
def test_what_is_done_is_not_reminded_of(evaluation, people, days):
    supported(evaluation, 1)
    row = assessment_of(evaluation)
    save_assessment(actor=TESTS, assessment=row, version=1, entry=Entry("met"))
    due(days)
    restated(evaluation)

    assert remind() == 0


def test_a_claim_without_evidence_is_reminded_of(evaluation, people):
    row = assessment_of(evaluation)
    save_assessment(actor=TESTS, assessment=row, version=1, entry=Entry("met"))
    due(7)

    assert remind() == 2


@pytest.mark.parametrize("state", ["submitted", "verifying", "verified", "recognised"])
def test_a_locked_year_is_left_in_peace(evaluation, people, state):
    due(7)
    Evaluation.objects.update(state=state)

    assert remind() == 0


def test_a_closed_campaign_is_left_in_peace(evaluation, people):
    due(7)
    campaign = evaluation.campaign
    campaign.closed_at = timezone.now()
    campaign.save()

    assert remind() == 0


def test_an_example_after_an_article_is_left_in_peace(evaluation, people):
    due(7)
    campaign = evaluation.campaign
    campaign.is_example = True
    campaign.save()

    assert remind() == 0


@pytest.mark.parametrize(("days", "made"), [(-182, 3), (-183, 0)])
def test_after_half_a_year_nobody_is_told_again(evaluation, people, days, made):
    due(days)

    assert remind() == made


def test_of_a_returned_year_only_the_returned_criteria_are_reminded_of(
    evaluation, people
):
    due(7, number=1)
    due(7, number=2)
    Evaluation.objects.update(state="returned")
    Assessment.objects.filter(criterion__number=1).update(
        review="returned", review_reason="Thiếu."
    )
    remind()

    assert {one.facts["number"] for one in Notice.objects.all()} == {1}


# --- Evidence ---------------------------------------------------------------------


@pytest.mark.parametrize("days", [30, 7, 1, 0])
def test_evidence_that_expires_is_told_to_its_owner_too(evaluation, people, days):
    people["owner"] = member(evaluation.campaign.ward, Role.WARD_LEADER)
    supported(evaluation, 1, expires_on=TODAY + days * DAY, recorded_by=people["owner"])

    assert remind() == 3
    assert told(people, "expiring") == {"staff", "group", "owner"}
    assert remind() == 0


@pytest.mark.parametrize("case", ["later", "passed", "withdrawn", "quarantined", "end"])
def test_evidence_nobody_need_be_told_of(evaluation, people, case):
    days = {"later": 31, "passed": -1}.get(case, 7)
    evidence = supported(evaluation, 1, expires_on=TODAY + days * DAY)
    if case in ("withdrawn", "quarantined"):
        Evidence.objects.filter(pk=evidence.pk).update(**{f"{case}_at": timezone.now()})
    if case == "end":
        campaign = evaluation.campaign
        campaign.period_end = TODAY + 7 * DAY
        campaign.save()

    assert remind() == 0


# --- Directives -------------------------------------------------------------------


def test_directives_are_due_and_late_alike(evaluation, people):
    group = assessment_of(evaluation).lead_unit
    here = {"campaign": evaluation.campaign, "responsible_unit": group}
    DirectiveFactory(due_on=TODAY + 7 * DAY, **here)
    DirectiveFactory(due_on=TODAY - DAY, **here)
    DirectiveFactory(due_on=TODAY - DAY, status="reported", **here)
    DirectiveFactory(due_on=None, **here)

    assert remind() == 5
    assert told(people, "due") == {"staff", "group"}
    assert told(people, "late") == {"staff", "group", "leader"}


# --- Bulk, and the command --------------------------------------------------------


def test_it_costs_the_same_for_one_ward_and_for_many(evaluation, people):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            assert remind() > 0
        return len(seen)

    def grow(ward):
        DirectiveFactory(campaign=ward.campaign, due_on=TODAY + DAY)
        supported(ward, 1, expires_on=TODAY + DAY)

    due(7)
    grow(evaluation)
    first = cost()
    for _ in range(8):
        other = an_evaluation(
            *[{}] * 5, period_start=TODAY - 300 * DAY, period_end=TODAY + 300 * DAY
        )
        member(other.campaign.ward)
        grow(other)
    Assessment.objects.update(due_on=TODAY + DAY)
    assert cost() == first


def test_the_command_says_what_it_did(evaluation, people):
    due(7)
    out = StringIO()
    call_command("remind", stdout=out)
    call_command("remind", "--day", f"{TODAY + 6 * DAY}", stdout=out)

    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["2", "2"]


def test_a_day_that_is_none_is_refused():
    with pytest.raises(CommandError, match="32/13"):
        call_command("remind", "--day", "32/13")


def test_a_failed_letter_is_told_by_the_exit_of_the_command(
    evaluation, people, settings
):
    settings.MAIL_IS_CONFIGURED = True
    settings.EMAIL_BACKEND = "tests.wardsecurity.notices.test_mail.DownBackend"
    people["staff"].email = "a@phuong.example"
    people["staff"].save()
    due(7)
    with pytest.raises(CommandError):
        call_command("remind", stdout=StringIO())

    assert Notice.objects.count() == 2


# --- What services tell -----------------------------------------------------------


def test_assigning_tells_the_units_once_and_costs_the_same(evaluation, people):
    row = assessment_of(evaluation)
    notify_assigned(row)
    notify_assigned(row)

    assert told(people, "assigned") == {"group"}
    assert Notice.objects.count() == 1


def test_a_leader_who_assigns_tells_the_contributors(evaluation, people):
    unit = assessment_of(evaluation).lead_unit
    given = {
        number: Assignment(unit, TODAY + 20 * DAY, supporting_units=())
        for number in (1, 2)
    }
    assign(actor=people["leader"], evaluation=evaluation, assignments=given)

    assert told(people, "assigned") == {"group"}
    assert Notice.objects.filter(kind="assigned").count() == 2


def test_returns_are_told_to_their_units_and_to_the_offices(evaluation, people):
    Assessment.objects.update(review="returned", review_reason="Thiếu.")
    notify_returned(evaluation)
    notify_returned(evaluation)

    assert told(people, "returned") == {"staff", "leader", "group"}
    assert Notice.objects.get(user=people["group"]).facts["number"] == 1
    assert Notice.objects.get(user=people["leader"]).facts["count"] == 2


def test_a_submission_is_told_to_the_province_and_not_to_who_sent_it(
    evaluation, people
):
    evaluation.submitted_by = people["leader"]
    notify_submitted(evaluation)

    assert told(people, "submitted") == {"verifier", "staff"}


def test_a_conclusion_is_told_to_everybody_of_the_ward(evaluation, people):
    evaluation.state = "recognised"
    notify_concluded(evaluation)

    assert told(people, "concluded") == {"staff", "leader", "group", "committee"}
