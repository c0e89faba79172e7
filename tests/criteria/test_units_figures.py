"""Figures given by units: who is asked, and scores that follow when units change."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.models import EvaluationState
from criteria.scoring import Tally
from criteria.selectors.assessments import units_asked
from criteria.selectors.rollup import roll_up
from criteria.selectors.scores import get_score_sheet
from criteria.services.assessments import Entry, Part, save_assessment
from criteria.services.scores import recompute
from tests.factories.criteria import an_evaluation, assessment_of, supported
from tests.factories.wards import (
    TESTS,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingUnit
from wardsecurity.wards.services import save_participating_unit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YEAR = TODAY.year
GROUPS = {"measured": True, "figures_by": ["residential_group"]}  # at least 4


def changed(ward, unit=None, *, actor=TESTS, **fields):
    """Add or change a participating unit as the province admin's page does."""
    names = ("name", "kind", "signs", "valid_from", "valid_to")
    said = {name: getattr(unit, name) for name in names} if unit else {}
    said = {"name": "Tổ dân phố 9", "kind": "residential_group"} | said | fields
    return save_participating_unit(actor=actor, ward=ward, unit=unit, **said)


def given_by(evaluation, values, number=1):
    """Enter the units' parts, by unit."""
    row = assessment_of(evaluation, number)
    parts = {unit.pk: Part(value) for unit, value in values.items()}
    save_assessment(
        actor=TESTS, assessment=row, version=row.version, entry=Entry(parts=parts)
    )


def met(evaluation):
    evaluation.refresh_from_db()
    return evaluation.self_met


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def units(ward):
    return ParticipatingUnitFactory.create_batch(2, ward=ward)


@pytest.fixture
def evaluation(ward, units):
    evaluation = an_evaluation(GROUPS, ward=ward)
    supported(evaluation, 1)
    return evaluation


# --- Who is asked -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (None, None, True),
        (None, dt.date(YEAR, 1, 1), True),
        (None, dt.date(YEAR - 1, 12, 31), False),
        (dt.date(YEAR, 12, 31), None, True),
        (dt.date(YEAR + 1, 1, 1), None, False),
        (dt.date(YEAR, 3, 1), dt.date(YEAR, 5, 31), True),
    ],
)
def test_units_are_asked_that_take_part_at_some_time_in_the_period(
    evaluation, ward, units, first, last, asked
):
    third = ParticipatingUnitFactory(ward=ward, valid_from=first, valid_to=last)

    found = units_asked(assessment_of(evaluation))

    assert set(found) == set(units) | ({third} if asked else set())


def test_no_day_changes_who_is_asked(evaluation, units, time_machine):
    units[0].valid_to = dt.date(YEAR, 5, 31)
    units[0].save()
    given_by(evaluation, {units[0]: 3, units[1]: 1})
    for month in (1, 5, 6, 12):
        time_machine.move_to(dt.datetime(YEAR, month, 3, 5, tzinfo=dt.UTC))
        assert get_score_sheet(evaluation).total.met == 1
        assert recompute(actor=TESTS, evaluation=evaluation) == []


# --- Scores follow ----------------------------------------------------------------


def test_a_new_unit_leaves_the_criterion_unassessed_at_once(evaluation, ward, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})
    assert met(evaluation) == 1

    third = changed(ward)

    assert met(evaluation) == 0
    assert recompute(actor=TESTS, evaluation=evaluation) == []
    given_by(evaluation, {third: 0})
    assert met(evaluation) == 1


@pytest.mark.parametrize(
    "fields", [{"valid_to": dt.date(YEAR - 1, 12, 31)}, {"kind": "school"}]
)
def test_a_unit_asked_no_more_leaves_the_sum_at_once(evaluation, ward, units, fields):
    given_by(evaluation, {units[0]: 4})
    assert met(evaluation) == 0

    changed(ward, units[1], **fields)

    assert met(evaluation) == 1
    assert recompute(actor=TESTS, evaluation=evaluation) == []


def test_the_change_is_trailed_under_who_changed_the_units(evaluation, ward, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})
    admin = member(ward.parent, Role.PROVINCE_ADMIN)

    changed(ward, actor=admin)

    entry = TrailEntry.objects.get(action="criterion_restated")
    assert entry.actor == admin.username
    assert entry.target_id == assessment_of(evaluation).pk


def test_a_change_that_moves_no_figure_leaves_no_trace(evaluation, ward, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})

    changed(ward, units[0], name="Tổ dân phố Một")
    changed(ward, name="Trường Tiểu học", kind="school")

    assert not TrailEntry.objects.filter(action="criterion_restated").exists()


def test_a_locked_year_keeps_its_result(evaluation, ward, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})
    evaluation.refresh_from_db()
    evaluation.state = EvaluationState.SUBMITTED
    evaluation.save()

    changed(ward)

    assert met(evaluation) == 1
    assert recompute(actor=TESTS, evaluation=evaluation) == []


def test_units_of_another_ward_move_nothing(evaluation, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})

    changed(WardFactory())

    assert met(evaluation) == 1


def test_the_page_says_why_the_figure_changed(client, evaluation, ward, units):
    given_by(evaluation, {units[0]: 3, units[1]: 1})
    changed(ward)
    client.force_login(member(ward))

    page = client.get(f"/w/{ward.slug}/{YEAR}/criteria/1/").content.decode()

    assert "Tính lại vì đơn vị nộp số liệu thay đổi: đạt (4)" in page


# --- Whatever happens to units ----------------------------------------------------

PERIODS = st.tuples(
    st.sampled_from([None, YEAR - 1, YEAR, YEAR + 1]),
    st.sampled_from([None, YEAR - 1, YEAR, YEAR + 1]),
).filter(lambda years: None in years or years[0] <= years[1])
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("unit"), st.integers(0, 3), PERIODS, st.booleans()),
        st.tuples(st.just("part"), st.integers(0, 3), st.integers(0, 5)),
    ),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_stored_is_what_would_be_reckoned_afresh_whatever_units_do(acts):
    ward = WardFactory(parent=UnitFactory())
    evaluation = an_evaluation(GROUPS, GROUPS | {"mandatory": True}, ward=ward)
    supported(evaluation, 1, 2)
    for what, place, *said in acts:
        name = f"Tổ {place}"
        unit = ParticipatingUnit.objects.filter(ward=ward, name=name).first()
        if what == "unit":
            (first, last), of_kind = said
            changed(
                ward,
                unit,
                name=name,
                kind="residential_group" if of_kind else "school",
                valid_from=first and dt.date(first, 1, 1),
                valid_to=last and dt.date(last, 12, 31),
            )
        elif unit and unit in units_asked(assessment_of(evaluation)):
            given_by(evaluation, {unit: said[0]}, number=1 + place % 2)
    evaluation.refresh_from_db()
    sums = roll_up([evaluation.pk], TODAY)[evaluation.pk]
    assert sum((one.own for one in sums), Tally()).met == evaluation.self_met
    assert recompute(actor=TESTS, evaluation=evaluation) == []
