"""The form that gives criteria to units: nobody's work is lost."""

import datetime as dt

import pytest
from django.utils import timezone

from tests.factories.criteria import an_evaluation, assessment_of
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
SIZE = 4


@pytest.fixture
def evaluation():
    return an_evaluation(*[{}] * SIZE)


@pytest.fixture
def address(evaluation):
    campaign = evaluation.campaign
    return f"/w/{campaign.ward.slug}/{campaign.year}/assignments/"


@pytest.fixture
def leader(client, evaluation):
    user = member(evaluation.campaign.ward, Role.WARD_LEADER, position="Chủ tịch")
    client.force_login(user)
    return user


@pytest.fixture
def unit(evaluation):
    return ParticipatingUnitFactory(ward=evaluation.campaign.ward, name="Tổ dân phố 1")


def opened(client, address):
    """What a browser would send back from the open page, nothing changed."""
    sent = {}
    for form in client.get(address).context["forms"]:
        for field in form:
            value = field.value()
            if isinstance(value, dt.date):
                value = f"{value:%d/%m/%Y}"
            if value not in (None, []):
                sent[field.html_name] = value
    return sent


def day(text):
    """A day of December, as it is stored."""
    return dt.date(TODAY.year, 12, int(text[:2]))


def on(number):
    """A day of December, as it is typed."""
    return f"{number:02}/12/{TODAY.year}"


def test_only_the_rows_a_leader_changed_are_written(
    client, leader, address, evaluation
):
    """Two leaders on one open page: the second does not undo the first."""
    first, second = opened(client, address), opened(client, address)

    client.post(address, first | {"c1-due_on": on(15)})
    response = client.post(address, second | {"c3-due_on": on(20)})

    assert response.status_code == 302
    assert assessment_of(evaluation, 1).due_on == day(on(15))
    assert assessment_of(evaluation, 3).due_on == day(on(20))
    assert TrailEntry.objects.filter(action="criterion_assigned").count() == 2


def test_a_row_changed_meanwhile_shows_both_versions_and_keeps_the_first(
    client, leader, address, evaluation, unit
):
    first, second = opened(client, address), opened(client, address)
    client.post(address, first | {"c1-due_on": on(15), "c1-lead_unit": unit.pk})

    response = client.post(address, second | {"c1-due_on": on(20), "c3-due_on": on(21)})

    assert response.status_code == 409
    page = response.content.decode()
    (conflict,) = [one.conflict for one in response.context["forms"] if one.conflict]
    assert conflict.theirs[0][1] == unit.name
    assert (conflict.theirs[1][1], conflict.yours[1][1]) == (on(15), on(20))
    assert "Chủ tịch" in page
    assert on(21) in page
    row = assessment_of(evaluation, 1)
    assert (row.lead_unit, row.due_on) == (unit, day(on(15)))
    assert assessment_of(evaluation, 3).due_on != day(on(21))


def test_after_comparing_the_second_version_can_be_saved(
    client, leader, address, evaluation
):
    first, second = opened(client, address), opened(client, address)
    client.post(address, first | {"c1-due_on": on(15)})
    second |= {"c1-due_on": on(20)}
    shown = client.post(address, second).context["forms"][0]["shown"].value()

    response = client.post(address, second | {"c1-shown": shown})

    assert response.status_code == 302
    assert assessment_of(evaluation, 1).due_on == day(on(20))


def test_the_same_change_by_two_is_no_conflict(client, leader, address):
    sent = opened(client, address) | {"c1-due_on": on(15)}
    client.post(address, sent)

    assert client.post(address, sent | {"form_key": "other"}).status_code == 302


@pytest.mark.parametrize("shown", ["", "1|2|3", "|2026-02-31|", "|2026-12-31|,"])
def test_a_row_that_does_not_say_what_it_showed_writes_nothing(
    client, leader, address, evaluation, shown
):
    before = assessment_of(evaluation).due_on
    sent = opened(client, address) | {"c1-due_on": on(15), "c1-shown": shown}

    response = client.post(address, sent)

    assert response.status_code == 422
    assert "Mở lại trang này" in response.content.decode()
    assert assessment_of(evaluation).due_on == before


def test_a_bad_date_is_marked_in_its_row_and_kept(client, leader, address, evaluation):
    sent = opened(client, address) | {"c2-due_on": "31/02/2026"}

    response = client.post(address, sent)

    assert response.status_code == 422
    assert "31/02/2026" in response.content.decode()
    client.post(address, sent | {"c2-due_on": on(15)})
    assert assessment_of(evaluation, 2).due_on == day(on(15))


# --- Units that have ended --------------------------------------------------------


@pytest.fixture
def ended(evaluation, unit):
    """A unit that led criterion 1, supported criterion 2, and is no more."""
    row = assessment_of(evaluation, 1)
    row.lead_unit = unit
    row.save()
    assessment_of(evaluation, 2).supporting_units.add(unit)
    unit.valid_to = TODAY - dt.timedelta(days=1)
    unit.save()
    return unit


def test_saving_another_row_keeps_units_that_have_ended(
    client, leader, address, evaluation, ended
):
    client.post(address, opened(client, address) | {"c3-due_on": on(15)})

    assert assessment_of(evaluation, 1).lead_unit == ended
    assert list(assessment_of(evaluation, 2).supporting_units.all()) == [ended]


def test_moving_the_due_date_keeps_the_unit_that_has_ended(
    client, leader, address, evaluation, ended
):
    sent = opened(client, address) | {"c1-due_on": on(15), "c2-due_on": on(15)}

    assert client.post(address, sent).status_code == 302
    assert assessment_of(evaluation, 1).lead_unit == ended
    assert list(assessment_of(evaluation, 2).supporting_units.all()) == [ended]


def test_a_unit_that_has_ended_is_marked_and_offered_where_it_serves_only(
    client, leader, address, ended
):
    forms = client.get(address).context["forms"]
    offered = [dict(form.fields["lead_unit"].choices) for form in forms]

    assert offered[0][ended.pk] == "Tổ dân phố 1 (đã kết thúc)"
    assert [ended.pk in choices for choices in offered] == [True, True, False, False]
