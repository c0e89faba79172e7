"""Posts handed over by date, and terms that never lie over each other."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.handing_over import hand_over
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import end_membership, grant_membership

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def admin(ward):
    return member(ward.parent, Role.PROVINCE_ADMIN)


@pytest.fixture
def seat(ward):
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    return MembershipFactory(
        unit=ward,
        role=Role.UNIT_CONTRIBUTOR,
        participating_unit=group,
        position="Tổ trưởng",
    )


@pytest.fixture
def heir(ward):
    return member(ward)


def code_of(act):
    with pytest.raises(RuleViolation) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize("days", [-30, 0, 30])
def test_one_ends_and_the_other_begins_the_day_after(admin, seat, heir, days):
    on = TODAY + days * DAY

    new = hand_over(actor=admin, membership=seat, to_user=heir, on=on)

    seat.refresh_from_db()
    assert seat.valid_to == on
    assert (new.user, new.valid_from, new.valid_to) == (heir, on + DAY, None)
    assert (new.position, new.role) == ("Tổ trưởng", Role.UNIT_CONTRIBUTOR)
    assert new.participating_unit == seat.participating_unit


def test_the_position_may_change_and_the_end_of_the_term_stays(admin, ward, heir):
    end = TODAY + 90 * DAY
    seat = MembershipFactory(unit=ward, role=Role.WARD_LEADER, valid_to=end)

    new = hand_over(
        actor=admin, membership=seat, to_user=heir, on=TODAY, position="Phó Chủ tịch"
    )

    assert (new.position, new.valid_to) == ("Phó Chủ tịch", end)


def test_both_halves_stand_in_the_trail(admin, seat, heir):
    hand_over(actor=admin, membership=seat, to_user=heir, on=TODAY)
    actions = TrailEntry.objects.order_by("seq").values_list("action", flat=True)
    assert list(actions)[-2:] == ["membership_ended", "membership_granted"]


def test_a_leader_hands_over_in_the_own_ward(ward, seat, heir):
    leader = member(ward, Role.WARD_LEADER)
    assert hand_over(actor=leader, membership=seat, to_user=heir, on=TODAY)


@pytest.mark.parametrize(
    ("days", "code"),
    [((TODAY - dt.date(2020, 1, 1)).days + 1, "before_it_began"), (-10, None)],
)
def test_a_post_does_not_end_before_it_began(admin, seat, heir, days, code):
    on = TODAY - abs(days) * DAY
    act = lambda: hand_over(actor=admin, membership=seat, to_user=heir, on=on)  # noqa: E731
    if code:
        assert code_of(act) == code
    else:
        assert act()


@pytest.mark.parametrize("days", [0, 1])
def test_a_post_that_ended_is_not_handed_over(admin, seat, heir, days):
    end_membership(actor=admin, membership=seat, last_day=TODAY)
    on = TODAY + days * DAY
    act = lambda: hand_over(actor=admin, membership=seat, to_user=heir, on=on)  # noqa: E731
    assert code_of(act) == "already_ended"


def test_nobody_hands_over_to_the_same_person(admin, seat):
    act = lambda: hand_over(  # noqa: E731
        actor=admin, membership=seat, to_user=seat.user, on=TODAY
    )
    assert code_of(act) == "same_person"


def test_nobody_hands_over_the_own_post_or_to_oneself(ward, seat, heir):
    leader = member(ward, Role.WARD_LEADER)
    own = leader.memberships.get()
    for membership, to_user in ((own, heir), (seat, leader)):
        act = lambda m=membership, u=to_user: hand_over(  # noqa: E731
            actor=leader, membership=m, to_user=u, on=TODAY
        )
        assert code_of(act) == "own_account"


def test_who_holds_the_role_here_is_not_given_it_twice(admin, seat, ward):
    holder = MembershipFactory(
        unit=ward,
        role=Role.UNIT_CONTRIBUTOR,
        participating_unit=ParticipatingUnitFactory(ward=ward),
        valid_to=TODAY + 60 * DAY,
    ).user
    act = lambda: hand_over(actor=admin, membership=seat, to_user=holder, on=TODAY)  # noqa: E731
    assert code_of(act) == "term_overlaps"
    seat.refresh_from_db()
    assert seat.valid_to is None


def test_a_post_for_a_body_that_ended_is_not_handed_over(admin, seat, heir):
    body = seat.participating_unit
    body.valid_to = TODAY
    body.save()
    act = lambda: hand_over(actor=admin, membership=seat, to_user=heir, on=TODAY)  # noqa: E731
    assert code_of(act) == "body_ended"


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.COMMITTEE_MEMBER])
def test_other_roles_hand_nothing_over(ward, seat, heir, role):
    with pytest.raises(PermissionDenied):
        hand_over(actor=member(ward, role), membership=seat, to_user=heir, on=TODAY)


def test_a_leader_hands_no_province_role_over(ward, heir):
    leader = member(ward, Role.WARD_LEADER)
    seat = MembershipFactory(unit=ward, role=Role.PROVINCE_VERIFIER)
    act = lambda: hand_over(actor=leader, membership=seat, to_user=heir, on=TODAY)  # noqa: E731
    assert code_of(act) == "role_out_of_reach"


# --- Terms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (5, 4, "term_reversed"),
        (0, None, "term_overlaps"),
        (-20, -10, "term_overlaps"),
        (10, 10, "term_overlaps"),
        (11, None, None),
        (-40, -11, None),
    ],
)
def test_terms_of_one_role_follow_each_other(admin, ward, start, end, code):
    person = UserFactory()
    MembershipFactory(
        user=person, unit=ward, valid_from=TODAY - 10 * DAY, valid_to=TODAY + 10 * DAY
    )
    act = lambda: grant_membership(  # noqa: E731
        actor=admin,
        user=person,
        unit=ward,
        role=Role.WARD_STAFF,
        position="Cán bộ",
        valid_from=TODAY + start * DAY,
        valid_to=None if end is None else TODAY + end * DAY,
    )
    if code:
        assert code_of(act) == code
    else:
        assert act()


def test_an_end_is_not_moved_over_the_next_term(admin, ward):
    person = UserFactory()
    first = MembershipFactory(user=person, unit=ward, valid_to=TODAY)
    MembershipFactory(user=person, unit=ward, valid_from=TODAY + 5 * DAY)
    longer = lambda: end_membership(  # noqa: E731
        actor=admin, membership=first, last_day=TODAY + 6 * DAY
    )
    assert code_of(longer) == "term_overlaps"


def test_a_membership_does_not_end_before_it_began(admin, seat):
    early = seat.valid_from - DAY
    act = lambda: end_membership(actor=admin, membership=seat, last_day=early)  # noqa: E731
    assert code_of(act) == "term_reversed"


# --- The page ---------------------------------------------------------------------


@pytest.fixture
def manage(client, admin):
    client.force_login(admin)
    return client


def url(seat):
    return reverse("admin:wards_membership_hand_over", args=[seat.pk])


def typed(heir, **more):
    day = f"{TODAY:%d/%m/%Y}"
    return {"to_user": heir.pk, "on": day, "position": "Tổ trưởng"} | more


def test_it_is_foretold_then_done_once(manage, seat, heir):
    data = typed(heir, form_key="x")
    page = manage.post(url(seat), data)
    assert page.status_code == 200
    assert heir.username in page.content.decode()
    assert not heir.memberships.filter(role=Role.UNIT_CONTRIBUTOR).exists()

    for _time in range(2):
        assert manage.post(url(seat), data | {"confirm": "1"}).status_code == 302
    assert heir.memberships.filter(role=Role.UNIT_CONTRIBUTOR).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": "31/12/2019"}, "on"),
        ({"on": "hôm nay"}, "on"),
        ({"on": ""}, "on"),
        ({"to_user": "0"}, "to_user"),
        ({"to_user": ""}, "to_user"),
        ({"position": ""}, "position"),
    ],
)
def test_faults_stand_beside_their_fields(manage, seat, heir, change, field):
    page = manage.post(url(seat), typed(heir, confirm="1") | change)
    assert page.status_code == 422
    assert page.context["form"].errors[field]
    assert Membership.objects.filter(role=Role.UNIT_CONTRIBUTOR).count() == 1


def test_people_of_another_province_are_no_choice(manage, seat):
    far = member(WardFactory())
    page = manage.post(url(seat), typed(far, confirm="1"))
    assert page.context["form"].errors["to_user"]


def test_the_page_of_a_membership_leads_there_for_who_may(client, admin, seat):
    change = reverse("admin:wards_membership_change", args=[seat.pk])
    client.force_login(admin)
    assert [one for _label, one in client.get(change).context["tools"]] == [url(seat)]
    own = admin.memberships.get()
    assert client.get(url(own)).status_code == 403
    client.force_login(member(seat.unit.parent, Role.PROVINCE_VERIFIER))
    assert client.get(change).context["tools"] == []
    assert client.get(url(seat)).status_code == 403
    client.force_login(member(UnitFactory(), Role.PROVINCE_ADMIN))
    assert client.get(url(seat)).status_code == 404
