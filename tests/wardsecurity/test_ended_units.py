"""What ended stays ended: its days, and who still comes to serve there."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.wards import (
    PAPER,
    TESTS,
    MembershipFactory,
    ParticipatingUnitFactory,
    SuccessionFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.handing_over import hand_over
from wardsecurity.wards.list_imports import _is_in_sight
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import (
    create_unit,
    grant_membership,
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


# --- Who still comes to serve ------------------------------------------------------


def granted(unit, *, role=Role.WARD_STAFF, **facts):
    facts = {"user": member(WardFactory()), "position": "Cán bộ", **facts}
    return grant_membership(actor=TESTS, unit=unit, role=role, **facts)


def test_no_new_post_begins_in_a_unit_that_ended(succession):
    with pytest.raises(RuleViolation) as refused:
        granted(succession.predecessor)
    assert (refused.value.code, refused.value.field) == ("unit_ended", "unit")
    assert "30/06/2025" in refused.value.message
    assert "Phường Mới" in refused.value.message


def test_a_unit_that_ended_without_a_successor_takes_nobody_either():
    ward = WardFactory(valid_to=ENDED)
    with pytest.raises(RuleViolation) as refused:
        granted(ward, valid_from=ENDED + DAY)
    assert refused.value.code == "unit_ended"


def test_a_post_up_to_the_last_day_is_written_down_later(succession):
    assert granted(succession.predecessor, valid_from=ENDED, valid_to=ENDED)


def test_a_post_in_a_unit_that_ended_is_handed_over(succession):
    old = succession.predecessor
    seat = MembershipFactory(unit=old, role=Role.WARD_LEADER)
    heir = member(old)
    new = hand_over(actor=TESTS, membership=seat, to_user=heir, on=ENDED + 9 * DAY)
    assert (new.user, new.unit) == (heir, old)


def test_the_admin_form_says_where_to_give_the_post(manage, succession):
    old = succession.predecessor
    answer = manage.post(
        reverse("admin:wards_membership_add"),
        {
            "user": member(succession.successor).pk,
            "unit": old.pk,
            "role": Role.WARD_STAFF,
            "position": "Cán bộ",
            "valid_from": "01/07/2025",
        },
    )
    errors = answer.context["adminform"].form.errors
    assert "Phường Mới" in errors["unit"][0]


@pytest.mark.parametrize("side", ["predecessor", "successor"])
def test_both_pages_lead_to_giving_the_old_posts_in_the_new_unit(
    manage, succession, side
):
    seat = MembershipFactory(
        unit=succession.predecessor, position="Trưởng phòng", user__full_name="Lê Thị A"
    )
    MembershipFactory(unit=succession.predecessor, valid_to=ENDED)

    page = manage.get(page_of(getattr(succession, side)))

    (group,) = page.context["posts"]
    ((post, url),) = group["posts"]
    assert (group["unit"], post.membership) == (succession.successor, seat)
    form = manage.get(url).context["adminform"].form
    begun = {name: form[name].value() for name in ("unit", "user", "role", "position")}
    assert begun == {
        "unit": str(succession.successor_id),
        "user": str(seat.user_id),
        "role": Role.WARD_STAFF,
        "position": "Trưởng phòng",
    }
    assert form.fields["user"].queryset.filter(pk=seat.user_id).exists()
    assert "Lê Thị A" in page.content.decode()


def test_a_post_that_was_given_already_is_not_offered_again(manage, succession):
    seat = MembershipFactory(unit=succession.predecessor)
    MembershipFactory(unit=succession.successor, user=seat.user)
    (group,) = manage.get(page_of(succession.successor)).context["posts"]
    ((post, url),) = group["posts"]
    assert (post.is_given, url) == (True, "")


def test_a_verifier_reads_the_posts_and_gives_none(client, succession):
    MembershipFactory(unit=succession.predecessor)
    client.force_login(member(succession.successor.parent, Role.PROVINCE_VERIFIER))
    (group,) = client.get(page_of(succession.successor)).context["posts"]
    assert (group["url"], group["posts"][0][1]) == ("", "")


def test_the_new_province_is_shown_no_posts_of_before(client, moved):
    ward, new, _ = moved
    client.force_login(member(new.parent, Role.PROVINCE_ADMIN))
    assert client.get(page_of(new)).context["posts"] == []
    assert client.get(page_of(ward)).context["posts"] == []


def test_the_page_costs_the_same_for_many_posts(
    django_assert_num_queries, manage, succession
):
    MembershipFactory(unit=succession.predecessor)
    manage.get(page_of(succession.successor))
    with CaptureQueriesContext(connection) as few:
        manage.get(page_of(succession.successor))
    MembershipFactory.create_batch(5, unit=succession.predecessor)
    with django_assert_num_queries(len(few)):
        manage.get(page_of(succession.successor))


# --- Roles and levels --------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PROVINCE_ADMIN, Role.PROVINCE_VERIFIER])
def test_province_roles_are_given_over_wards_only(role):
    ward = WardFactory()
    with pytest.raises(RuleViolation) as refused:
        granted(ward, role=role)
    assert (refused.value.code, refused.value.field) == ("role_of_other_level", "role")
    assert granted(ward.parent, role=role)
    assert granted(ward.parent.parent, role=role)


@pytest.mark.parametrize(
    "role",
    [
        Role.WARD_STAFF,
        Role.WARD_LEADER,
        Role.COMMITTEE_MEMBER,
        Role.UNIT_CONTRIBUTOR,
    ],
)
def test_ward_roles_are_given_in_wards_only(role):
    province = UnitFactory()
    district = UnitFactory(kind="district", parent=province)
    for unit in (province, district):
        with pytest.raises(RuleViolation) as refused:
            granted(unit, role=role)
        assert refused.value.code == "role_of_other_level"
    ward = WardFactory()
    body = None
    if role == Role.UNIT_CONTRIBUTOR:
        body = ParticipatingUnitFactory(ward=ward)
    assert granted(ward, role=role, participating_unit=body)
