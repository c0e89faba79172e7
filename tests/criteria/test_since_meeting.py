"""What changed since the last meeting, from the trail and the evidence."""

import datetime as dt

import pytest
from django.utils import timezone

from criteria.models import Evidence, EvidenceLink
from criteria.selectors.boards import rows_of
from criteria.selectors.committee_board import get_committee_board
from criteria.services.assessments import Entry
from criteria.services.evidence import (
    link_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from tests.criteria.test_assessments import assess
from tests.factories.commitments import MeetingFactory
from tests.factories.criteria import (
    an_evaluation,
    assessment_of,
    restated,
    supported,
)
from tests.factories.wards import member
from wardsecurity.audit.models import TrailEntry

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)
LONG_AGO = timezone.now() - dt.timedelta(days=9)


@pytest.fixture
def evaluation():
    """Four criteria; a meeting was held yesterday."""
    found = an_evaluation({}, {}, {}, {})
    MeetingFactory(campaign=found.campaign, held_on=YESTERDAY)
    return found


@pytest.fixture
def staff(evaluation):
    """Somebody who records."""
    return member(evaluation.campaign.ward)


def met(evaluation, staff, *numbers):
    """Criteria met with evidence; the paper they rest on."""
    paper = supported(evaluation, *numbers)
    for number in numbers:
        assess(evaluation, Entry("met"), number=number, actor=staff)
    return paper


def happened_before(evaluation):
    """Let all that was done so far lie before the meeting."""
    TrailEntry.objects.filter(chain__unit=evaluation.campaign.ward).update(at=LONG_AGO)
    Evidence.objects.update(recorded_at=LONG_AGO)


def since(evaluation, staff):
    """What the committee reads, by numbers."""
    found = get_committee_board(user=staff, evaluation=evaluation).since
    assert found
    parts = (found.became, found.lost, found.gained)
    return found.met_then, *([row.number for row in part] for part in parts)


def test_nothing_changed(evaluation, staff):
    met(evaluation, staff, 1)
    happened_before(evaluation)

    assert since(evaluation, staff) == (1, [], [], [])


def test_a_criterion_newly_met(evaluation, staff):
    met(evaluation, staff, 1)
    happened_before(evaluation)
    met(evaluation, staff, 2)

    assert since(evaluation, staff) == (1, [2], [], [])


def test_a_claim_of_before_that_gained_its_evidence_since(evaluation, staff):
    assess(evaluation, Entry("met"), number=2, actor=staff)
    happened_before(evaluation)
    supported(evaluation, 2)

    assert since(evaluation, staff) == (0, [2], [], [])


def test_evidence_of_before_and_a_claim_made_since(evaluation, staff):
    supported(evaluation, 2)
    happened_before(evaluation)
    assess(evaluation, Entry("met"), number=2, actor=staff)

    assert since(evaluation, staff) == (0, [2], [], [])


def test_a_criterion_no_longer_claimed(evaluation, staff):
    met(evaluation, staff, 1)
    happened_before(evaluation)
    entry = Entry("not_met", explanation="Chưa đủ.")
    assess(evaluation, entry, number=1, actor=staff)

    assert since(evaluation, staff) == (1, [], [1], [])


def test_a_criterion_whose_evidence_was_withdrawn(evaluation, staff):
    paper = met(evaluation, staff, 1)
    happened_before(evaluation)
    withdraw_evidence(actor=staff, evidence=paper, reason="Nhầm.")

    assert since(evaluation, staff) == (1, [], [1], [])


def test_a_criterion_whose_evidence_was_taken_off_it(evaluation, staff):
    paper = met(evaluation, staff, 1, 2)
    happened_before(evaluation)
    unlink_evidence(
        actor=staff, assessment=assessment_of(evaluation, 1), evidence=paper
    )

    assert since(evaluation, staff) == (2, [], [1], [])


def test_evidence_that_came_and_went_since_changes_nothing(evaluation, staff):
    paper = supported(evaluation, 2)
    assess(evaluation, Entry("met"), number=1, actor=staff)
    happened_before(evaluation)
    row = assessment_of(evaluation, 1)
    link_evidence(actor=staff, assessment=row, evidence=paper)
    unlink_evidence(actor=staff, assessment=row, evidence=paper)

    assert since(evaluation, staff) == (0, [], [], [])


def test_evidence_of_the_library_counts_from_the_day_it_was_linked(evaluation, staff):
    paper = supported(evaluation, 2)
    assess(evaluation, Entry("met"), number=1, actor=staff)
    happened_before(evaluation)
    link_evidence(actor=staff, assessment=assessment_of(evaluation, 1), evidence=paper)

    assert since(evaluation, staff) == (0, [1], [], [])


def test_more_evidence_for_what_is_not_met_yet(evaluation, staff):
    happened_before(evaluation)
    supported(evaluation, 3)

    assert since(evaluation, staff) == (0, [], [], [3])


def test_more_evidence_for_what_was_met_already(evaluation, staff):
    met(evaluation, staff, 1)
    happened_before(evaluation)
    supported(evaluation, 1)

    assert since(evaluation, staff) == (1, [], [], [1])


def test_twice_changed_since_is_judged_by_where_it_began(evaluation, staff):
    met(evaluation, staff, 1)
    happened_before(evaluation)
    assess(evaluation, Entry("not_met", explanation="Sai."), number=1, actor=staff)
    assess(evaluation, Entry("met"), number=1, actor=staff)

    assert since(evaluation, staff) == (1, [], [], [])


def test_the_counts_add_up(evaluation, staff):
    met(evaluation, staff, 1, 2)
    happened_before(evaluation)
    EvidenceLink.objects.filter(assessment=assessment_of(evaluation, 3)).delete()
    met(evaluation, staff, 3, 4)
    assess(evaluation, Entry("not_met", explanation="Sai."), number=1, actor=staff)
    restated(evaluation)

    then, became, lost, _gained = since(evaluation, staff)
    rows = rows_of(user=staff, evaluation=evaluation, today=timezone.localdate())
    assert then + len(became) - len(lost) == sum(row.met for row in rows) == 3


def test_without_a_meeting_there_is_nothing_to_compare():
    evaluation = an_evaluation({})
    view = get_committee_board(
        user=member(evaluation.campaign.ward), evaluation=evaluation
    )

    assert view.since is None


def test_a_meeting_today_or_later_is_not_the_last_one(evaluation, staff):
    MeetingFactory(campaign=evaluation.campaign, held_on=timezone.localdate())
    found = get_committee_board(user=staff, evaluation=evaluation).since

    assert found
    assert found.meeting.held_on == YESTERDAY
