"""The committee's view: whole, by category in charge, open directives; read only."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import MemberCategory
from criteria.selectors.committee_board import get_committee_board
from criteria.services.assessments import Entry
from tests.criteria.deciding import a_decided_year
from tests.criteria.test_assessments import assess
from tests.factories.commitments import (
    CommitteeFactory,
    DirectiveFactory,
    MeetingFactory,
    MemberFactory,
)
from tests.factories.criteria import an_evaluation, restated, supported
from tests.factories.wards import member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def view_of(evaluation):
    """The view as a committee member has it."""
    user = member(evaluation.campaign.ward, Role.COMMITTEE_MEMBER)
    return get_committee_board(user=user, evaluation=evaluation)


def test_each_criterion_left_stands_once_under_the_most_urgent_reason():
    evaluation = an_evaluation(*[{}] * 6, period_start=TODAY - dt.timedelta(days=300))
    rows = {row.criterion.number: row for row in evaluation.assessments.all()}
    for number in (1, 3):
        rows[number].due_on = TODAY - dt.timedelta(days=1)
        rows[number].save()
    staff = member(evaluation.campaign.ward)
    assess(evaluation, Entry("met"), number=3, actor=staff)  # late and unsupported
    assess(evaluation, Entry("met"), number=5, actor=staff)  # unsupported
    supported(evaluation, 2)
    assess(evaluation, Entry("met"), number=2, actor=staff)
    restated(evaluation)

    first, second = view_of(evaluation).parts

    assert [row.number for row in first.late] == [1, 3]
    assert [row.number for row in first.unsupported] == [5]
    assert (first.behind, first.left) == ([], 3)
    assert [row.number for row in second.behind] == [4, 6]


def test_it_says_who_is_in_charge_of_each_category():
    evaluation = an_evaluation({}, {})
    committee = CommitteeFactory(campaign=evaluation.campaign)
    head = MemberFactory(committee=committee, position="Trưởng Công an")
    category = evaluation.criteria_set.categories.first()
    MemberCategory.objects.create(member=head, category=category)

    first, second = view_of(evaluation).parts

    assert [one.position for one in first.in_charge] == ["Trưởng Công an"]
    assert (first.words, second.words) == ("Trưởng Công an", "")


def test_open_directives_stand_by_due_day_and_done_ones_do_not():
    evaluation = an_evaluation({})
    later = DirectiveFactory(
        campaign=evaluation.campaign, due_on=TODAY + dt.timedelta(days=9)
    )
    late = DirectiveFactory(
        campaign=evaluation.campaign, due_on=TODAY - dt.timedelta(days=1)
    )
    DirectiveFactory(
        campaign=evaluation.campaign, status="done", ended_on=TODAY, outcome="Xong."
    )

    view = view_of(evaluation)

    assert [row.directive for row in view.directives] == [late, later]
    assert view.late_directives == 1


def test_once_concluded_the_provinces_result_counts():
    evaluation, _snapshot = a_decided_year(4)
    evaluation.assessments.filter(criterion__number=1).update(
        verified_result="not_met", verified_points=0
    )

    view = view_of(evaluation)

    assert [row.number for row in view.parts[0].behind] == [1, 3]


@pytest.mark.parametrize("page", ["committee-view/", "committee-view/print/"])
@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.WARD_LEADER])
def test_its_cost_does_not_grow_with_the_data(client, page, role):
    def queries(size):
        evaluation = an_evaluation(*[{}] * size)
        campaign = evaluation.campaign
        MeetingFactory(campaign=campaign, held_on=TODAY - dt.timedelta(days=2))
        committee = CommitteeFactory(campaign=campaign)
        category = evaluation.criteria_set.categories.first()
        for _ in range(size):
            DirectiveFactory(campaign=campaign, due_on=TODAY)
            seat = MemberFactory(committee=committee)
            MemberCategory.objects.create(member=seat, category=category)
            supported(evaluation, 1, 2)
        staff = member(campaign.ward)
        for number in range(1, size + 1):
            assess(evaluation, Entry("met"), number=number, actor=staff)
        client.force_login(member(campaign.ward, role))
        address = f"/w/{campaign.ward.slug}/{campaign.year}/{page}"
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert queries(2) == queries(12) <= 15


def test_the_page_writes_nothing(client):
    evaluation = an_evaluation({}, {})
    client.force_login(member(evaluation.campaign.ward, Role.COMMITTEE_MEMBER))
    home = f"/w/{evaluation.campaign.ward.slug}/{evaluation.campaign.year}/"
    page = client.get(f"{home}committee-view/").content.decode()

    assert "<form" not in page.split('id="main"')[1]
    assert client.post(f"{home}committee-view/").status_code == 405
