"""The formula, without a database: RULES "Figures", "Support", "Totals"."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria import scoring
from criteria.scoring import (
    FOR_EVER,
    Claim,
    Judgement,
    Proof,
    Rule,
    Standing,
    Tally,
    Thresholds,
    eligible,
    figure_fault,
    fresh_until,
    judge,
    shown_percent,
    supported_until,
    tally,
)

TODAY = dt.date(2026, 10, 12)
END = dt.date(2026, 12, 31)
DAY = dt.timedelta(days=1)


def percentage(target=90, **fields):
    return Rule("percentage", 250, Decimal(target), **fields)


def a_standing(**fields):
    defaults = {
        "result": "met",
        "points": 300,
        "max_points": 300,
        "due_on": END,
        "supported_until": FOR_EVER,
    }
    return Standing(**defaults | fields)


def totals(*standings, today=TODAY, may_change=True):
    return tally(standings, today=today, period_end=END, may_change=may_change)


# --- Figures ----------------------------------------------------------------------


def test_yes_no_met_earns_all_points():
    assert judge(Rule("yes_no", 300), Claim("met")) == Judgement("met", 300)


@pytest.mark.parametrize("choice", ["", "not_met", "not_applicable"])
def test_yes_no_otherwise_earns_nothing(choice):
    judged = judge(Rule("yes_no", 300), Claim(choice))
    assert (judged.result, judged.points) == (choice or "not_assessed", 0)


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("count_min", 4, "met"),
        ("count_min", 3, "not_met"),
        ("count_max", 4, "met"),
        ("count_max", 5, "not_met"),
    ],
)
def test_counts_compare_with_the_target(kind, value, result):
    assert judge(Rule(kind, 100, Decimal(4)), Claim(value=value)).result == result


@pytest.mark.parametrize(("value", "result"), [(90, "met"), (89, "not_met")])
def test_percentage_at_least(value, result):
    assert judge(percentage(), Claim(value=value, base=100)).result == result


@pytest.mark.parametrize(("value", "result"), [(10, "met"), (11, "not_met")])
def test_percentage_at_most(value, result):
    rule = percentage(10, direction="at_most")
    assert judge(rule, Claim(value=value, base=100)).result == result


def test_percentage_is_exact_where_floats_are_not():
    """29 of 290 is 10 % to the last digit, whatever 29 / 290 is in binary."""
    assert judge(percentage(10), Claim(value=29, base=290)).result == "met"


@pytest.mark.parametrize(
    ("current", "previous", "result"),
    [(5, 5, "met"), (4, 5, "met"), (6, 5, "not_met"), (0, 0, "met"), (1, 0, "not_met")],
)
def test_count_max_against_the_period_before(current, previous, result):
    rule = Rule("count_max", 400, Decimal(0), baseline="previous_period")
    assert judge(rule, Claim(value=current, base=previous)).result == result


@pytest.mark.parametrize(
    ("current", "previous", "result"),
    [(14, 17, "met"), (17, 17, "met"), (18, 17, "not_met")],
)
def test_percentage_change_against_the_period_before(current, previous, result):
    rule = percentage(0, direction="at_most", baseline="previous_period")
    assert judge(rule, Claim(value=current, base=previous)).result == result


@pytest.mark.parametrize(("current", "result"), [(0, "met"), (1, "not_met")])
def test_period_before_of_zero_asks_for_zero(current, result):
    rule = percentage(0, direction="at_most", baseline="previous_period")
    assert judge(rule, Claim(value=current, base=0)).result == result


@pytest.mark.parametrize("kind", ["count_max", "percentage"])
def test_missing_period_before_cannot_be_assessed(kind):
    rule = Rule(kind, 100, Decimal(0), "at_most", "previous_period")
    assert judge(rule, Claim(value=3)).result == "not_assessed"


def test_incomplete_parts_cannot_be_assessed():
    claim = Claim(value=100, base=100, complete=False)
    assert judge(percentage(), claim).result == "not_assessed"


def test_base_zero_may_mean_not_applicable():
    rule = percentage(when_base_zero="not_applicable")
    assert judge(rule, Claim(value=0, base=0)) == Judgement(
        "not_applicable", automatic=True
    )


@pytest.mark.parametrize(("value", "result"), [(0, "met"), (2, "not_met")])
def test_base_zero_may_be_met_if_the_value_is_zero(value, result):
    rule = percentage(when_base_zero="met_if_value_zero")
    assert judge(rule, Claim(value=value, base=0)).result == result


def test_base_zero_may_be_an_error():
    assert figure_fault(percentage(), 0, 0) == "base_zero"


def test_value_above_base_is_refused_only_where_bounded():
    assert figure_fault(percentage(bounded=True), 11, 10) == "value_above_base"
    assert figure_fault(percentage(), 11, 10) == ""


def test_a_measured_result_may_only_be_overridden_by_not_applicable():
    claim = Claim("met", value=1, base=100)
    assert judge(percentage(), claim).result == "not_met"
    assert judge(percentage(), Claim("not_applicable", 1, 100)).result == (
        "not_applicable"
    )


# --- Points in proportion ---------------------------------------------------------


def test_proportional_points_count_between_floor_and_target():
    rule = Rule("count_min", 400, Decimal(12), rule="proportional", floor=Decimal(4))
    judged = [judge(rule, Claim(value=value)) for value in (3, 4, 8, 11, 12)]
    assert [one.points for one in judged] == [0, 0, 200, 350, 400]
    assert [one.result for one in judged] == ["not_met"] * 4 + ["met"]


def test_proportional_points_round_half_up_once():
    rule = Rule("count_min", 1, Decimal(2), rule="proportional")
    assert judge(rule, Claim(value=1)).points == 1


@given(
    value=st.integers(0, 10**9),
    base=st.integers(1, 10**9),
    target=st.integers(1, 10_000),
    points=st.integers(1, 2_000),
)
def test_points_stay_within_max_and_follow_the_exact_share(value, base, target, points):
    rule = Rule(
        "percentage",
        points,
        Decimal(target) / 100,
        rule="proportional",
        floor=Decimal(0),
    )
    judged = judge(rule, Claim(value=value, base=base))
    share = Fraction(value * 100, base) / Fraction(target, 100)
    assert 0 <= judged.points <= points
    assert (judged.result == "met") == (share >= 1)
    if share < 1:
        assert abs(judged.points - points * share) <= Fraction(1, 2)


# --- Showing ----------------------------------------------------------------------


def test_percentage_is_shown_rounded_away_from_its_target():
    assert shown_percent(percentage(95), 94_996, 100_000) == Decimal("94.99")
    at_most = percentage(5, direction="at_most")
    assert shown_percent(at_most, 50_001, 1_000_000) == Decimal("5.01")


@given(
    value=st.integers(0, 10**9),
    base=st.integers(1, 10**9),
    target=st.integers(0, 10_000),
    direction=st.sampled_from(["at_least", "at_most"]),
    baseline=st.sampled_from(["", "previous_period"]),
)
def test_nothing_shows_its_target_without_reaching_it(
    value, base, target, direction, baseline
):
    goal = Decimal(target) / 100
    rule = percentage(goal, direction=direction, baseline=baseline)
    shown = shown_percent(rule, value, base)
    looks_reached = shown >= goal if direction == "at_least" else shown <= goal
    assert looks_reached == scoring.reached(rule, value, base)


# --- Support ----------------------------------------------------------------------

START = dt.date(2026, 1, 1)


def test_evidence_counts_up_to_and_including_its_last_day():
    last = supported_until([Proof(TODAY, expires_on=TODAY)], START, END)
    standing = a_standing(supported_until=last)
    assert totals(standing).met == 1
    assert totals(standing, today=TODAY + DAY).met == 0


def test_evidence_without_expiry_never_expires():
    assert supported_until([Proof(TODAY)], START, END) == FOR_EVER


def test_withdrawn_evidence_supports_nothing():
    assert supported_until([Proof(TODAY, out=True)], START, END) is None


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (None, None, True),
        (START - 9 * DAY, START, True),
        (START - 9 * DAY, START - DAY, False),
        (END, None, True),
        (END + DAY, None, False),
    ],
)
def test_a_period_must_touch_the_campaigns(start, end, counts):
    proof = Proof(TODAY, period_start=start, period_end=end)
    assert (supported_until([proof], START, END) is not None) == counts


def test_after_the_period_evidence_need_live_on_its_last_day_only():
    standing = a_standing(supported_until=END)
    assert totals(standing, today=END + 90 * DAY).met == 1


def test_a_frozen_score_day_stays():
    standing = a_standing(supported_until=TODAY, scored_on=TODAY)
    assert totals(standing, today=END).met == 1


# --- Totals -----------------------------------------------------------------------


def test_unsupported_shows_and_does_not_count():
    total = totals(a_standing(supported_until=None))
    assert (total.met, total.points, total.unsupported) == (0, 0, 1)


def test_proportional_points_need_evidence_too():
    total = totals(a_standing(result="not_met", points=100, supported_until=None))
    assert (total.points, total.unsupported) == (0, 1)


def test_not_applicable_leaves_only_once_explained():
    unexplained = a_standing(result="not_applicable", points=0)
    explained = a_standing(result="not_applicable", points=0, explained_until=FOR_EVER)
    assert totals(unexplained).applicable == 1
    assert totals(explained).applicable == 0
    assert totals(explained).max_points == 0


def test_percent_is_null_when_nothing_applies():
    assert Tally(size=1).percent is None


@pytest.mark.parametrize(
    ("fields", "overdue"),
    [
        ({}, 0),
        ({"supported_until": None}, 1),
        ({"result": "not_met", "explained_until": FOR_EVER}, 1),
        ({"result": "not_applicable", "explained_until": FOR_EVER}, 0),
        ({"result": "not_applicable"}, 1),
        ({"result": "not_assessed"}, 1),
    ],
)
def test_overdue_is_what_is_not_done_after_its_day(fields, overdue):
    assert totals(a_standing(due_on=TODAY - DAY, **fields)).overdue == overdue


def test_nothing_is_overdue_on_its_own_day_or_when_locked():
    late = a_standing(due_on=TODAY - DAY, result="not_assessed")
    assert totals(a_standing(due_on=TODAY, result="not_assessed")).overdue == 0
    assert totals(late, may_change=False).overdue == 0


def test_fresh_until_is_the_last_day_the_sums_stay_true():
    rows = [
        a_standing(due_on=TODAY - DAY, supported_until=TODAY + 5 * DAY),
        a_standing(due_on=TODAY + 3 * DAY),
    ]
    assert fresh_until(rows, TODAY) == TODAY + 3 * DAY
    assert fresh_until([a_standing(due_on=TODAY - DAY)], TODAY) is None


DAYS = st.dates(TODAY - 40 * DAY, TODAY + 40 * DAY)
STANDINGS = st.lists(
    st.builds(
        Standing,
        result=st.sampled_from(["met", "not_met", "not_applicable", "not_assessed"]),
        points=st.integers(0, 300),
        max_points=st.just(300),
        due_on=DAYS,
        mandatory=st.booleans(),
        supported_until=st.none() | st.just(FOR_EVER) | DAYS,
        explained_until=st.none() | st.just(FOR_EVER),
    ),
    max_size=8,
)


@given(standings=STANDINGS, later=st.integers(0, 60))
def test_sums_do_not_move_while_they_are_fresh(standings, later):
    fresh = fresh_until(standings, TODAY)
    day = TODAY + later * DAY
    if fresh is None or day <= fresh:
        assert totals(*standings, today=day) == totals(*standings)


@given(standings=STANDINGS)
def test_counts_hold_together(standings):
    total = totals(*standings)
    assert 0 <= total.met <= total.applicable <= total.size == len(standings)
    assert 0 <= total.points <= total.max_points <= 300 * total.applicable


# --- Eligibility ------------------------------------------------------------------


def one(**fields):
    return Tally(size=4, applicable=4, max_points=1000, **fields)


def test_a_failed_mandatory_criterion_blocks_whatever_the_points():
    total = one(met=3, points=1000, mandatory_failed=1)
    assert eligible(total, [total], Thresholds(min_met=1)) is False


def test_without_thresholds_nothing_is_said():
    assert eligible(one(met=4), [], Thresholds()) is None


@pytest.mark.parametrize(
    ("thresholds", "answer"),
    [
        (Thresholds(min_met=3), True),
        (Thresholds(min_met=4), False),
        (Thresholds(min_percent=Decimal("80.5")), True),
        (Thresholds(min_percent=Decimal("80.51")), False),
        (Thresholds(min_percent_per_category=Decimal(50)), False),
        (Thresholds(min_met=3, min_percent_per_category=Decimal(40)), True),
    ],
)
def test_every_decided_threshold_must_hold(thresholds, answer):
    total = one(met=3, points=805)
    categories = [one(points=900), one(points=400), Tally(size=1)]
    assert eligible(total, categories, thresholds) is answer
