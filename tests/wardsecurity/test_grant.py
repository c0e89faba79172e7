"""grant: how the first people come in; refused in words, whole or not at all."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.wards import ParticipatingUnitFactory, UnitFactory, WardFactory
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """Compare with the sentences of the source, whatever their translation."""
    with translation.override("en"):
        yield


@pytest.fixture
def province():
    return UnitFactory(slug="tinh-thu", name="Tỉnh Thử")


@pytest.fixture
def ward(province):
    return WardFactory(slug="phuong-thu", name="Phường Thử", parent=province)


def grant(username="nguoi.moi", role="ward_staff", unit="phuong-thu", **options):
    call_command("grant", username, role, unit, **{"position": "Cán bộ"} | options)


def refusal_of(*args, **options):
    """What the command said, having written nothing."""
    before = (User.objects.count(), Membership.objects.count())
    entries = TrailEntry.objects.count()
    with pytest.raises(CommandError) as refusal:
        grant(*args, **options)
    assert (User.objects.count(), Membership.objects.count()) == before
    assert TrailEntry.objects.count() == entries
    return str(refusal.value)


# --- Granted ----------------------------------------------------------------------


def test_somebody_new_gets_an_account_and_signs_in_with_what_was_printed(
    ward, client, capsys
):
    grant(full_name="Nguyễn Văn A")

    printed = capsys.readouterr().out.strip()
    sentence, password = printed.split(". One-time password: ")
    assert sentence == "nguoi.moi: ward staff of Phường Thử"
    assert client.login(username="nguoi.moi", password=password)
    user = User.objects.get()
    assert (user.full_name, user.must_change_password) == ("Nguyễn Văn A", True)
    seat = user.memberships.get()
    assert (seat.unit, seat.role, seat.position) == (ward, Role.WARD_STAFF, "Cán bộ")
    assert (seat.valid_from, seat.valid_to) == (timezone.localdate(), None)


def test_a_known_account_keeps_its_password(ward, capsys):
    user = UserFactory(username="nguoi.cu")

    grant("Nguoi.Cu")

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.memberships.get().unit == ward
    assert capsys.readouterr().out.strip() == "nguoi.cu: ward staff of Phường Thử"


@pytest.mark.parametrize("role", ["province_admin", "province_verifier"])
def test_the_first_of_a_province_comes_in(province, client, role):
    grant("congan", role, "tinh-thu")

    client.force_login(User.objects.get())
    assert client.get("/admin/", follow=True).status_code == 200
    assert User.objects.get().admin_site_roles == {role}


def test_a_contributor_serves_a_unit_of_the_ward(ward):
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố số một")

    # As a terminal on another system sends it: letters and marks apart.
    named = "Tô\u0309 dân phô\u0301 sô\u0301 mô\u0323t"
    grant(role="unit_contributor", participating_unit=named)

    assert Membership.objects.get().participating_unit == group


def test_two_roles_in_a_ward_are_two_memberships(ward):
    grant()
    grant(role="committee_member")

    roles = Membership.objects.values_list("role", flat=True)
    assert sorted(roles) == ["committee_member", "ward_staff"]
    assert User.objects.count() == 1


def test_the_position_is_kept_in_nfc_without_spaces_around(ward):
    grant(position="  Ca\u0301n bô\u0323 ")

    assert Membership.objects.get().position == "Cán bộ"


def test_the_trail_names_the_command_and_not_the_password(ward, capsys):
    grant()

    password = capsys.readouterr().out.split()[-1]
    entries = TrailEntry.objects.filter(chain__unit=ward, actor="grant")
    actions = set(entries.values_list("action", flat=True))
    assert actions == {"account_created", "membership_granted"}
    assert not [entry for entry in entries if password in entry.payload]


# --- Refused ----------------------------------------------------------------------


def test_the_same_role_twice_is_refused(ward):
    grant()

    assert refusal_of() == "This person already has this role here."


def test_a_unit_that_does_not_exist_is_told(ward):
    assert refusal_of(unit="nowhere") == "There is no unit nowhere."


def test_a_role_that_does_not_exist_is_told_with_those_that_do(ward):
    told = refusal_of(role="king")

    assert "'king'" in told
    assert all(role in told for role in Role.values)


def test_a_position_is_asked_for(ward):
    with pytest.raises(CommandError, match="--position"):
        call_command("grant", "nguoi.moi", "ward_staff", "phuong-thu")


@pytest.mark.parametrize("position", ["", "   "])
def test_an_empty_position_is_refused(ward, position):
    assert refusal_of(position=position) == "position: This field cannot be blank."


def test_a_long_position_is_refused(ward):
    assert refusal_of(position="x" * 161).startswith("position: ")


@pytest.mark.parametrize("username", ["", "có dấu", "hai tu", "x" * 61, "a\nb"])
def test_a_sign_in_name_that_cannot_be_is_refused(ward, username):
    assert refusal_of(username).startswith("username: ")


def test_a_long_name_is_refused(ward):
    assert refusal_of(full_name="x" * 121).startswith("full_name: ")


def test_a_contributor_without_a_unit_is_refused(ward):
    assert refusal_of(role="unit_contributor") == (
        "Choose the participating unit for a unit contributor only."
    )


def test_a_unit_for_another_role_is_refused(ward):
    ParticipatingUnitFactory(ward=ward, name="Tổ 1")

    assert refusal_of(participating_unit="Tổ 1") == (
        "Choose the participating unit for a unit contributor only."
    )


@pytest.mark.parametrize("where", ["ended", "elsewhere", "unknown"])
def test_a_unit_that_does_not_take_part_is_told(ward, where):
    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    ParticipatingUnitFactory(ward=ward, name="ended", valid_to=yesterday)
    ParticipatingUnitFactory(name="elsewhere")

    told = refusal_of(role="unit_contributor", participating_unit=where)

    assert told == f"Phường Thử has no participating unit {where}."
