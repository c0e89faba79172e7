"""A ward's years side by side, and those of the units it followed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from criteria.models import Assessment, Evaluation, Recognition
from criteria.selectors.scores import get_score_sheet
from criteria.selectors.ward_years import get_ward_years
from tests.factories.criteria import a_set, assessment_of
from tests.factories.provinces import many_evaluations, many_wards
from tests.factories.wards import TESTS, UnitFactory, WardFactory, member
from wardsecurity.permissions import Role
from wardsecurity.wards.models import UnitKind
from wardsecurity.wards.succession import NewUnit, Paper, merge_units

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YEAR = TODAY.year


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def criteria_set():
    return a_set(size=4)


def years_of(ward, **kwargs):
    return get_ward_years(user=member(ward), slug=ward.slug, **kwargs)


def figures(years):
    return [
        (group.unit.name, [shown(one) for one in group.years]) for group in years.groups
    ]


def shown(one):
    return one.year, one.total.met, one.total.size


def test_the_years_stand_side_by_side_the_earliest_first(province, criteria_set):
    wards = many_wards(province, 1)
    many_evaluations(wards, criteria_set, [4])
    many_evaluations(wards, a_set(size=3), [1], year=YEAR - 1)
    years = years_of(wards[0])
    assert figures(years) == [("Phường Hưng Lợi", [(YEAR - 1, 1, 3), (YEAR, 4, 4)])]


def test_each_year_has_the_figures_of_its_own_page(province, criteria_set):
    wards = many_wards(province, 1)
    many_evaluations(wards, criteria_set, [4], overdue=[0])
    many_evaluations(wards, criteria_set, [2], year=YEAR - 1, states=["recognised"])
    stale = many_evaluations(wards, criteria_set, [3], year=YEAR - 2)[0]
    Assessment.objects.filter(evaluation=stale).update(supported_until=None)
    Evaluation.objects.filter(pk=stale.pk).update(fresh_until=TODAY - dt.timedelta(1))
    columns = years_of(wards[0]).columns
    assert len(columns) == 3
    for one in columns:
        sheet = get_score_sheet(Evaluation.objects.get(pk=one.evaluation.pk))
        assert one.total == sheet.total
        assert [(cell.met, cell.size) for cell in one.cells.values()] == [
            (part.tally.met, part.tally.size) for part in sheet.categories
        ]


def test_criteria_are_matched_by_key_whatever_their_number(province):
    wards = many_wards(province, 1)
    old = a_set({"key": "kept"}, {"key": "gone"})
    new = a_set({"key": "new"}, {"key": "kept"})
    many_evaluations(wards, old, [2], year=YEAR - 1)
    many_evaluations(wards, new, [2])
    rows = {row.key: (row.number, row.results) for row in years_of(wards[0]).criteria}
    assert rows == {
        "new": (1, ["", "met"]),
        "kept": (2, ["met", "met"]),
        "gone": (2, ["met", ""]),
    }


def test_only_what_changed_is_shown_until_all_is_asked_for(province, criteria_set):
    wards = many_wards(province, 1)
    many_evaluations(wards, criteria_set, [4], year=YEAR - 1)
    (now,) = many_evaluations(wards, criteria_set, [4])
    row = assessment_of(now, 2)
    Assessment.objects.filter(pk=row.pk).update(self_result="not_met")
    years = years_of(wards[0])
    assert [row.number for row in years.rows] == [2]
    assert years.changed == 1
    assert len(years_of(wards[0], show_all=True).rows) == 4


def results_of(years):
    return [row.results for row in years.criteria]


def test_what_an_open_year_has_not_judged_is_not_a_failure(province):
    ward = WardFactory(parent=province)
    criteria_set = a_set(size=3)
    many_evaluations([ward], criteria_set, [3], year=YEAR - 1)
    (now,) = many_evaluations([ward], criteria_set, [0])
    many_evaluations([ward], criteria_set, [0], year=YEAR + 1)
    rows = Assessment.objects.filter(evaluation=now)
    rows.filter(criterion__number=2).update(explanation="Đang làm.")
    rows.filter(criterion__number=3).update(self_result="not_met")
    years = years_of(ward)
    assert results_of(years) == [
        ["met", "not_started", "not_started"],
        ["met", "in_progress", "not_started"],
        ["met", "not_met", "not_started"],
    ]
    assert years.changed == 1


def test_a_year_that_is_over_failed_what_it_never_judged(province):
    ward = WardFactory(parent=province)
    many_evaluations([ward], a_set(size=1), [0], year=YEAR - 1)
    assert results_of(years_of(ward)) == [["not_met"]]


def test_the_page_says_not_started(client, province, criteria_set):
    (ward,) = many_wards(province, 1)
    many_evaluations([ward], criteria_set, [0])
    client.force_login(member(ward))
    page = client.get(f"/w/{ward.slug}/years/?show=all").content.decode()
    assert page.count("Chưa bắt đầu") == 4
    assert "Chưa đạt" not in page


def test_a_decision_stands_with_its_number_and_a_voided_one_does_not(
    client, province, criteria_set
):
    wards = many_wards(province, 1)
    (one,) = many_evaluations(wards, criteria_set, [4], states=["recognised"])
    for number, voided in (("12/QĐ-UBND", None), ("11/QĐ-UBND", timezone.now())):
        Recognition.objects.create(
            evaluation=one,
            is_recognised=True,
            authority=province,
            deciding_body="UBND tỉnh",
            number=number,
            decided_on=TODAY,
            year=YEAR,
            voided_at=voided,
        )
    client.force_login(member(wards[0]))
    page = client.get(f"/w/{wards[0].slug}/years/").content.decode()
    assert "12/QĐ-UBND" in page
    assert "11/QĐ-UBND" not in page


@pytest.fixture
def merged(province, criteria_set):
    """Two wards that went into one, each with a year before, and the year since."""
    wards = many_wards(province, 2)
    many_evaluations(wards, criteria_set, [4, 1], year=YEAR - 1)
    new = merge_units(
        actor=TESTS,
        predecessors=wards,
        effective_on=dt.date(YEAR, 1, 1),
        paper=Paper("1/NQ", dt.date(YEAR - 1, 12, 1), "HĐND tỉnh"),
        new=NewUnit("phuong-moi", "Phường Mới", UnitKind.WARD),
    )
    many_evaluations([new], criteria_set, [3])
    return new


def test_predecessors_stand_in_columns_of_their_own_never_summed(merged):
    assert figures(years_of(merged)) == [
        ("Phường Mới", [(YEAR, 3, 4)]),
        ("Phường Hưng Lợi", [(YEAR - 1, 4, 4)]),
        ("Phường Lộc Điền", [(YEAR - 1, 1, 4)]),
    ]


def test_the_successors_leader_opens_the_predecessors_year_from_there(client, merged):
    client.force_login(member(merged, Role.WARD_LEADER))
    page = client.get(f"/w/{merged.slug}/years/").content.decode()
    for slug in ("phuong-moi", *(row.slug for row in predecessors(merged))):
        assert f'data-unit="{slug}"' in page
    old = predecessors(merged)[0]
    assert f'href="/w/{old.slug}/{YEAR - 1}/"' in page
    assert client.get(f"/w/{old.slug}/{YEAR - 1}/").status_code == 200


def predecessors(ward):
    return [row.predecessor for row in ward.precedences.all()]


def test_a_predecessor_does_not_read_on(client, merged):
    old = predecessors(merged)[0]
    client.force_login(member(old))
    assert client.get(f"/w/{merged.slug}/years/").status_code == 404
    assert [name for name, _years in figures(years_of(old))] == [old.name]


def test_another_ward_is_not_there(client, merged):
    client.force_login(member(WardFactory()))
    assert client.get(f"/w/{merged.slug}/years/").status_code == 404


def test_a_ward_without_a_year_says_so(client, province):
    ward = WardFactory(parent=province)
    client.force_login(member(ward))
    response = client.get(f"/w/{ward.slug}/years/")
    assert response.status_code == 200
    assert "<table" not in response.content.decode()


def test_the_dashboard_leads_there(client, merged):
    client.force_login(member(merged))
    page = client.get(f"/w/{merged.slug}/{YEAR}/").content.decode()
    assert f'href="/w/{merged.slug}/years/"' in page


def test_queries_are_the_same_for_one_year_and_for_five(client, province, criteria_set):
    wards = many_wards(province, 1)
    many_evaluations(wards, criteria_set, [4])
    client.force_login(member(wards[0], Role.WARD_LEADER))

    def queries():
        client.get(f"/w/{wards[0].slug}/years/")
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/w/{wards[0].slug}/years/")
        return len(seen)

    before = queries()
    for back in range(1, 5):
        many_evaluations(wards, criteria_set, [2], year=YEAR - back)
    assert queries() == before <= 16


def test_queries_are_the_same_for_several_open_years(client, province):
    (ward,) = many_wards(province, 1)
    client.force_login(member(ward, Role.WARD_LEADER))
    many_evaluations([ward], a_set(size=4), [1], year=YEAR)

    def queries():
        client.get(f"/w/{ward.slug}/years/?show=all")
        with CaptureQueriesContext(connection) as seen:
            page = client.get(f"/w/{ward.slug}/years/?show=all").content.decode()
        return len(seen), page.count("Chưa bắt đầu")

    before, shown = queries()
    for ahead in range(1, 4):
        many_evaluations([ward], a_set(size=4), [1], year=YEAR + ahead)
    assert shown == 3
    assert queries() == (before, 12)
