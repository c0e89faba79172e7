"""Units, their scope, and memberships."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role, may
from wardsecurity.wards.models import AdministrativeUnit, UnitScope
from wardsecurity.wards.services import (
    create_unit,
    end_membership,
    grant_membership,
    save_participating_unit,
)

pytestmark = pytest.mark.django_db


def seen_by(user):
    return set(AdministrativeUnit.objects.for_user(user))


def test_a_member_sees_the_own_unit_and_all_below():
    province = UnitFactory()
    one, two = WardFactory.create_batch(2, parent=province)
    WardFactory()
    assert seen_by(member(province, Role.PROVINCE_VERIFIER)) == {province, one, two}
    assert seen_by(member(one)) == {one}


def test_a_unit_made_later_is_seen_too():
    province = UnitFactory()
    user = member(province, Role.PROVINCE_ADMIN)
    ward = WardFactory(parent=province)
    assert ward in seen_by(user)


@pytest.mark.parametrize(
    ("above", "kind"),
    [
        *(("country", "ward"), ("country", "district"), ("province", "province")),
        *(("ward", "ward"), ("ward", "district"), ("province", "country")),
    ],
)
def test_units_stand_below_what_stands_above_them_by_law(above, kind):
    province = UnitFactory()
    parents = {
        "country": province.parent,
        "province": province,
        "ward": WardFactory(parent=province),
    }
    count = AdministrativeUnit.objects.count()
    with pytest.raises(RuleViolation) as refusal:
        UnitFactory(kind=kind, parent=parents[above])
    assert (refusal.value.code, refusal.value.field) == ("wrong_level", "kind")
    assert AdministrativeUnit.objects.count() == count


@pytest.mark.parametrize("days", [(-9, -1), (1, None)])
def test_a_membership_counts_from_its_first_to_its_last_day(days):
    start, end = (day and timezone.localdate() + dt.timedelta(days=day) for day in days)
    ward = WardFactory()
    assert seen_by(member(ward, valid_from=start, valid_to=end)) == set()


def test_an_account_that_was_shut_sees_nothing():
    user = member(WardFactory())
    user.is_active = False
    assert seen_by(user) == set()


def test_a_predecessor_is_read_and_not_written():
    ward, old = WardFactory.create_batch(2)
    UnitScope.objects.create(viewer=ward, unit=old, read_only=True)
    user = member(ward)
    assert old in seen_by(user)
    assert not may(user, "record_evidence", old)


def test_a_province_admin_adds_wards_below_the_own_province_only():
    province, other = UnitFactory.create_batch(2)
    admin = member(province, Role.PROVINCE_ADMIN)
    fields = {"actor": admin, "name": "Phường Mới", "kind": "ward"}
    create_unit(slug="phuong-moi", parent=province, **fields)
    with pytest.raises(PermissionDenied):
        create_unit(slug="phuong-khac", parent=other, **fields)


def test_two_units_of_one_name_follow_each_other_never_overlap():
    province = UnitFactory()
    ward = WardFactory(parent=province)
    admin = member(province, Role.PROVINCE_ADMIN)
    fields = {"actor": admin, "ward": ward, "name": "Tổ 1", "kind": "residential_group"}
    end = dt.date(2026, 6, 30)
    save_participating_unit(valid_to=end, **fields)
    save_participating_unit(valid_from=end + dt.timedelta(days=1), **fields)
    with pytest.raises(RuleViolation) as refused:
        save_participating_unit(valid_from=end, valid_to=end, **fields)
    assert refused.value.code == "overlap"


def test_a_leader_gives_ward_roles_and_no_province_roles():
    ward = WardFactory()
    leader = member(ward, Role.WARD_LEADER)
    person = member(WardFactory())
    fields = {"actor": leader, "user": person, "unit": ward, "position": "Cán bộ"}
    grant_membership(role=Role.WARD_STAFF, **fields)
    with pytest.raises(RuleViolation) as refused:
        grant_membership(role=Role.PROVINCE_ADMIN, **fields)
    assert refused.value.code == "role_out_of_reach"


@pytest.mark.parametrize("has_unit", [True, False])
def test_a_participating_unit_if_and_only_if_contributor(has_unit):
    ward = WardFactory()
    with pytest.raises(RuleViolation):
        grant_membership(
            actor=member(ward, Role.WARD_LEADER),
            user=member(WardFactory()),
            unit=ward,
            role=Role.WARD_STAFF if has_unit else Role.UNIT_CONTRIBUTOR,
            position="Tổ trưởng",
            participating_unit=ParticipatingUnitFactory(ward=ward)
            if has_unit
            else None,
        )


def test_an_ended_membership_ends_what_it_gave():
    membership = MembershipFactory()
    leader = member(membership.unit, Role.WARD_LEADER)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    end_membership(actor=leader, membership=membership, last_day=yesterday)
    assert seen_by(membership.user) == set()
