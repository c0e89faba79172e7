"""What ended stays ended: its days, and who still comes to serve there."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.wards import (
    PAPER,
    TESTS,
    MembershipFactory,
    SuccessionFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.list_imports import _is_in_sight
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import (
    create_unit,
    save_participating_unit,
    update_unit,
)
from wardsecurity.wards.succession import NewUnit, transfer_unit

pytestmark = pytest.mark.django_db

BEGAN = dt.date(2025, 7, 1)
ENDED = dt.date(2025, 6, 30)
DAY = dt.timedelta(days=1)


@pytest.fixture
def succession():
    old = WardFactory(name="phường Cũ")
    new = WardFactory(name="phường Mới", parent=old.parent)
    return SuccessionFactory(predecessor=old, successor=new)


@pytest.fixture
def manage(client, succession):
    client.force_login(member(succession.successor.parent, Role.PROVINCE_ADMIN))
    return client


def page_of(unit):
    return reverse("admin:wards_administrativeunit_change", args=[unit.pk])


def corrected(unit, **changes):
    facts = {"name": unit.name, "code": unit.code}
    days = {"valid_from": unit.valid_from, "valid_to": unit.valid_to}
    return update_unit(actor=TESTS, unit=unit, **{**facts, **days, **changes})


# --- The days of a succession -----------------------------------------------------


@pytest.mark.parametrize("day", [None, ENDED + DAY])
def test_a_merged_unit_is_not_brought_back(succession, day):
    with pytest.raises(RuleViolation) as refused:
        corrected(succession.predecessor, valid_to=day)

    assert (refused.value.code, refused.value.field) == (
        "day_of_succession",
        "valid_to",
    )
    for word in ("Phường Cũ", "Phường Mới", "01/07/2025", PAPER.number):
        assert word in refused.value.message
    succession.predecessor.refresh_from_db()
    assert succession.predecessor.valid_to == ENDED


def test_the_first_day_of_a_successor_stays(succession):
    with pytest.raises(RuleViolation) as refused:
        corrected(succession.successor, valid_from=BEGAN - DAY)
    assert (refused.value.code, refused.value.field) == (
        "day_of_succession",
        "valid_from",
    )


def test_the_other_day_of_each_is_corrected(succession):
    old, new = succession.predecessor, succession.successor
    assert corrected(old, valid_from=ENDED - DAY).valid_from == ENDED - DAY
    assert corrected(new, valid_to=dt.date(2999, 1, 1)).valid_to.year == 2999


def test_the_admin_page_shows_the_day_and_saves_the_rest(manage, succession):
    old = succession.predecessor
    form = manage.get(page_of(old)).context["adminform"].form
    assert "valid_to" not in form.fields
    assert "valid_from" in form.fields

    typed = {"name": "phường Cũ Xưa", "code": "", "valid_from": "", "valid_to": ""}
    assert manage.post(page_of(old), typed).status_code == 302

    old.refresh_from_db()
    assert (old.name, old.valid_to) == ("phường Cũ Xưa", ENDED)


# --- Days in order, in words -------------------------------------------------------

REVERSED = {"valid_from": dt.date(2026, 2, 1), "valid_to": dt.date(2026, 1, 31)}
TYPED = {"valid_from": "01/02/2026", "valid_to": "31/01/2026"}


@pytest.mark.parametrize("what", ["new unit", "unit", "body"])
def test_reversed_days_are_refused_in_words(what):
    ward = WardFactory()
    unit = {"slug": "moi", "name": "Mới", "kind": "ward", "parent": ward.parent}
    body = {"ward": ward, "name": "Tổ 1", "kind": "residential_group"}
    acts = {
        "new unit": lambda: create_unit(actor=TESTS, **unit, **REVERSED),
        "unit": lambda: corrected(ward, **REVERSED),
        "body": lambda: save_participating_unit(actor=TESTS, **body, **REVERSED),
    }
    with pytest.raises(RuleViolation) as refused:
        acts[what]()
    assert (refused.value.code, refused.value.field) == ("term_reversed", "valid_to")
    assert "01/02/2026" in refused.value.message


@pytest.mark.parametrize("what", ["membership", "unit", "body"])
def test_a_form_says_beside_the_last_day_that_it_is_too_early(manage, succession, what):
    ward = WardFactory(parent=succession.successor.parent)
    pages = {
        "membership": reverse("admin:wards_membership_add"),
        "unit": page_of(ward),
        "body": reverse("admin:wards_participatingunit_add"),
    }
    answer = manage.post(
        pages[what],
        {
            "name": "Tổ 1",
            "kind": "residential_group",
            "ward": ward.pk,
            "user": member(ward).pk,
            "unit": ward.pk,
            "role": Role.WARD_STAFF,
            "position": "Cán bộ",
            **TYPED,
        },
    )
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["valid_to"]
    assert "01/02/2026" in errors["valid_to"][0]
    assert "dates_in_order" not in answer.content.decode()


def test_a_first_day_after_a_fixed_last_day_is_said_beside_it(manage, succession):
    old = page_of(succession.predecessor)
    answer = manage.post(old, {"name": "Cũ", "code": "", "valid_from": "02/07/2025"})
    assert list(answer.context["adminform"].form.errors) == ["valid_from"]


# --- People of a unit that went to another province --------------------------------


@pytest.fixture
def moved():
    """A ward transferred today, and one member whom only the old province sees."""
    ward = WardFactory()
    new = transfer_unit(
        actor=TESTS,
        unit=ward,
        parent=UnitFactory(),
        new=NewUnit("chuyen-den", "Phường Chuyển Đến", "ward"),
        effective_on=dt.date(2026, 7, 1),
        paper=PAPER,
    )
    ward.refresh_from_db()
    seat = MembershipFactory(unit=ward)
    corrected(ward, name="phường Đã Đi")
    return ward, new, seat


def shown(client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return set(client.get(reverse(name)).context["cl"].result_list)


def test_the_new_province_does_not_list_the_people_of_before(client, moved):
    ward, new, seat = moved
    here = member(new)
    client.force_login(member(new.parent, Role.PROVINCE_ADMIN))

    assert ward in shown(client, type(ward))
    assert {one.unit for one in shown(client, Membership)} == {new, new.parent}
    assert here in shown(client, User)
    assert seat.user not in shown(client, User)
    assert {one.chain.unit for one in shown(client, TrailEntry)} <= {new, new.parent}


def test_the_new_province_is_offered_none_of_the_people_of_before(client, moved):
    _, new, seat = moved
    mine = MembershipFactory(unit=new)
    here = member(new)
    client.force_login(member(new.parent, Role.PROVINCE_ADMIN))

    page = reverse("admin:wards_membership_hand_over", args=[mine.pk])
    people = set(client.get(page).context["form"].fields["to_user"].queryset)
    assert here in people
    assert seat.user not in people

    form = client.get(reverse("admin:wards_membership_add")).context["adminform"].form
    assert here in form.fields["user"].queryset
    assert seat.user not in form.fields["user"].queryset


def test_a_list_of_people_names_nobody_of_before(moved):
    ward, new, seat = moved
    assert not _is_in_sight(member(new.parent, Role.PROVINCE_ADMIN), seat.user)
    assert _is_in_sight(member(ward.parent, Role.PROVINCE_ADMIN), seat.user)


def test_the_old_province_hands_posts_over(client, moved):
    ward, _, seat = moved
    heir = member(ward, Role.COMMITTEE_MEMBER)
    client.force_login(member(ward.parent, Role.PROVINCE_ADMIN))

    page = reverse("admin:wards_membership_hand_over", args=[seat.pk])
    typed = {"to_user": heir.pk, "on": "01/08/2026", "position": "Cán bộ"}
    client.post(page, {**typed, "confirm": "1"})

    assert Membership.objects.filter(
        user=heir, unit=ward, role=seat.role, valid_from=dt.date(2026, 8, 2)
    ).exists()
