"""Where directives meet criteria: links, the criterion page, My work, the dashboard."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import DirectiveCriterion
from criteria.selectors.directives import (
    criteria_of,
    directives_of,
    overdue_directives,
)
from criteria.selectors.my_work import get_my_work
from criteria.services.assessments import Entry
from criteria.services.directives import link_directive
from tests.criteria.test_assessments import assess
from tests.factories.commitments import DirectiveFactory
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import ParticipatingUnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def evaluation():
    return an_evaluation({}, {}, {})


@pytest.fixture
def campaign(evaluation):
    return evaluation.campaign


@pytest.fixture
def home(campaign):
    return f"/w/{campaign.ward.slug}/{campaign.year}/"


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def directive(campaign):
    return DirectiveFactory(campaign=campaign)


def link(actor, directive, evaluation, *numbers):
    rows = [assessment_of(evaluation, number) for number in numbers]
    link_directive(actor=actor, directive=directive, assessments=rows)


def numbers_of(user, directive):
    return [row.criterion.number for row in criteria_of(user=user, directive=directive)]


# --- Linking ----------------------------------------------------------------------


def test_the_criteria_chosen_are_these_and_no_others(staff, directive, evaluation):
    link(staff, directive, evaluation, 3, 1)
    link(staff, directive, evaluation, 2, 3)

    assert numbers_of(staff, directive) == [2, 3]
    last = TrailEntry.objects.filter(action="directive_linked").order_by("seq").last()
    assert '"before":{"criteria":[1,3]}' in last.payload


def test_choosing_the_same_again_writes_nothing(staff, directive, evaluation):
    for _ in range(2):
        link(staff, directive, evaluation, 1)

    assert TrailEntry.objects.filter(action="directive_linked").count() == 1


def test_none_is_an_answer_too(staff, directive, evaluation):
    link(staff, directive, evaluation, 1)
    link(staff, directive, evaluation)

    assert not DirectiveCriterion.objects.exists()


def test_criteria_of_another_year_are_refused(staff, directive):
    other = an_evaluation({})

    with pytest.raises(RuleViolation) as refusal:
        link(staff, directive, other, 1)

    assert (refusal.value.code, refusal.value.field) == ("other_campaign", "criteria")


def test_a_closed_year_takes_no_link(staff, directive, evaluation, campaign):
    campaign.closed_at = timezone.now()
    campaign.save()

    with pytest.raises(RuleViolation) as refusal:
        link(staff, directive, evaluation, 1)

    assert refusal.value.code == "campaign_closed"


@pytest.mark.parametrize(
    ("role", "above", "may"),
    [
        (Role.WARD_STAFF, True, True),
        (Role.PROVINCE_VERIFIER, True, True),
        (Role.PROVINCE_VERIFIER, False, False),
        (Role.COMMITTEE_MEMBER, True, False),
        (Role.UNIT_CONTRIBUTOR, False, False),
    ],
)
def test_who_chooses_the_criteria(campaign, evaluation, role, above, may):
    place = campaign.ward.parent if "province" in role else campaign.ward
    person = member(place, role)
    row = DirectiveFactory(campaign=campaign, origin="above" if above else "own")

    if may:
        link(person, row, evaluation, 1)
    else:
        with pytest.raises(PermissionDenied):
            link(person, row, evaluation, 1)

    assert DirectiveCriterion.objects.exists() == may


def test_the_page_saves_what_is_ticked(client, staff, directive, evaluation, home):
    client.force_login(staff)
    page = f"{home}directives/{directive.pk}/criteria/"

    answer = client.post(page, {"criteria": [1, 3]})

    assert answer["Location"] == f"{home}directives/{directive.pk}/"
    assert numbers_of(staff, directive) == [1, 3]
    assert client.get(page).context["form"]["criteria"].value() == [1, 3]


def test_a_number_that_no_criterion_has_is_refused(client, staff, directive, home):
    client.force_login(staff)

    answer = client.post(f"{home}directives/{directive.pk}/criteria/", {"criteria": 99})

    assert answer.status_code == 422


# --- Shown on both sides ----------------------------------------------------------


def test_both_pages_name_each_other(client, staff, directive, evaluation, home):
    link(staff, directive, evaluation, 2)
    client.force_login(staff)

    criterion = client.get(f"{home}criteria/2/").content.decode()
    other = client.get(f"{home}criteria/1/").content.decode()
    page = client.get(f"{home}directives/{directive.pk}/").content.decode()

    assert directive.text_vi in criterion
    assert directive.text_vi not in other
    assert f'href="{home}criteria/2/"' in page


def test_the_links_of_another_ward_are_not_read(staff, directive, evaluation):
    link(staff, directive, evaluation, 1)
    stranger = member(WardFactory())

    row = assessment_of(evaluation, 1)
    assert directives_of(user=stranger, assessment=row) == []
    assert criteria_of(user=stranger, directive=directive) == []


# --- My work and the dashboard ----------------------------------------------------


def directives_on(user, evaluation):
    work = get_my_work(user=user, evaluation=evaluation)
    return (
        [one.directive for one in work.urgent_directives],
        [one.directive for one in work.soon_directives],
    )


@pytest.mark.parametrize(
    ("days", "where"), [(-1, "urgent"), (0, "soon"), (30, "soon"), (31, "")]
)
def test_my_work_shows_overdue_ones_and_those_due_within_30_days(
    staff, evaluation, campaign, days, where
):
    row = DirectiveFactory(campaign=campaign, due_on=TODAY + days * DAY)

    urgent, soon = directives_on(staff, evaluation)

    assert urgent == [row] * (where == "urgent")
    assert soon == [row] * (where == "soon")


def test_a_contributor_finds_those_of_the_own_unit(campaign, evaluation):
    unit = ParticipatingUnitFactory(ward=campaign.ward)
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=unit)
    late = {"campaign": campaign, "due_on": TODAY - DAY}
    own = DirectiveFactory(**late, responsible_unit=unit)
    DirectiveFactory(**late)

    assert directives_on(person, evaluation) == ([own], [])


@pytest.mark.parametrize("why", ["committee member", "closed"])
def test_who_cannot_follow_them_has_none_to_do(campaign, evaluation, why):
    DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)
    role = Role.COMMITTEE_MEMBER if why == "committee member" else Role.WARD_STAFF
    if why == "closed":
        evaluation.campaign.closed_at = timezone.now()

    assert directives_on(member(campaign.ward, role), evaluation) == ([], [])


def test_the_button_of_my_work_leads_to_the_follow_up(client, staff, campaign, home):
    row = DirectiveFactory(campaign=campaign, due_on=TODAY - DAY)
    client.force_login(staff)
    client.get(home)

    html = client.get("/").content.decode()

    assert f'href="{home}directives/{row.pk}/follow/"' in html


def test_only_the_first_thing_to_do_is_filled(staff, evaluation, campaign):
    DirectiveFactory.create_batch(2, campaign=campaign, due_on=TODAY - DAY)

    work = get_my_work(user=staff, evaluation=evaluation)
    filled = [one.primary for one in (*work.urgent, *work.urgent_directives)]

    assert filled == [True, *[False] * (len(filled) - 1)]


def test_the_dashboard_counts_all_overdue_ones_and_names_five(
    client, staff, campaign, home
):
    DirectiveFactory.create_batch(7, campaign=campaign, due_on=TODAY - DAY)
    DirectiveFactory(campaign=campaign, due_on=TODAY, text_vi="Chưa quá hạn")

    overdue = overdue_directives(user=staff, campaign=campaign)
    client.force_login(staff)
    html = client.get(home).content.decode()

    assert (overdue.count, len(overdue.links)) == (7, 5)
    assert html.count(f"{home}directives/") == 1 + 5 + 1  # navigation, five, all
    assert "Chưa quá hạn" not in html


def test_the_dashboard_is_silent_when_none_is_overdue(client, staff, home):
    client.force_login(staff)

    assert "overdue-directives" not in client.get(home).content.decode()


# --- Queries ----------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "criteria/1/", "/"])
def test_directives_cost_a_page_the_same_for_one_and_for_thirty(client, where):
    """With a history and evidence on the page, as on any day."""

    def seen_with(count):
        evaluation = an_evaluation({}, {})
        supported(evaluation, 1)
        campaign = evaluation.campaign
        staff = member(campaign.ward)
        assess(evaluation, Entry("met"), actor=staff)
        first = assessment_of(evaluation)
        for _ in range(count):
            unit = ParticipatingUnitFactory(ward=campaign.ward)
            row = DirectiveFactory(
                campaign=campaign, responsible_unit=unit, due_on=TODAY - DAY
            )
            DirectiveCriterion.objects.create(directive=row, assessment=first)
        client.force_login(staff)
        home = f"/w/{campaign.ward.slug}/{campaign.year}/"
        client.get(home)
        address = where if where == "/" else f"{home}{where}"
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert seen_with(1) == seen_with(30) <= 12
