"""Live evaluations go over to another version by key; what was said before is kept."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from criteria.models import (
    Assessment,
    AssessmentFigure,
    EvaluationMove,
    EvidenceLink,
    MemberCategory,
)
from criteria.scoring import Tally
from criteria.selectors.moves import list_movable
from criteria.selectors.rollup import roll_up
from criteria.services.assessments import Entry
from criteria.services.moving import move_evaluation, plan_move
from tests.criteria.test_assessments import assess
from tests.factories.commitments import MemberFactory
from tests.factories.criteria import (
    a_set,
    an_evaluation,
    assessment_of,
    restated,
    supported,
)
from tests.factories.notices import CommentFactory, NoticeFactory
from tests.factories.wards import (
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def year(province):
    """A year of three criteria: 1 met with evidence, 2 a count, 3 met."""
    ward = WardFactory(parent=province)
    old = a_set({}, {"measured": True}, {}, code="PX", owner=province)
    evaluation = an_evaluation(ward=ward, criteria_set=old)
    supported(evaluation, 1, 2, 3)
    staff = member(ward)
    assess(evaluation, Entry("met"), number=1, actor=staff)
    assess(evaluation, Entry(value=4), number=2, actor=staff)
    assess(evaluation, Entry("met"), number=3, actor=staff)
    evaluation.refresh_from_db()
    return evaluation


def version(province, *criteria, **kwargs):
    return a_set(*criteria, code="PX", owner=province, version=2, **kwargs)


@pytest.fixture
def turned(province):
    """1 and 2 change places, 2 counts points otherwise, 3 goes, one is new."""
    return version(
        province,
        {"measured": True, "key": "c02", "max_points": 100},
        {"key": "c01"},
        {"key": "new"},
    )


def test_a_plan_lists_what_comes_along_what_cannot_and_what_is_new(year, turned):
    plan = plan_move(evaluation=year, criteria_set=turned)

    assert [(one.before.key, one.after.number) for one in plan.pairs] == [
        ("c02", 1),
        ("c01", 2),
    ]
    assert [one.criterion.key for one in plan.left] == ["c03"]
    assert [one.key for one in plan.added] == ["new"]
    assert not plan.cleared
    assert not EvaluationMove.objects.exists()


def test_a_plan_says_what_is_judged_or_counted_otherwise(year, province):
    other = version(
        province,
        {"key": "c01", "mandatory": True},
        {"measured": True, "key": "c02", "target": 9, "max_points": 100},
        {"key": "c03", "requirement_vi": "Yêu cầu khác hẳn."},
        min_met=3,
    )
    plan = plan_move(evaluation=year, criteria_set=other)

    assert [one.after for one in plan.thresholds] == ["3"]
    said = {row.after.key: len(row.changes) for row in plan.changed}
    assert said == {"c01": 1, "c02": 2, "c03": 1}
    assert not plan.other_owner


def test_a_plan_warns_when_the_wards_own_set_gives_way(year, turned):
    year.criteria_set.owner = year.campaign.ward
    year.criteria_set.save()
    assert plan_move(evaluation=year, criteria_set=turned).replaces_own


def test_years_on_another_owners_set_are_offered_apart(year, turned, admin):
    (one,) = list_movable(user=admin, criteria_set=turned)
    assert not one.elsewhere
    year.criteria_set.owner = year.campaign.ward
    year.criteria_set.save()
    (one,) = list_movable(user=admin, criteria_set=turned)
    assert one.elsewhere


def test_claim_evidence_lead_and_due_date_come_along(year, turned, admin):
    lead = ParticipatingUnitFactory(ward=year.campaign.ward)
    Assessment.objects.filter(evaluation=year, criterion__key="c01").update(
        lead_unit=lead
    )
    before = assessment_of(year, 1)
    linked = list(before.evidence_links.values_list("evidence_id", flat=True))

    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)

    after = assessment_of(year, 2)
    assert after.pk == before.pk
    assert (after.choice, after.self_result, after.lead_unit) == ("met", "met", lead)
    assert after.due_on == before.due_on
    assert list(after.evidence_links.values_list("evidence_id", flat=True)) == linked


def test_points_and_roll_up_are_those_of_the_new_version(year, turned, admin):
    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)

    year.refresh_from_db()
    assert year.criteria_set == turned
    assert (year.size, year.self_met, year.self_points) == (3, 2, 400)
    sums = roll_up([year.pk], year.campaign.period_end)[year.pk]
    assert sum((one.own for one in sums), Tally()).met == 2
    codes = set(year.category_scores.values_list("category__criteria_set", flat=True))
    assert codes == {turned.pk}


def test_what_was_said_before_is_kept_word_for_word(year, turned, admin):
    move = move_evaluation(actor=admin, evaluation=year, criteria_set=turned)

    content = json.loads(move.content)
    left = next(one for one in content["assessments"] if one["fate"] == "left")
    assert (left["criterion"]["key"], left["self_result"]) == ("c03", "met")
    assert left["hung"]["evidence"]
    assert content["total"]["self_met"] == 3
    entry = TrailEntry.objects.get(action="evaluation_moved", target_id=year.pk)
    assert move.sha256 in entry.payload


def test_notices_lead_to_the_same_criterion_at_its_new_number(year, turned, admin):
    plan = plan_move(evaluation=year, criteria_set=turned)
    pair = plan.renumbered[0]
    ward = year.campaign.ward
    start = f"/w/{ward.slug}/{year.campaign.year}/criteria/"
    notice = NoticeFactory(unit=ward, path=f"{start}{pair.before.number}/")
    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)
    notice.refresh_from_db()
    assert notice.path == f"{start}{pair.after.number}/"


def test_comments_on_a_criterion_that_went_are_named_in_the_record(year, turned, admin):
    gone = next(iter(plan_move(evaluation=year, criteria_set=turned).left))
    comment = CommentFactory(row=gone)
    move = move_evaluation(actor=admin, evaluation=year, criteria_set=turned)
    told = json.loads(move.content)["assessments"]
    kept = next(one for one in told if one["id"] == gone.pk)["hung"]["comments"]
    assert [one["pk"] for one in kept] == [str(comment.pk)]


def test_evidence_of_a_criterion_that_went_stays_in_the_library(year, turned, admin):
    evidence = EvidenceLink.objects.filter(assessment__evaluation=year).first().evidence

    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)

    assert evidence.links.count() == 2
    assert evidence.withdrawn_at is None


def test_a_claim_judged_otherwise_is_listed_and_made_anew(year, province, admin):
    other = version(province, {"percentage": True, "key": "c02"}, {"key": "c01"})
    AssessmentFigure.objects.create(
        assessment=assessment_of(year, 2),
        unit=ParticipatingUnitFactory(ward=year.campaign.ward),
        value=4,
    )
    assert [
        one.after.key for one in plan_move(evaluation=year, criteria_set=other).cleared
    ] == ["c02"]

    move_evaluation(actor=admin, evaluation=year, criteria_set=other)

    row = assessment_of(year, 1)
    assert (row.value, row.self_result, row.figures.count()) == (
        None,
        "not_assessed",
        0,
    )
    assert row.evidence_links.exists()


def test_what_evidence_shows_is_found_again_by_its_words(year, province, admin):
    row = assessment_of(year, 1)
    row.evidence_links.update(wanted=1)  # "Báo cáo"
    other = version(province, {"evidence_vi": ["Báo cáo", "Biên bản"], "key": "c01"})

    move_evaluation(actor=admin, evaluation=year, criteria_set=other)

    assert assessment_of(year, 1).evidence_links.get().wanted == 0


def test_members_stay_in_charge_of_the_category_of_the_same_code(year, turned, admin):
    charge = MemberCategory.objects.create(
        member=MemberFactory(committee__campaign=year.campaign),
        category=year.criteria_set.categories.first(),
    )

    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)

    charge.refresh_from_db()
    assert charge.category == turned.categories.first()


def test_numbers_hold_after_moving_and_reckoning_again(year, turned, admin):
    move_evaluation(actor=admin, evaluation=year, criteria_set=turned)
    year.refresh_from_db()
    before = (year.self_met, year.self_points, year.fresh_until)
    restated(year)
    year.refresh_from_db()
    assert (year.self_met, year.self_points, year.fresh_until) == before


# --- Refusals ---------------------------------------------------------------------


def refusal(code, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        move_evaluation(**kwargs)
    assert refused.value.code == code
    assert not EvaluationMove.objects.exists()


def test_a_submitted_year_stays_on_its_version(year, turned, admin):
    year.round = 1
    year.save()
    refusal("evaluation_submitted", actor=admin, evaluation=year, criteria_set=turned)


def test_a_year_does_not_move_onto_its_own_version(year, admin):
    same = year.criteria_set
    refusal("set_same", actor=admin, evaluation=year, criteria_set=same)


def test_a_year_does_not_move_onto_a_draft(year, province, admin):
    draft = version(province, {"key": "c01"}, state="draft")
    refusal("set_not_published", actor=admin, evaluation=year, criteria_set=draft)


def test_a_year_does_not_move_onto_another_wards_set(year, province, admin):
    other = a_set({"key": "c01"}, owner=WardFactory(parent=province))
    refusal("set_elsewhere", actor=admin, evaluation=year, criteria_set=other)


def test_a_set_without_a_common_key_is_refused(year, province, admin):
    other = version(province, {"key": "x1"})
    refusal("no_common_key", actor=admin, evaluation=year, criteria_set=other)


def test_a_list_that_is_not_true_any_more_is_refused(year, turned, admin):
    refusal(
        "move_changed", actor=admin, evaluation=year, criteria_set=turned, seen="old"
    )


@pytest.mark.parametrize("role", [Role.WARD_LEADER, Role.PROVINCE_VERIFIER])
def test_only_a_province_admin_moves_years(year, turned, province, role):
    unit = year.campaign.ward if role == Role.WARD_LEADER else province
    with pytest.raises(PermissionDenied):
        move_evaluation(actor=member(unit, role), evaluation=year, criteria_set=turned)


def test_another_provinces_admin_moves_nothing(year, turned):
    stranger = member(UnitFactory(), Role.PROVINCE_ADMIN)
    with pytest.raises(PermissionDenied):
        move_evaluation(actor=stranger, evaluation=year, criteria_set=turned)
    assert not list_movable(user=stranger, criteria_set=turned).exists()


def test_only_open_years_on_other_versions_are_offered(year, turned, admin):
    assert list(list_movable(user=admin, criteria_set=turned)) == [year]
    assert not list_movable(user=admin, criteria_set=year.criteria_set).exists()


def test_moving_takes_the_same_number_of_queries_for_any_size(province, admin):
    counts = set()
    for size in (3, 15):
        year = an_evaluation(
            ward=WardFactory(parent=province),
            criteria_set=a_set(size=size, code=f"Q{size}", owner=province),
        )
        new = a_set(size=size, code=f"Q{size}", owner=province, version=2)
        with CaptureQueriesContext(connection) as seen:
            move_evaluation(actor=admin, evaluation=year, criteria_set=new)
        counts.add(len(seen))
    assert len(counts) == 1, counts
