"""Carrying a year over, as a leader does it: ticked parts, once, with a report."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentText,
    CommitteeMember,
    Directive,
    FundingLine,
    GoodModel,
    Meeting,
    OfficialDocument,
)
from criteria.models import Assessment, Evaluation, EvidenceLink, MemberCategory
from criteria.selectors.carry_over import Part, get_carry_over_page, plan_assignments
from criteria.selectors.scores import score_as_json
from criteria.services.assessments import Entry
from criteria.services.carry_over import carry_over
from criteria.services.evaluations import Assignment, assign
from tests.criteria.test_assessments import assess
from tests.factories.commitments import DocumentFactory, MemberFactory, records_of
from tests.factories.criteria import (
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
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.models import UnitScope

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year
ALL = [part.value for part in Part]


@pytest.fixture
def group():
    return ParticipatingUnitFactory()


@pytest.fixture
def old(group):
    """Last year of a ward, with a record of every kind, work done and scored."""
    evaluation = an_evaluation(*[{}] * 4, ward=group.ward, year=YEAR - 1)
    records = records_of(evaluation.campaign, group)
    CommitmentText.objects.update(years_after=True)
    category = evaluation.criteria_set.categories.get(code="N2")
    MemberCategory.objects.create(member=records.member, category=category)
    supported(evaluation, 1)
    assess(evaluation, Entry("met"))
    return evaluation


@pytest.fixture
def new(old):
    """This year of the same ward, on another version of the set."""
    return an_evaluation(*[{}] * 4, ward=old.campaign.ward)


def carry(new, parts=ALL, actor=TESTS):
    return carry_over(actor=actor, evaluation=new, parts=parts)


def counts(report):
    return {one.part.value: one.count for one in report}


def refusal(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    return refused.value.code


def give(evaluation, number, lead=None, supporting=(), due_on=None):
    row = assessment_of(evaluation, number)
    assignment = Assignment(lead, due_on or row.due_on, tuple(supporting))
    assign(actor=TESTS, evaluation=evaluation, assignments={number: assignment})


# --- Everything -------------------------------------------------------------------


def test_everything_that_goes_on_comes_along(new, old, group):
    give(old, 1, group)
    report = carry(new)
    assert counts(report) == {
        "text": 3,
        "commitments": 1,
        "committee": 1,
        "documents": 1,
        "assignments": 1,
    }
    assert not any(one.skipped for one in report)
    campaign = Campaign.objects.get(pk=new.campaign_id)
    assert campaign.carried_over_from_id == old.campaign_id
    assert assessment_of(new).lead_unit == group


def test_results_evidence_figures_meetings_and_amounts_never_come(new, old):
    carry(new)
    evaluation = Evaluation.objects.select_related(
        "campaign__ward", "criteria_set"
    ).get(pk=new.pk)
    assert score_as_json(evaluation)["total"]["met"] == 0
    assert not EvidenceLink.objects.filter(assessment__evaluation=new).exists()
    for row in Assessment.objects.filter(evaluation=new):
        assert (row.choice, row.value, row.base) == ("", None, None)
        assert (row.explanation, row.self_result) == ("", "not_assessed")
    for model in (Meeting, Directive, FundingLine, GoodModel):
        assert not model.objects.filter(campaign=new.campaign).exists()


def everything(campaign):
    return [
        CommitmentText.objects.filter(campaign=campaign).count(),
        Commitment.objects.filter(campaign=campaign).count(),
        CommitteeMember.objects.filter(committee__campaign=campaign).count(),
        MemberCategory.objects.count(),
        OfficialDocument.objects.filter(campaign=campaign).count(),
        TrailEntry.objects.count(),
    ]


def test_a_second_run_adds_nothing_and_says_so(new, old, group):
    give(old, 1, group)
    carry(new)
    before = everything(new.campaign)
    report = carry(new)
    assert counts(report) == dict.fromkeys(ALL, 0)
    assert all(one.skipped for one in report)
    assert everything(new.campaign) == before


@pytest.mark.parametrize("part", ALL)
def test_only_what_is_ticked_comes_along(new, old, group, part):
    give(old, 1, group)
    (done,) = carry(new, [part])
    assert done.count
    campaign = new.campaign
    there = {
        "committee": CommitteeMember.objects.filter(committee__campaign=campaign),
        "documents": OfficialDocument.objects.filter(campaign=campaign),
        "commitments": Commitment.objects.filter(campaign=campaign),
        "assignments": Assessment.objects.filter(evaluation=new, lead_unit=group),
    }
    for other, rows in there.items():
        assert rows.exists() == (other == part), other


def test_signed_commitments_bring_the_words_they_were_signed_under(new, old):
    carry(new, ["commitments"])
    text = CommitmentText.objects.get(campaign=new.campaign)
    assert text.is_sealed
    assert Commitment.objects.get(campaign=new.campaign).text == text


def test_without_signatures_that_go_on_no_words_are_brought_unasked(new, old):
    CommitmentText.objects.update(years_after=False)
    (done,) = carry(new, ["commitments"])
    assert (done.count, bool(done.skipped)) == (0, True)
    assert not CommitmentText.objects.filter(campaign=new.campaign).exists()


def test_a_part_begun_by_hand_is_skipped_and_the_others_come(new, old):
    own = DocumentFactory(campaign=new.campaign)
    report = {one.part.value: one for one in carry(new)}
    assert report["documents"].skipped
    assert report["committee"].count == 1
    assert OfficialDocument.objects.get(campaign=new.campaign) == own


def test_the_trail_tells_from_which_year_how_much(new, old):
    carry(new, ["committee"], actor=member(new.campaign.ward, Role.WARD_LEADER))
    entry = TrailEntry.objects.filter(
        action="campaign_carried_over", target_type="commitments.campaign"
    ).get()
    assert '"parts":{"committee":1}' in entry.payload
    assert f'"year":{YEAR - 1}' in entry.payload


def test_members_stay_in_charge_of_the_category_of_the_same_code(new, old):
    carry(new, ["committee"])
    join = MemberCategory.objects.get(member__committee__campaign=new.campaign)
    assert join.category.code == "N2"
    assert join.category.criteria_set == new.criteria_set


def test_a_category_that_the_new_set_does_not_have_is_left(old):
    new = an_evaluation(criteria_set=a_set({}, categories=1), ward=old.campaign.ward)
    carry(new, ["committee"])
    assert CommitteeMember.objects.filter(committee__campaign=new.campaign).exists()
    assert MemberCategory.objects.count() == 1


# --- Assignments ------------------------------------------------------------------


def test_units_follow_the_key_of_the_criterion_not_its_number(old, group):
    give(old, 2, group)
    renumbered = a_set({"key": "c02"}, {"key": "c01"})
    new = an_evaluation(criteria_set=renumbered, ward=old.campaign.ward)
    carry(new, ["assignments"])
    assert assessment_of(new, 1).lead_unit == group
    assert assessment_of(new, 2).lead_unit is None


def test_supporting_units_come_along(new, old, group):
    helper = ParticipatingUnitFactory(ward=group.ward)
    give(old, 1, group, [helper])
    carry(new, ["assignments"])
    assert list(assessment_of(new).supporting_units.all()) == [helper]


def test_units_that_are_gone_leave_the_criterion_as_it_was_opened(old, group):
    gone = ParticipatingUnitFactory(ward=group.ward, valid_to=dt.date(YEAR - 1, 12, 31))
    council = ParticipatingUnitFactory(ward=group.ward, kind="peoples_committee")
    give(old, 1, gone, [gone, group])
    new = an_evaluation(*[{}] * 4, ward=group.ward)
    carry(new, ["assignments"])
    row = assessment_of(new)
    assert row.lead_unit == council
    assert list(row.supporting_units.all()) == [group]


def test_a_due_date_by_the_quarter_follows_the_new_sets_quarter(old, group):
    give(old, 1, group)
    new = an_evaluation(*[{"due_quarter": 2}] * 4, ward=group.ward)
    carry(new, ["assignments"])
    assert assessment_of(new).due_on == dt.date(YEAR, 6, 30)


def test_a_due_date_of_its_own_keeps_its_distance_from_the_first_day(new, old, group):
    give(old, 1, group, due_on=dt.date(YEAR - 1, 1, 31))
    carry(new, ["assignments"])
    assert assessment_of(new).due_on == dt.date(YEAR, 1, 31)


def test_a_due_date_never_leaves_a_shorter_period(old, group):
    give(old, 1, group, due_on=dt.date(YEAR - 1, 12, 30))
    new = an_evaluation(
        *[{}] * 4,
        ward=group.ward,
        period_start=dt.date(YEAR, 1, 1),
        period_end=dt.date(YEAR, 6, 30),
    )
    carry(new, ["assignments"])
    assert assessment_of(new).due_on == dt.date(YEAR, 6, 30)


def test_assignments_given_by_hand_are_left_alone(new, old, group):
    give(old, 1, group)
    give(new, 2, group)
    (done,) = carry(new, ["assignments"])
    assert done.skipped
    assert assessment_of(new, 1).lead_unit is None


def test_a_plan_of_what_is_so_already_changes_nothing(new, old):
    assert not any(one.changes for one in plan_assignments(new, old.campaign))


# --- Refusals ---------------------------------------------------------------------


def test_nothing_ticked_is_refused(new):
    assert refusal(carry, new, []) == "nothing_chosen"
    assert refusal(carry, new, ["results"]) == "nothing_chosen"


def test_a_first_year_has_nothing_to_carry(old):
    assert refusal(carry, old) == "no_year_before"


@pytest.mark.parametrize("closed", ["campaign_closed", "evaluation_locked"])
def test_a_closed_year_receives_nothing(new, closed):
    if closed == "campaign_closed":
        Campaign.objects.update(closed_at=timezone.now())
    else:
        Evaluation.objects.update(state="submitted")
    assert refusal(carry, new) == closed


@pytest.mark.parametrize("role", [one for one in Role if one != Role.WARD_LEADER])
def test_only_the_leader_carries_over(new, role):
    ward = new.campaign.ward
    unit = ward.parent if role.startswith("province") else ward
    with pytest.raises(PermissionDenied):
        carry(new, actor=member(unit, role))
    assert not CommitmentText.objects.filter(campaign=new.campaign).exists()


def test_a_predecessors_year_is_not_the_wards_own(old):
    successor = WardFactory()
    UnitScope.objects.create(viewer=successor, unit=old.campaign.ward, read_only=True)
    new = an_evaluation({}, ward=successor)
    assert refusal(carry, new) == "no_year_before"


# --- The page ---------------------------------------------------------------------


def at(evaluation):
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/carry-over/"


@pytest.fixture
def leader(client, group):
    user = member(group.ward, Role.WARD_LEADER)
    client.force_login(user)
    return user


def test_the_preview_counts_what_the_run_then_carries(new, old, group, leader):
    give(old, 1, group)
    MemberFactory(committee=old.campaign.steeringcommittee_set.get(), role="truong_ban")
    page = get_carry_over_page(user=leader, evaluation=new)
    told = {line.code: int(line.words.split()[0]) for line in page.lines}
    assert told == counts(carry(new))


def test_the_page_says_what_is_in_place_and_what_was_carried(new, old, leader):
    carry(new, ["committee"])
    with translation.override("en"):
        page = get_carry_over_page(user=leader, evaluation=new)
    blocked = {line.code: line.blocked for line in page.lines}
    assert blocked["committee"] == f"{YEAR} has its own already."
    assert blocked["documents"] == ""
    assert f"From {YEAR - 1}: Steering committee (1)" in page.history[0].what


def test_a_leader_ticks_and_carries_and_comes_back_to_the_report(
    client, new, old, leader
):
    body = client.get(at(new)).content.decode()
    assert body.count('name="parts"') == 4  # assignments have nothing to bring
    response = client.post(at(new), {"parts": ["committee", "documents"]}, follow=True)
    assert response.redirect_chain == [(at(new), 302)]
    assert OfficialDocument.objects.filter(campaign=new.campaign).exists()
    assert response.content.decode().count('name="parts"') == 2


def test_the_same_click_twice_carries_once(client, new, old, leader):
    form = {"parts": ["documents"], "form_key": "same"}
    answers = [client.post(at(new), form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert OfficialDocument.objects.filter(campaign=new.campaign).count() == 1


@pytest.mark.parametrize("parts", [[], ["results"], ["text", "x" * 500]])
def test_what_is_not_offered_is_refused_beside_the_boxes(client, new, leader, parts):
    response = client.post(at(new), {"parts": parts})
    assert response.status_code == 422
    assert "has-error" in response.content.decode()
    assert not CommitmentText.objects.filter(campaign=new.campaign).exists()


def test_a_first_year_is_told_so(client, old, leader):
    response = client.get(at(old))
    assert response.status_code == 200
    assert 'name="parts"' not in response.content.decode()
    assert client.post(at(old), {"parts": ["text"]}).status_code == 422


def test_a_closed_year_shows_no_button(client, new, leader):
    Campaign.objects.filter(pk=new.campaign_id).update(closed_at=timezone.now())
    body = client.get(at(new)).content.decode()
    assert 'name="parts"' not in body


def test_opening_a_second_year_leads_here_a_first_one_to_the_assignments(
    client, old, leader
):
    def opening(ward):
        form = {
            "criteria_set": old.criteria_set_id,
            "title": "Năm nay",
            "period_start": f"01/01/{YEAR}",
            "period_end": f"31/12/{YEAR}",
        }
        return client.post(f"/w/{ward.slug}/campaigns/new/", form)["Location"]

    assert opening(old.campaign.ward) == at(old).replace(str(YEAR - 1), str(YEAR))
    ward = WardFactory()
    client.force_login(member(ward, Role.WARD_LEADER))
    assert opening(ward).endswith("/assignments/")


def test_the_page_costs_the_same_however_much_there_is(client, new, old, group, leader):
    def queries():
        client.get(at(new))
        with CaptureQueriesContext(connection) as seen:
            client.get(at(new))
        return len(seen)

    before = queries()
    committee = old.campaign.steeringcommittee_set.get()
    MemberFactory.create_batch(8, committee=committee)
    DocumentFactory.create_batch(8, campaign=old.campaign)
    ParticipatingUnitFactory.create_batch(8, ward=group.ward)
    assert queries() == before <= 30
