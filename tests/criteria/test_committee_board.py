"""The committee's view: whole, by category in charge, open directives; read only."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import MemberCategory
from criteria.selectors.committee_board import get_committee_board
from criteria.selectors.steps import state_tag
from criteria.services.assessments import Entry
from criteria.services.verification import conclude_verification, recognise
from tests.criteria.deciding import a_decided_year
from tests.criteria.test_assessments import assess
from tests.factories.commitments import (
    CommitteeFactory,
    DirectiveFactory,
    MeetingFactory,
    MemberFactory,
)
from tests.factories.criteria import (
    an_evaluation,
    decide,
    decided,
    restated,
    returned,
    submitted,
    supported,
    verifying,
)
from tests.factories.wards import TESTS, member
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

    assert [row.number for row in view.parts[0].failed] == [1, 3]
    assert (view.parts[0].left, view.first) == (0, [])


def read(client, evaluation, page=""):
    """A page of the view as a committee member reads it, without its head."""
    campaign = evaluation.campaign
    client.force_login(member(campaign.ward, Role.COMMITTEE_MEMBER))
    address = f"/w/{campaign.ward.slug}/{campaign.year}/committee-view/{page}"
    html = client.get(address).content.decode()
    return " ".join(html.split('id="main"')[1].split())


def by_category(text):
    """The page below the headline, where counters and legend name every state."""
    return text.split('id="by-category"')[-1]


TO_DO = ["Còn phải làm", "Quá hạn", "Việc cần làm trước"]


@pytest.mark.parametrize("page", ["", "print/"])
@pytest.mark.parametrize("make", [submitted, verifying])
def test_what_was_submitted_is_no_unfinished_work(client, page, make):
    evaluation = an_evaluation({}, {}, {})
    assess(evaluation, Entry("not_met", explanation="Chưa xong."), number=1)
    found = make(evaluation)
    text = read(client, found, page)

    assert state_tag(found).word in text
    assert not view_of(found).is_at_work
    assert "Chưa đạt theo thẩm định" not in text
    assert not [word for word in TO_DO if word in by_category(text)]


@pytest.mark.parametrize("page", ["", "print/"])
def test_a_recognised_year_says_so_and_what_was_not_met_and_why(client, page):
    evaluation = an_evaluation({}, {}, {})
    found = decided(evaluation)
    decide(evaluation, 2, "adjusted", result="not_met", reason="Thiếu biên bản.")
    conclude_verification(actor=TESTS, evaluation=found, version=found.version)
    found.refresh_from_db()
    recognise(
        actor=TESTS,
        evaluation=found,
        version=found.version,
        is_recognised=True,
        deciding_body="Giám đốc Công an tỉnh",
        number="12/QĐ-CAT",
        decided_on=TODAY,
    )
    text = read(client, found, page)

    assert "12/QĐ-CAT" in text
    assert "Thiếu biên bản." in text
    assert [row.number for row in view_of(found).failed] == [2]
    assert not [word for word in TO_DO if word in by_category(text)]


def test_of_a_returned_year_only_what_was_returned_is_to_be_done():
    evaluation = an_evaluation({}, {}, {}, {})
    assess(evaluation, Entry("not_met", explanation="Chưa xong."), number=1)
    found = returned(evaluation, 3)

    view = view_of(found)

    assert [row.number for row in view.first] == [3]
    assert [part.left for part in view.parts] == [1, 0]


def test_the_print_cuts_no_word(client):
    long = "Tuyên truyền phòng ngừa tội phạm trong trường học, khu dân cư, " * 2
    evaluation = an_evaluation({"title_vi": f"{long}xong."})
    evaluation.criteria_set.categories.update(name_vi=f"{long}thôi.")
    MeetingFactory(
        campaign=evaluation.campaign,
        title=f"{long}hết.",
        held_on=TODAY - dt.timedelta(days=2),
    )
    text = read(client, evaluation, "print/")

    cut = " ".join(long.split()[:14]) + " …"
    assert f". {cut}</th>" in text
    assert f"<p>{cut}, " in text
    title = text.split('<li value="1">')[1].split("…")[0]
    assert set(title.split()) <= set(long.split())


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
