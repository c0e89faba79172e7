"""The province's and the country's page: figures, ranking, filters, order, access."""

import datetime as dt
from fractions import Fraction

import pytest
from django.http import QueryDict
from django.utils import timezone

from criteria import scoring
from criteria.models import Assessment, Evaluation
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.missed import list_missing, most_missed
from criteria.selectors.province import get_province_board
from criteria.selectors.province_charts import _spans, distribution, quantile
from criteria.selectors.province_filters import Asked, asked_of
from criteria.selectors.province_lines import Cell, Lines, rank
from criteria.selectors.scores import get_score_sheet, standing_of
from tests.factories.criteria import (
    EvidenceFactory,
    a_set,
    an_evaluation,
    assessment_of,
    restated,
    supported,
)
from tests.factories.provinces import many_evaluations, many_wards
from tests.factories.wards import TESTS, UnitFactory, WardFactory, member
from wardsecurity.permissions import Role
from wardsecurity.wards.models import UnitKind
from wardsecurity.wards.services import update_unit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YEAR = TODAY.year
DAY = dt.timedelta(days=1)


@pytest.fixture
def province():
    return UnitFactory(slug="tinh-mau", name="Tỉnh Mẫu")


def some(province, met, **kwargs):
    """Wards that meet so many of six criteria in two categories."""
    criteria_set = kwargs.pop("criteria_set", None) or a_set(size=6, min_met=5)
    return many_evaluations(many_wards(province, len(met)), criteria_set, met, **kwargs)


def board_of(place, **asked):
    return get_province_board(unit=place, year=YEAR, asked=Asked(**asked))


def names(board):
    return [row.line.name for row in board.rows]


def slugs(board):
    return {row.line.slug for row in board.rows}


def slug_of(evaluation):
    return evaluation.campaign.ward.slug


# --- The same figures as the wards' own pages -------------------------------------


def agrees(unit, year=YEAR):
    """Compare every ward's line and cells with the ward's own score sheet."""
    lines = Lines(unit, year, TODAY)
    lines.fill(lines.all)
    assert lines.all
    for line in lines.all:
        sheet = get_score_sheet(Evaluation.objects.get(pk=line.evaluation_id))
        assert line.total == sheet.total
        assert line.cells == {
            part.category.code: Cell(part.tally.met, part.tally.size)
            for part in sheet.categories
        }
    return lines


def test_every_ward_has_the_figures_of_its_own_page(province):
    states = ["open", "submitted", "verified", "recognised", "not_recognised"]
    some(province, [0, 3, 6, 2, 5], states=states, overdue=[2, 1])
    agrees(province)


def test_a_stale_roll_up_is_summed_live_and_not_written(province):
    evaluations = some(province, [4, 4, 4])
    first = evaluations[0]
    Assessment.objects.filter(evaluation=first).update(supported_until=TODAY - DAY)
    Evaluation.objects.filter(pk=first.pk).update(fresh_until=TODAY - DAY)

    lines = agrees(province)

    assert sorted(line.total.met for line in lines.all) == [0, 4, 4]
    first.refresh_from_db()
    assert (first.self_met, first.fresh_until) == (4, TODAY - DAY)


def test_a_roll_up_that_ends_today_is_still_the_stored_one(province):
    (first,) = some(province, [4])
    Evaluation.objects.filter(pk=first.pk).update(fresh_until=TODAY, self_met=3)
    assert board_of(province).rows[0].line.total.met == 3


def test_what_is_verified_counts_once_concluded(province):
    evaluations = some(province, [4, 4], states=["verified", "verifying"])
    for one in evaluations:
        rows = Assessment.objects.filter(evaluation=one)
        rows.update(verified_result="not_met", verified_points=0)
        restated(one)
    found = {row.line.state: row.line.total.met for row in board_of(province).rows}
    assert found == {"verified": 0, "verifying": 4}


def test_wards_on_sets_of_their_own_count_on_their_own_size(province):
    some(province, [3], criteria_set=a_set(size=4))
    some(province, [3], criteria_set=a_set(size=6))
    board = board_of(province)
    assert {row.line.total.size for row in board.rows} == {4, 6}
    assert [head.size for head in board.heads] == [None, None]
    assert board.distribution.by_share
    agrees(province)


def test_the_page_says_the_same_as_the_wards_dashboard(client, province):
    (one,) = some(province, [4])
    client.force_login(member(province, Role.PROVINCE_ADMIN))
    page = client.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    assert f'data-ward="{slug_of(one)}" data-score="4"' in page
    board = client.get(f"/w/{slug_of(one)}/{YEAR}/").content.decode()
    assert 'data-score="4"' in board


# --- Ranking ----------------------------------------------------------------------


def test_ties_share_a_place_and_the_next_place_counts_them(province):
    some(province, [6, 6, 6, 6, 5, 3])
    found = [row.line.rank for row in board_of(province).rows]
    assert found == [1, 1, 1, 1, 5, 6]


def test_a_filter_leaves_the_places_among_all(province):
    some(province, [6, 6, 5, 3])
    board = board_of(province, q="thanh cong")
    assert [row.line.rank for row in board.rows] == [3]


def test_the_threshold_stands_above_the_first_ward_below_it(province):
    some(province, [6, 5, 4, 3])
    board = board_of(province)
    assert [row.is_first_below for row in board.rows] == [False, False, True, False]
    assert (board.threshold, board.reaching) == (5, 2)


def test_the_threshold_stands_in_no_other_order(province):
    some(province, [6, 5, 4, 3])
    board = board_of(province, sort="name")
    assert not any(row.is_first_below for row in board.rows)


def test_thresholds_that_differ_draw_no_line(province):
    some(province, [6, 2], criteria_set=a_set(size=6, min_met=5))
    some(province, [3, 1], criteria_set=a_set(size=6, min_met=2))
    board = board_of(province)
    assert board.threshold is None
    assert not any(row.is_first_below for row in board.rows)
    assert board.counters[0].count == 2


def test_a_ward_without_a_threshold_leaves_the_line_of_the_others(province):
    some(province, [6, 2], criteria_set=a_set(size=6, min_met=5))
    some(province, [6, 1], criteria_set=a_set(size=6))
    board = board_of(province)
    assert (board.threshold, board.distribution.threshold) == (5, 5)
    assert board.distribution.unlimited == 2
    assert [row.is_first_below for row in board.rows] == [False, False, True, False]
    assert board.reaching == 1


@pytest.mark.parametrize(
    ("met", "size", "heat"),
    [
        *[(0, 9, 0), (1, 9, 0), (2, 9, 1), (4, 10, 2), (5, 9, 2), (6, 10, 3)],
        *[(8, 9, 4), (9, 9, 5), (0, 0, 0)],
    ],
)
def test_a_cell_is_shaded_by_its_share_rounded_down(met, size, heat):
    assert Cell(met, size).heat == heat


# --- Filters and order ------------------------------------------------------------


@pytest.fixture
def mixed(province):
    """Six wards in different states, one without a campaign."""
    states = ["open", "submitted", "verifying", "returned", "recognised"]
    evaluations = some(
        province, [0, 6, 5, 4, 6], states=states, overdue=[5, 0, 0, 0, 0]
    )
    WardFactory(parent=province, name="Xã Đắk Ơ", kind=UnitKind.COMMUNE)
    return evaluations


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 6),
        ({"state": "open"}, 1),
        ({"state": "submitted"}, 1),
        ({"state": "returned"}, 1),
        ({"state": "recognised"}, 1),
        ({"state": "verified"}, 0),
        ({"state": "reached"}, 3),
        ({"stuck": "not-opened"}, 1),
        ({"stuck": "overdue"}, 1),
        ({"stuck": "overdue-5"}, 1),
        ({"stuck": "mandatory"}, 0),
        ({"kind": "commune"}, 1),
        ({"kind": "ward"}, 5),
        ({"kind": "special_zone"}, 0),
        ({"state": "submitted", "kind": "commune"}, 0),
        ({"state": "nonsense"}, 6),
        ({"stuck": "nonsense", "kind": "nonsense", "sort": "nonsense"}, 6),
        ({"within": "nonsense"}, 0),
        ({"unit": "live"}, 6),
        ({"unit": "ended"}, 0),
    ],
)
def test_a_filter_keeps_its_wards(province, mixed, asked, found):
    assert len(board_of(province, **asked).rows) == found


def test_every_figure_opens_exactly_the_wards_it_counts(province, mixed):
    board = board_of(province)
    for one in [*board.counters, *board.stuck]:
        if one.code == "overdue" and one in board.counters:
            continue  # it counts criteria
        opened = board_of(province, **read(one.url))
        assert len(opened.rows) == one.count, one.code
    overdue = next(one for one in board.counters if one.code == "overdue")
    opened = board_of(province, **read(overdue.url))
    assert sum(row.line.total.overdue for row in opened.rows) == overdue.count == 5


def read(url):
    return dict(QueryDict(url.removeprefix("?")).items())


@pytest.mark.parametrize("q", ["dak o", "Đắk Ơ", "ĐẮK", "o dak", "  xã   đắk "])
def test_names_are_found_with_and_without_diacritics(province, mixed, q):
    assert names(board_of(province, q=q)) == ["Xã Đắk Ơ"]


@pytest.mark.parametrize("q", ["%", "_", "\0", "'", "x" * 5000])
def test_signs_are_no_wildcards(province, mixed, q):
    asked = asked_of({"q": q})
    board = get_province_board(unit=province, year=YEAR, asked=asked)
    assert len(board.rows) == (6 if q == "\0" else 0)


def test_short_of_a_category_means_one_criterion_of_it_is_missing(province):
    evaluations = some(province, [6, 0])
    board = board_of(province, short="N1")
    assert slugs(board) == {slug_of(evaluations[1])}


def test_a_missed_criterion_opens_its_wards(province):
    evaluations = some(province, [6, 0, 0])
    missed = board_of(province).missed[0]
    assert (missed.count, missed.of) == (2, 3)
    opened = board_of(province, **read(missed.url))
    assert slugs(opened) == {slug_of(one) for one in evaluations[1:]}


def test_wards_of_one_district_are_chosen_by_it(province):
    district = UnitFactory(name="Huyện Một", kind=UnitKind.DISTRICT, parent=province)
    there = WardFactory(parent=district, name="Xã Trong")
    some(province, [3, 4])
    board = board_of(province, within=str(district.pk))
    assert slugs(board) == {there.slug}
    assert {name for _pk, name in board.parents} == {"Huyện Một", "Tỉnh Mẫu"}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", [6, 5, 4, 0]),
        ("overdue", [0, 4, 5, 6]),
        ("c-N1", [6, 5, 4, 0]),
    ],
)
def test_the_order_asked_for(province, sort, expected):
    criteria_set = a_set(size=6)
    some(province, [0, 6, 4, 5], overdue=[3, 0, 1, 0], criteria_set=criteria_set)
    rows = board_of(province, sort=sort).rows
    if sort == "c-N1":
        shares = [row.line.cell("N1").met for row in rows]
        assert shares == sorted(shares, reverse=True)
    elif sort == "overdue":
        assert [row.line.total.overdue for row in rows] == [3, 1, 0, 0]
    else:
        assert [row.line.total.met for row in rows] == expected


def test_names_stand_in_vietnamese_order(province):
    for name in ("Phường Đông", "Phường Dương", "Phường An", "Phường Ân"):
        WardFactory(parent=province, name=name)
    found = names(board_of(province, sort="name"))
    assert found == ["Phường An", "Phường Ân", "Phường Dương", "Phường Đông"]


def test_wards_without_a_campaign_stand_last_and_apart(province):
    some(province, [0])
    many_wards(province, 2)
    board = board_of(province)
    assert [row.line.rank for row in board.rows] == [1, None, None]
    assert [row.is_first_without for row in board.rows] == [False, True, False]
    assert (board.wards, board.campaigns, board.without) == (3, 1, 2)


# --- Stuck ------------------------------------------------------------------------


def count_stuck(province, code):
    return next(one.count for one in board_of(province).stuck if one.code == code)


def old(evaluation, days):
    campaign = evaluation.campaign
    type(campaign).objects.filter(pk=campaign.pk).update(
        created_at=timezone.now() - days * DAY
    )


@pytest.mark.parametrize(("days", "count"), [(29, 0), (31, 1)])
def test_quiet_is_a_campaign_in_which_nothing_was_recorded_for_30_days(
    province, days, count
):
    ward = WardFactory(parent=province)
    evaluation = an_evaluation({}, {}, ward=ward)
    old(evaluation, days)
    assert count_stuck(province, "quiet") == count


def test_evidence_or_an_assessment_ends_the_quiet(province):
    evaluations = [
        an_evaluation({}, ward=WardFactory(parent=province)) for _ in range(2)
    ]
    for one in evaluations:
        old(one, 60)
    assert count_stuck(province, "quiet") == 2
    EvidenceFactory(ward=evaluations[0].campaign.ward)
    Assessment.objects.filter(evaluation=evaluations[1]).update(
        assessed_at=timezone.now()
    )
    assert count_stuck(province, "quiet") == 0


def test_not_started_ends_with_the_first_evidence(province):
    evaluation = an_evaluation({}, {}, ward=WardFactory(parent=province))
    assert count_stuck(province, "not-started") == 1
    supported(evaluation, 1)
    assert count_stuck(province, "not-started") == 0


@pytest.mark.parametrize(("days", "count"), [(10, 0), (11, 1)])
def test_waiting_is_submitted_more_than_ten_days_ago(province, days, count):
    (one,) = some(province, [6], states=["submitted"])
    Evaluation.objects.filter(pk=one.pk).update(
        submitted_at=timezone.now() - days * DAY
    )
    assert count_stuck(province, "waiting") == count


def test_mandatory_and_unsupported_are_counted_and_the_graver_is_shown(province):
    evaluation = an_evaluation(
        {"mandatory": True}, {}, ward=WardFactory(parent=province)
    )
    Assessment.objects.filter(evaluation=evaluation).update(self_result="met")
    Evaluation.objects.filter(pk=evaluation.pk).update(
        self_mandatory_failed=1, self_unsupported=2
    )
    board = board_of(province)
    assert board.rows[0].attention.code == "mandatory"
    stuck = {one.code: one.count for one in board.stuck}
    assert (stuck["mandatory"], stuck["unsupported"]) == (1, 1)


# --- Most missed ------------------------------------------------------------------


def test_criteria_by_reference_or_shown_with_others_are_never_most_missed(province):
    an_evaluation(
        {"key": "plain"},
        {"key": "reference", "reference_only": True},
        {"key": "shown", "shown_with": [1]},
        ward=WardFactory(parent=province),
    )
    assert [one.key for one in board_of(province).missed] == ["plain"]
    asked = board_of(province, miss="reference")
    assert (asked.asked.miss, asked.filter_words) == ("", [])


def test_most_missed_counts_as_the_wards_own_page_does(province):
    """Met without evidence is missed; not applicable, explained, is left out."""
    evaluation = an_evaluation({}, {}, {}, ward=WardFactory(parent=province))
    for number, fields in {
        1: {"self_result": "met", "supported_until": TODAY},
        2: {"self_result": "met", "supported_until": TODAY - DAY},
        3: {"self_result": "not_applicable", "explained_until": TODAY},
    }.items():
        row = assessment_of(evaluation, number)
        Assessment.objects.filter(pk=row.pk).update(**fields)
    found = board_of(province).missed
    assert [(one.number, one.count, one.of) for one in found] == [(2, 1, 1)]


@pytest.mark.parametrize("state", ["open", "submitted", "verified", "recognised"])
def test_the_ranking_and_its_lists_follow_the_rule_of_scoring(province, state):
    """SQL, ORM and scoring.py say the same of every kind of assessment."""
    days = [None, TODAY - DAY, TODAY, TODAY + DAY]
    rows = [
        {"self_result": own, "supported_until": day, "explained_until": day}
        | {"verified_result": verified, "scored_on": scored}
        for own in ("met", "not_met", "not_applicable", "not_assessed")
        for day in days
        for verified in ("met", "not_applicable", "not_met")
        for scored in (None, TODAY - DAY)
    ]
    evaluation = an_evaluation(*[{}] * len(rows), ward=WardFactory(parent=province))
    Evaluation.objects.filter(pk=evaluation.pk).update(state=state)
    evaluation.refresh_from_db()
    for number, fields in enumerate(rows, start=1):
        row = assessment_of(evaluation, number)
        Assessment.objects.filter(pk=row.pk).update(**fields)
    expected = set()
    for row in evaluation.assessments.select_related("criterion"):
        one = standing_of(row)
        day = scoring.score_day(TODAY, evaluation.campaign.period_end, row.scored_on)
        met = scoring.is_met(one, day) or not scoring.is_applicable(one, day)
        if state in CONCLUDED_STATES:
            met = row.verified_result in ("met", "not_applicable")
        if not met:
            expected.add(row.criterion.key)

    ranked = most_missed(province, YEAR, TODAY, limit=999)

    assert {one.key for one in ranked} == expected
    listed = list_missing(province, YEAR, TODAY).filter(missed=1)
    assert set(listed.values_list("criterion__key", flat=True)) == expected
    assert all((one.count, one.of) == (1, 1) for one in ranked)


def test_most_missed_follows_the_verified_results_once_concluded(province):
    (one,) = some(province, [6], states=["recognised"])
    first = assessment_of(one, 1)
    Assessment.objects.filter(pk=first.pk).update(verified_result="not_met")
    assert [missed.number for missed in board_of(province).missed] == [1]


def test_most_missed_joins_versions_of_a_set_by_key(province):
    some(province, [0], criteria_set=a_set({"key": "same"}))
    some(province, [0], criteria_set=a_set({"key": "same"}))
    assert [(one.key, one.count) for one in board_of(province).missed] == [("same", 2)]


# --- Charts -----------------------------------------------------------------------


def test_spans_begin_at_the_threshold_and_hold_every_ward(province):
    lines = some_lines(province, a_set(size=34, min_met=31), [33, 31, 30, 20, 14, 0])
    chart = distribution(lines)
    found = [(one.low, one.high, one.count) for one in chart.bins]
    assert found == [
        (0, 14, 2),
        (15, 18, 0),
        (19, 22, 1),
        (23, 26, 0),
        (27, 30, 1),
        (31, 34, 2),
    ]
    assert [one.reaches for one in chart.bins] == [False] * 5 + [True]


def some_lines(province, criteria_set, met):
    many_evaluations(many_wards(province, len(met)), criteria_set, met)
    lines = Lines(province, YEAR, TODAY).all
    rank(lines)
    return lines


@pytest.mark.parametrize("size", [1, 2, 5, 8, 34, 60])
@pytest.mark.parametrize("limit", [None, 1, 2, 5, 30, 34, 99])
def test_spans_cover_every_count_once(size, limit):
    spans = _spans(size, limit)
    covered = [one for low, high in spans for one in range(low, high + 1)]
    assert covered == list(range(size + 1))
    assert len(spans) <= 7
    if limit is not None and limit <= size:
        assert limit in {low for low, _high in spans}


def test_the_chart_draws_its_tables_figures(client, province):
    some(province, [6, 6, 5, 1])
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    page = client.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    board = board_of(province)
    for one in board.distribution.bins:
        assert f'<tr data-bin="{one.low}"><th scope="row">{one.label}</th>' in page
        assert f'x="{one.end}" y="23">{one.count}</text>' in page
        assert one.end == one.width + 8
    widths = {one.count: one.width for one in board.distribution.bins}
    assert widths[2] == 2 * widths[1] > widths[0] == 0


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], Fraction(1, 2), None),
        ([1], Fraction(1, 4), 1),
        ([1, 2], Fraction(1, 2), Fraction(3, 2)),
        ([1, 2, 3, 4, 5], Fraction(1, 4), 2),
        ([1, 2, 3, 4], Fraction(3, 4), Fraction(13, 4)),
    ],
)
def test_quantiles_are_exact(values, part, expected):
    assert quantile([Fraction(one) for one in values], part) == expected


def test_year_over_year_tells_campaigns_median_and_recognised(province):
    criteria_set = a_set(size=6)
    wards = many_wards(province, 3)
    many_evaluations(
        wards[:2], criteria_set, [3, 6], year=YEAR - 1, states=["not_recognised"] * 2
    )
    Evaluation.objects.filter(self_met=6).update(state="recognised")
    many_evaluations(wards, criteria_set, [6, 6, 3])
    years = board_of(province).years
    assert [(one.year, one.campaigns, one.recognised, one.median) for one in years] == [
        (YEAR - 1, 2, 1, 75),
        (YEAR, 3, 0, 100),
    ]


def test_a_stale_year_before_is_summed_live_too(province):
    criteria_set = a_set(size=6)
    wards = many_wards(province, 1)
    (last,) = many_evaluations(wards, criteria_set, [6], year=YEAR - 1)
    many_evaluations(wards, criteria_set, [6])
    Assessment.objects.filter(evaluation=last).update(supported_until=None)
    Evaluation.objects.filter(pk=last.pk).update(fresh_until=TODAY - DAY)
    assert [one.median for one in board_of(province).years] == [0, 100]


# --- Units and years --------------------------------------------------------------


def test_a_ward_that_ended_counts_in_its_years_only(province):
    ward = WardFactory(parent=province, name="Phường Cũ")
    some_set = a_set(size=2)
    many_evaluations([ward], some_set, [1], year=YEAR - 2)
    update_unit(
        actor=TESTS,
        unit=ward,
        name=ward.name,
        code=None,
        valid_from=None,
        valid_to=dt.date(YEAR - 1, 6, 30),
    )
    assert board_of(province).wards == 0
    then = get_province_board(unit=province, year=YEAR - 2, asked=Asked(unit="ended"))
    assert names(then) == ["Phường Cũ"]
    assert (then.wards, then.ended, then.rows[0].line.rank) == (1, 0, 1)
    assert [one.campaigns for one in then.years] == [1]


def ended(ward, day):
    update_unit(
        actor=TESTS,
        unit=ward,
        name=ward.name,
        code=None,
        valid_from=None,
        valid_to=day,
    )


@pytest.mark.parametrize("sort", ["", "name", "overdue"])
def test_a_ward_that_ended_in_the_year_stands_apart_and_is_not_counted(province, sort):
    some_set = a_set(size=6, min_met=5)
    old = WardFactory(parent=province, name="Phường A")
    new = WardFactory(parent=province, name="Phường Mới")
    many_evaluations([old, new], some_set, [6, 3], year=YEAR - 1, overdue=[0, 1])
    ended(old, dt.date(YEAR - 1, 6, 30))
    asked = Asked(sort=sort)
    board = get_province_board(unit=province, year=YEAR - 1, asked=asked)
    assert [(row.line.name, row.line.rank) for row in board.rows] == [
        ("Phường Mới", 1),
        ("Phường A", None),
    ]
    assert [row.is_first_ended for row in board.rows] == [False, True]
    assert board.rows[1].line.ended_word.endswith(str(YEAR - 1))
    assert (board.wards, board.campaigns, board.ended) == (1, 1, 1)
    assert board.counters[0].count == board.reaching == 0
    assert sum(one.count for one in board.distribution.bins) == 1
    assert [(one.campaigns, one.median) for one in board.years] == [(1, 50)]
    assert {one.of for one in board.missed} == {1}
    (region,) = get_province_board(
        unit=province.parent, year=YEAR - 1, asked=Asked()
    ).regions
    assert (region.wards, region.campaigns) == (1, 1)


@pytest.mark.parametrize(
    ("last", "counted"),
    [
        (TODAY - DAY, 0),
        (TODAY, 1),
        (dt.date(YEAR, 12, 31), 1),
    ],
)
def test_this_years_reference_day_is_today(province, last, counted):
    (one,) = some(province, [3])
    ended(one.campaign.ward, last)
    board = board_of(province)
    assert (board.campaigns, board.ended) == (counted, 1 - counted)
    assert [year.campaigns for year in board.years] == [counted]


@pytest.mark.parametrize(("last", "counted"), [((12, 30), 0), ((12, 31), 1)])
def test_a_past_years_reference_day_is_its_end(province, last, counted):
    (one,) = some(province, [3], year=YEAR - 1)
    ended(one.campaign.ward, dt.date(YEAR - 1, *last))
    board = get_province_board(unit=province, year=YEAR - 1, asked=Asked())
    assert (board.campaigns, board.ended) == (counted, 1 - counted)
    assert [year.campaigns for year in board.years] == [counted]


def test_figures_open_living_wards_only(province):
    wards = [one.campaign.ward for one in some(province, [6, 6])]
    ended(wards[0], TODAY - DAY)
    assert names(board_of(province, state="open")) == [wards[1].name]
    assert names(board_of(province, state="open", unit="ended")) == [wards[0].name]


def test_another_provinces_wards_are_not_counted(province):
    some(province, [6])
    some(UnitFactory(), [6, 6, 6])
    assert board_of(province).wards == 1


# --- The country ------------------------------------------------------------------


def test_the_country_shows_its_provinces_from_their_wards(province):
    other = UnitFactory(name="Tỉnh Khác", slug="tinh-khac")
    states = ["submitted", "recognised", "open"]
    some(province, [6, 6, 2], states=states, overdue=[0, 0, 2])
    some(other, [3])
    board = board_of(province.parent)
    assert board.by_province
    found = {one.slug: one for one in board.regions}
    one = found["tinh-mau"]
    assert (one.wards, one.campaigns, one.submitted, one.verified) == (3, 3, 2, 1)
    assert (one.recognised, one.overdue, one.median) == (1, 2, 100)
    assert found["tinh-khac"].median == 50


@pytest.mark.parametrize("asked", [{"rows": "wards"}, {"q": "hung loi"}])
def test_the_country_shows_wards_when_asked_for_wards(province, asked):
    some(province, [6])
    board = board_of(province.parent, **asked)
    assert not board.by_province
    assert names(board) == ["Phường Hưng Lợi"]


def test_wards_of_one_province_are_chosen_in_the_country(province):
    some(province, [6])
    some(UnitFactory(), [5, 4])
    board = board_of(province.parent, within=str(province.pk))
    assert len(board.rows) == 1


# --- Paging -----------------------------------------------------------------------


def test_fifty_wards_to_a_page(client, province):
    some(province, [3] * 52)
    client.force_login(member(province, Role.PROVINCE_ADMIN))
    first = client.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    last = client.get(f"/p/tinh-mau/{YEAR}/?page=2").content.decode()
    assert first.count("data-ward=") == 50
    assert last.count("data-ward=") == 2
    assert "page=2" in first


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "9" * 5000])
def test_a_page_that_is_not_there_gives_one_that_is(client, province, page):
    some(province, [3, 4])
    client.force_login(member(province, Role.PROVINCE_ADMIN))
    response = client.get(f"/p/tinh-mau/{YEAR}/", {"page": page})
    assert response.status_code == 200
    assert b"data-ward=" in response.content


def test_the_threshold_stands_on_the_page_where_it_falls(province):
    some(province, [6] * 50 + [1] * 2)
    second = board_of(province, page="2")
    assert [row.is_first_below for row in second.rows] == [True, False]
    assert not any(row.is_first_below for row in board_of(province).rows)
