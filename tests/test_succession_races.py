"""Two people change the map at the same moment: units, posts, and who reads whom."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.wards import (
    PAPER,
    MembershipFactory,
    UnitFactory,
    WardFactory,
    member,
)
from tests.test_races import together
from tests.wardsecurity.test_scope_property import expected, stored
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.handing_over import hand_over
from wardsecurity.wards.models import Membership, UnitSuccession
from wardsecurity.wards.services import create_unit, grant_membership
from wardsecurity.wards.succession import NewUnit, merge_units, rename_unit

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.date(2027, 1, 1)
TODAY = timezone.localdate()


def refusals(results):
    return [one.code for one in results if isinstance(one, RuleViolation)]


def merge(actor, units, slug):
    return lambda: merge_units(
        actor=actor,
        predecessors=units,
        new=NewUnit(slug, slug, "ward"),
        effective_on=DAY,
        paper=PAPER,
    )


def test_two_admins_merge_the_same_ward_and_one_does():
    province = UnitFactory()
    first, shared, last = WardFactory.create_batch(3, parent=province)
    one, other = (member(province, Role.PROVINCE_ADMIN) for _time in range(2))

    results = together(
        merge(one, [first, shared], "mot"), merge(other, [last, shared], "hai")
    )

    assert refusals(results) == ["already_followed"]
    assert UnitSuccession.objects.filter(predecessor=shared).count() == 1
    assert stored() == expected()


def test_a_ward_made_while_its_neighbours_merge_is_seen_by_all_who_should():
    province = UnitFactory()
    two = WardFactory.create_batch(2, parent=province)
    admin = member(province, Role.PROVINCE_ADMIN)

    results = together(
        merge(admin, two, "gop"),
        lambda: create_unit(
            actor=admin, slug="moi", name="Mới", kind="ward", parent=province
        ),
    )

    assert not [one for one in results if isinstance(one, Exception)]
    assert stored() == expected()


def test_a_chain_of_followers_made_from_both_ends_is_whole():
    province = UnitFactory()
    first, middle, last = WardFactory.create_batch(3, parent=province)
    admin = member(province, Role.PROVINCE_ADMIN)

    def into(old, new, day):
        return lambda: merge_units(
            actor=admin, predecessors=[old], into=new, effective_on=day, paper=PAPER
        )

    results = together(
        into(first, middle, DAY), into(middle, last, DAY + dt.timedelta(days=90))
    )

    assert not [one for one in results if isinstance(one, Exception)]
    assert (last.pk, first.pk, True) in stored()
    assert stored() == expected()


def test_two_new_units_of_one_slug_are_not_both_made():
    province = UnitFactory()
    one, other = WardFactory.create_batch(2, parent=province)
    admin = member(province, Role.PROVINCE_ADMIN)

    def rename(unit):
        return lambda: rename_unit(
            actor=admin,
            unit=unit,
            new=NewUnit("cung-ten", "Cùng tên", "ward"),
            effective_on=DAY,
            paper=PAPER,
        )

    results = together(rename(one), rename(other))

    assert len(refusals(results)) == 1
    assert UnitSuccession.objects.count() == 1


def test_a_post_is_handed_to_one_of_two():
    ward = WardFactory()
    seat = MembershipFactory(unit=ward, role=Role.WARD_LEADER)
    heirs = [member(ward) for _time in range(2)]
    admins = [member(ward.parent, Role.PROVINCE_ADMIN) for _time in range(2)]

    def act(admin, heir):
        return lambda: hand_over(actor=admin, membership=seat, to_user=heir, on=TODAY)

    results = together(*map(act, admins, heirs))

    assert refusals(results) == ["already_ended"]
    assert Membership.objects.filter(role=Role.WARD_LEADER).count() == 2


def test_one_person_is_not_given_one_role_twice_over_the_same_days():
    ward, person = WardFactory(), UserFactory()
    admins = [member(ward.parent, Role.PROVINCE_ADMIN) for _time in range(2)]

    def act(admin, days):
        return lambda: grant_membership(
            actor=admin,
            user=person,
            unit=ward,
            role=Role.WARD_STAFF,
            position="Cán bộ",
            valid_from=TODAY,
            valid_to=TODAY + dt.timedelta(days=days),
        )

    results = together(act(admins[0], 5), act(admins[1], 9))

    assert refusals(results) == ["term_overlaps"]


def test_a_merger_confirmed_twice_at_once_is_done_once():
    province = UnitFactory()
    two = WardFactory.create_batch(2, parent=province)
    admin = member(province, Role.PROVINCE_ADMIN)
    data = {
        "predecessors": [unit.pk for unit in two],
        "name": "Phường Gộp",
        "kind": "ward",
        "effective_on": "01/01/2027",
        "document_number": "1/NQ",
        "document_date": "1/12/2026",
        "issuer": "Hội đồng nhân dân",
        "confirm": "1",
        "form_key": "once",
    }

    def send():
        client = Client()
        client.force_login(admin)
        url = reverse("admin:wards_unitsuccession_merge")
        return client.post(url, data).status_code

    assert together(send, send) == [302, 302]
    assert UnitSuccession.objects.count() == 2
