"""Who manages whose account: each guard alone stands in the way."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.factories.wards import MembershipFactory, UnitFactory, WardFactory, member
from wardsecurity.accounts.services import may_touch, reset_password, update_account
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import end_membership, grant_membership

pytestmark = pytest.mark.django_db


def refusal(act, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(**kwargs)
    return refused.value.code


def kept(act, user, **kwargs):
    """Run an act that is refused; what it says, and that the password stayed."""
    before = user.password
    code = refusal(act, user=user, **kwargs)
    user.refresh_from_db()
    assert user.password == before
    return code


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def leader(ward):
    return member(ward, Role.WARD_LEADER)


def corrected(**kwargs):
    update_account(full_name="Nguyễn Văn A", email="", is_active=True, **kwargs)


# --- An account that serves elsewhere too -----------------------------------------


@pytest.mark.parametrize("act", [reset_password, corrected])
def test_an_account_that_also_serves_elsewhere_is_out_of_a_leaders_reach(
    ward, leader, act
):
    user = member(ward)
    MembershipFactory(user=user, unit=WardFactory())

    assert kept(act, user, actor=leader) == "account_out_of_reach"
    assert not may_touch(leader, user)


def test_a_leader_does_not_touch_an_account_that_also_works_for_the_province(
    ward, leader
):
    """The role counts, not the unit: it would be given over this very ward."""
    user = member(ward)
    MembershipFactory(user=user, unit=ward, role=Role.PROVINCE_VERIFIER)

    assert kept(reset_password, user, actor=leader) == "account_out_of_reach"


@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN])
def test_a_leader_does_not_touch_a_province_role_held_in_the_own_ward(
    ward, leader, role
):
    with pytest.raises(PermissionDenied):
        reset_password(actor=leader, user=member(ward, role))


def test_a_province_admin_does(ward):
    admin = member(ward.parent, Role.PROVINCE_ADMIN)

    assert reset_password(actor=admin, user=member(ward, Role.PROVINCE_VERIFIER))


def test_roles_that_have_ended_do_not_put_an_account_out_of_reach(ward, leader):
    user = member(ward)
    elsewhere = MembershipFactory(user=user, unit=WardFactory())
    elsewhere.valid_to = timezone.localdate() - dt.timedelta(days=1)
    elsewhere.save()

    assert reset_password(actor=leader, user=user)


# --- One's own --------------------------------------------------------------------


def test_nobody_resets_the_own_password_here(leader):
    assert kept(reset_password, leader, actor=leader) == "own_account"


def test_nobody_gives_a_role_to_the_own_account(ward, leader):
    code = refusal(
        grant_membership,
        actor=leader,
        user=leader,
        unit=ward,
        role=Role.WARD_STAFF,
        position="Cán bộ",
    )

    assert code == "own_account"
    assert Membership.objects.filter(user=leader).count() == 1


def test_nobody_ends_the_own_role(ward, leader):
    own = Membership.objects.get(user=leader)

    code = refusal(
        end_membership, actor=leader, membership=own, last_day=timezone.localdate()
    )

    assert code == "own_account"


# --- Roles of the province --------------------------------------------------------


def test_a_leader_does_not_end_a_province_role_held_in_the_own_ward(ward, leader):
    """Nor one of the province itself, which is out of the leader's sight."""
    here = MembershipFactory(unit=ward, role=Role.PROVINCE_VERIFIER)
    above = MembershipFactory(unit=ward.parent, role=Role.PROVINCE_VERIFIER)
    today = timezone.localdate()

    code = refusal(end_membership, actor=leader, membership=here, last_day=today)

    assert code == "role_out_of_reach"
    with pytest.raises(PermissionDenied):
        end_membership(actor=leader, membership=above, last_day=today)
    here.refresh_from_db()
    assert here.valid_to is None


def test_a_province_admin_ends_a_role_of_the_own_province_only():
    province, other = UnitFactory.create_batch(2)
    admin = member(province, Role.PROVINCE_ADMIN)
    own, foreign = (
        MembershipFactory(unit=unit, role=Role.PROVINCE_VERIFIER)
        for unit in (province, other)
    )
    today = timezone.localdate()

    assert end_membership(actor=admin, membership=own, last_day=today).valid_to == today
    with pytest.raises(PermissionDenied):
        end_membership(actor=admin, membership=foreign, last_day=today)
