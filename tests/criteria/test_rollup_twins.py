"""Python = SQL = stored = JSON = dashboard, whatever the assessments say."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria import scoring
from criteria.models import Assessment, Evaluation, EvaluationState
from criteria.scoring import FOR_EVER, Tally
from criteria.selectors.boards import get_board
from criteria.selectors.rollup import roll_up
from criteria.selectors.scores import (
    as_points,
    get_score_sheet,
    list_assessments,
    may_change,
    score_as_json,
    standing_of,
)
from criteria.services.scores import lock_evaluations, store_rollup, tick
from tests.factories.criteria import a_set, an_evaluation
from tests.factories.wards import member

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SIZE = 5
OFFSETS = st.integers(-20, 20)


def dates(today):
    return OFFSETS.map(lambda days: today + days * DAY)


def rows(today):
    return st.fixed_dictionaries(
        {
            "self_result": st.sampled_from(
                ["met", "not_met", "not_applicable", "not_assessed"]
            ),
            "self_points": st.sampled_from([0, 137, 300]),
            "due_on": dates(today),
            "supported_until": st.none() | st.just(FOR_EVER) | dates(today),
            "explained_until": st.none() | st.just(FOR_EVER) | dates(today),
            "scored_on": st.none() | dates(today),
            "verified_result": st.sampled_from(
                ["", "met", "not_met", "not_applicable"]
            ),
            "verified_points": st.sampled_from([None, 0, 300]),
            "review": st.sampled_from(["none", "pending", "returned", "recheck"]),
            "review_reason": st.just("Vì sao."),
        }
    )


@st.composite
def evaluations(draw):
    today = timezone.localdate()
    return (
        draw(st.lists(rows(today), min_size=SIZE, max_size=SIZE)),
        draw(st.sampled_from(EvaluationState.values)),
        draw(st.sampled_from([-9, 0, 9])),
        draw(st.booleans()),
    )


@pytest.fixture
def evaluation(db):
    criteria_set = a_set(*[{"mandatory": number % 2 == 0} for number in range(SIZE)])
    return an_evaluation(criteria_set=criteria_set)


def put(evaluation, drawn):
    """Write the drawn rows behind the services' back, then store the roll-up."""
    fields, state, end, is_closed = drawn
    today = timezone.localdate()
    campaign = evaluation.campaign
    campaign.period_end = today + end * DAY
    campaign.closed_at = timezone.now() if is_closed else None
    campaign.save()
    Evaluation.objects.filter(pk=evaluation.pk).update(state=state)
    for row, values in zip(
        Assessment.objects.filter(evaluation=evaluation).order_by("pk"),
        fields,
        strict=True,
    ):
        Assessment.objects.filter(pk=row.pk).update(**values)
    locked = lock_evaluations([evaluation.pk])[evaluation.pk]
    store_rollup(locked, today)
    return Evaluation.objects.select_related("campaign__ward", "criteria_set").get(
        pk=evaluation.pk
    )


def python_sum(evaluation, day):
    return scoring.tally(
        map(standing_of, list_assessments(evaluation)),
        today=day,
        period_end=evaluation.campaign.period_end,
        may_change=may_change(evaluation),
    )


QUICK = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(drawn=evaluations(), later=st.integers(0, 30))
def test_sql_sums_as_python_does_on_any_day(evaluation, drawn, later):
    evaluation = put(evaluation, drawn)
    day = timezone.localdate() + later * DAY
    sums = roll_up([evaluation.pk], day)[evaluation.pk]
    assert sum((one.own for one in sums), Tally()) == python_sum(evaluation, day)
    verified = scoring.tally_verified(map(standing_of, list_assessments(evaluation)))
    assert sum((one.verified for one in sums), Tally()) == verified


@QUICK
@given(drawn=evaluations(), later=st.integers(0, 30))
def test_what_is_read_is_the_sum_of_that_day_stored_or_live(evaluation, drawn, later):
    evaluation = put(evaluation, drawn)
    day = timezone.localdate() + later * DAY
    sheet = get_score_sheet(evaluation, today=day)
    if sheet.basis == "self":
        assert sheet.total == python_sum(evaluation, day)
    else:
        rows = map(standing_of, list_assessments(evaluation))
        assert sheet.total == scoring.tally_verified(rows)


@QUICK
@given(drawn=evaluations())
def test_fresh_until_is_the_same_in_sql_and_python(evaluation, drawn):
    evaluation = put(evaluation, drawn)
    rows = [standing_of(row) for row in list_assessments(evaluation)]
    assert evaluation.fresh_until == scoring.fresh_until(rows, timezone.localdate())


@QUICK
@given(drawn=evaluations())
def test_json_and_dashboard_say_what_is_stored(evaluation, drawn):
    evaluation = put(evaluation, drawn)
    sheet = get_score_sheet(evaluation)
    told = score_as_json(evaluation)
    board = get_board(user=member(evaluation.campaign.ward), evaluation=evaluation)
    assert told["total"]["met"] == sheet.total.met == board.score.met
    assert told["total"]["points"] == as_points(sheet.total.points)
    assert told["total"]["overdue"] == sheet.total.overdue == board.score.overdue
    assert [one["met"] for one in told["categories"]] == [
        block.score.met for block in board.blocks
    ]
    assert len(told["mandatory_failed"]) == sheet.total.mandatory_failed
    if sheet.basis == "self":
        assert sum(row.met for row in board.rows) == sheet.total.met
        assert sum(row.overdue for row in board.rows) == sheet.total.overdue
        assert sum(row.unsupported for row in board.rows) == sheet.total.unsupported
        assert sum(one["overdue"] for one in told["criteria"]) == sheet.total.overdue


def test_midnight_passing_over_an_expiry_is_seen_at_once(evaluation, time_machine):
    today = timezone.localdate()
    fields = {
        "self_result": "met",
        "self_points": 300,
        "due_on": today + 30 * DAY,
        "supported_until": today,
    }
    evaluation = put(evaluation, ([fields] * SIZE, "open", 40, False))
    assert get_score_sheet(evaluation).total.met == SIZE
    time_machine.move_to(dt.datetime.now(dt.UTC) + DAY)
    assert get_score_sheet(evaluation).total.met == 0
    assert evaluation.self_met == SIZE  # reading wrote nothing


def test_tick_stores_again_what_the_calendar_overtook(evaluation, time_machine):
    today = timezone.localdate()
    fields = {"self_result": "not_assessed", "due_on": today}
    evaluation = put(evaluation, ([fields] * SIZE, "open", 40, False))
    time_machine.move_to(dt.datetime.now(dt.UTC) + DAY)
    assert tick() == 1
    evaluation.refresh_from_db()
    assert evaluation.self_overdue == SIZE
    assert tick() == 0
