"""The steering committee: its decision, its members, their terms."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from commitments.models import CommitteeMember, SteeringCommittee
from commitments.selectors.committees import (
    decisions_to_choose,
    get_committee_page,
    in_order_of_rank,
)
from commitments.services.committees import (
    CommitteeFacts,
    change_committee,
    establish_committee,
)
from commitments.services.edits import EditConflict
from commitments.services.members import (
    MemberFacts,
    Successor,
    add_member,
    change_member,
    end_member,
    replace_member,
)
from tests.commitments.meetings import a_decision, the_committee, the_head
from tests.factories.commitments import (
    CampaignFactory,
    CommitteeFactory,
    DocumentFactory,
    MemberFactory,
)
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year
NEW_YEAR, MIDSUMMER, NEW_YEARS_EVE = (
    dt.date(YEAR, 1, 1),
    dt.date(YEAR, 6, 30),
    dt.date(YEAR, 12, 31),
)


@pytest.fixture
def campaign():
    return CampaignFactory()


@pytest.fixture
def staff(campaign):
    return member(campaign.ward)


@pytest.fixture
def committee(campaign):
    return CommitteeFactory(campaign=campaign)


@pytest.fixture
def refused():
    """Return `refused(act, **kwargs)`: code and field of the rule that was broken."""

    def refused(act, **kwargs):
        with pytest.raises(RuleViolation) as refusal:
            act(**kwargs)
        return refusal.value.code, refusal.value.field

    return refused


def actions_of(campaign):
    """What the trail of the ward says was done, in order."""
    entries = TrailEntry.objects.filter(chain__unit=campaign.ward).order_by("seq")
    done = entries.exclude(action__startswith="unit_")
    return list(done.values_list("action", flat=True))


def a_post(role="uy_vien", position="Công chức", **fields):
    return MemberFacts(role=role, position=position, **fields)


def a_head(committee, **fields):
    return MemberFactory(committee=committee, role="truong_ban", **fields)


# --- The committee ----------------------------------------------------------------


def test_a_committee_is_established_by_a_draft_decision_or_none(campaign, staff):
    decision = a_decision(campaign)

    made = establish_committee(
        actor=staff, campaign=campaign, facts=CommitteeFacts("Ban", decision)
    )
    changed = change_committee(
        actor=staff, committee=made, version=1, facts=CommitteeFacts("Ban Chỉ đạo")
    )

    assert (made.decision, changed.decision) == (decision, None)
    assert (changed.name, changed.version) == ("Ban Chỉ đạo", 2)
    assert actions_of(campaign) == ["committee_established", "committee_changed"]


def test_one_committee_a_campaign(committee, staff, refused):
    outcome = refused(
        establish_committee,
        actor=staff,
        campaign=committee.campaign,
        facts=CommitteeFacts("Ban thứ hai"),
    )

    assert outcome == ("committee_exists", None)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"doc_type": "ke_hoach"}, "not_a_decision"),
        ({"doc_type": "quyet_dinh", "withdrawn_at": timezone.now()}, "withdrawn"),
        ({"doc_type": "quyet_dinh", "campaign": None}, "other_campaign"),
    ],
)
def test_a_decision_in_force_of_this_campaign(
    campaign, staff, refused, fields, outcome
):
    if "campaign" in fields:
        fields = fields | {"campaign": CampaignFactory(ward=campaign.ward, year=2020)}
    decision = DocumentFactory(**({"campaign": campaign} | fields))

    code, field = refused(
        establish_committee,
        actor=staff,
        campaign=campaign,
        facts=CommitteeFacts("Ban", decision),
    )

    assert code.endswith(outcome)
    assert field == "decision"


def test_a_decision_withdrawn_since_may_stay(committee, staff):
    decision = a_decision(committee.campaign)
    decision.withdrawn_at = timezone.now()
    decision.save()
    SteeringCommittee.objects.update(decision=decision)
    committee.refresh_from_db()

    changed = change_committee(
        actor=staff,
        committee=committee,
        version=1,
        facts=CommitteeFacts("Ban mới", decision),
    )

    assert changed.decision == decision
    offered = decisions_to_choose(user=staff, campaign=committee.campaign)
    assert not offered.exists()


def test_a_committee_needs_a_name(campaign, staff, refused):
    outcome = refused(
        establish_committee, actor=staff, campaign=campaign, facts=CommitteeFacts("  ")
    )

    assert outcome == ("name_missing", "name")


def test_two_people_correcting_the_committee_meet(committee, staff):
    facts = CommitteeFacts("Ban của tôi")
    change_committee(actor=staff, committee=committee, version=1, facts=facts)

    with pytest.raises(EditConflict):
        change_committee(actor=staff, committee=committee, version=1, facts=facts)


# --- Members ----------------------------------------------------------------------


def test_the_committee_of_the_example_stands_in_its_order(campaign, staff):
    the_committee(campaign)

    page = get_committee_page(user=staff, campaign=campaign)

    assert [(group.role, len(group.members)) for group in page.groups] == [
        ("truong_ban", 1),
        ("pho_truong_ban_thuong_truc", 1),
        ("pho_truong_ban", 2),
        ("uy_vien", 9),
        ("thu_ky", 1),
    ]
    assert [row.order for group in page.groups for row in group.members] == list(
        range(1, 15)
    )
    assert page.size == 14


def test_members_stand_by_role_before_their_number(committee):
    plain = MemberFactory(committee=committee, order=1)
    head = a_head(committee, order=9)

    assert in_order_of_rank([plain, head]) == [head, plain]


def test_a_new_member_comes_after_the_others(committee, staff):
    MemberFactory(committee=committee, order=7)

    added = add_member(actor=staff, committee=committee, facts=a_post())

    assert added.order == 8


def test_a_position_is_needed_and_a_name_is_not(committee, staff, refused):
    added = add_member(actor=staff, committee=committee, facts=a_post(name=""))

    assert added.name == ""
    outcome = refused(
        add_member, actor=staff, committee=committee, facts=a_post(position=" ")
    )
    assert outcome == ("position_missing", "position")


def test_the_database_wants_a_position_too(committee):
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(committee=committee, position="")


def test_a_unit_of_another_ward_is_refused(committee, staff, refused):
    facts = a_post(unit=ParticipatingUnitFactory())

    outcome = refused(add_member, actor=staff, committee=committee, facts=facts)

    assert outcome == ("other_ward", "unit")


@pytest.mark.parametrize(
    ("first", "last", "outcome"),
    [
        (dt.date(YEAR + 6, 1, 1), None, ("day_far_off", "valid_from")),
        (dt.date(YEAR - 30, 1, 1), None, ("day_far_off", "valid_from")),
        (MIDSUMMER, NEW_YEAR, ("last_day_before_first", "valid_to")),
    ],
)
def test_days_are_plausible_and_in_order(
    committee, staff, refused, first, last, outcome
):
    facts = a_post(valid_from=first, valid_to=last)

    told = refused(add_member, actor=staff, committee=committee, facts=facts)

    assert told == outcome


def test_a_role_nobody_knows_is_refused(committee, staff, refused):
    facts = a_post(role="chu_tich")

    assert refused(add_member, actor=staff, committee=committee, facts=facts) == (
        "invalid",
        "role",
    )


# --- One head ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ((None, None), (None, None)),
        ((NEW_YEAR, None), (MIDSUMMER, None)),
        ((NEW_YEAR, MIDSUMMER), (MIDSUMMER, None)),
        ((MIDSUMMER, None), (None, MIDSUMMER)),
        ((NEW_YEAR, NEW_YEARS_EVE), (MIDSUMMER, MIDSUMMER)),
    ],
)
def test_two_heads_on_one_day_are_refused(committee, staff, refused, there, new):
    a_head(committee, valid_from=there[0], valid_to=there[1])
    facts = a_post("truong_ban", valid_from=new[0], valid_to=new[1])

    outcome = refused(add_member, actor=staff, committee=committee, facts=facts)

    assert outcome == ("two_heads", "role")


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ((NEW_YEAR, MIDSUMMER), (MIDSUMMER + dt.timedelta(days=1), None)),
        ((MIDSUMMER, None), (None, MIDSUMMER - dt.timedelta(days=1))),
    ],
)
def test_one_head_after_the_other_is_taken(committee, staff, there, new):
    a_head(committee, valid_from=there[0], valid_to=there[1])
    facts = a_post("truong_ban", valid_from=new[0], valid_to=new[1])

    assert add_member(actor=staff, committee=committee, facts=facts).pk


def test_nobody_is_made_a_second_head_by_a_correction(committee, staff, refused):
    a_head(committee)
    plain = MemberFactory(committee=committee)

    outcome = refused(
        change_member,
        actor=staff,
        member=plain,
        version=1,
        facts=a_post("truong_ban"),
    )

    assert outcome == ("two_heads", "role")


def test_the_head_may_be_corrected(committee, staff):
    head = a_head(committee)

    changed = change_member(
        actor=staff, member=head, version=1, facts=a_post("truong_ban", name="Lê Mẫu")
    )

    assert (changed.name, changed.version) == ("Lê Mẫu", 2)


def test_the_database_wants_one_open_head_too(committee):
    a_head(committee)

    with pytest.raises(IntegrityError), transaction.atomic():
        a_head(committee)


# --- Replacing and ending ---------------------------------------------------------


def replaced(staff, row, last_day=MIDSUMMER, **fields):
    return replace_member(
        actor=staff,
        member=row,
        version=row.version,
        last_day=last_day,
        successor=Successor(**({"position": "Người kế nhiệm"} | fields)),
    )


def test_replacing_ends_one_term_and_begins_the_next_the_day_after(committee, staff):
    head = a_head(committee, order=3, tasks="Phụ trách chung", valid_from=NEW_YEAR)
    unit = ParticipatingUnitFactory(ward=committee.campaign.ward)

    following = replaced(staff, head, name="Lê Mẫu", unit=unit)

    head.refresh_from_db()
    assert (head.valid_to, head.replaced_by) == (MIDSUMMER, following)
    assert following.valid_from == dt.date(YEAR, 7, 1)
    assert (following.role, following.order) == ("truong_ban", 3)
    assert (following.tasks, following.unit) == ("Phụ trách chung", unit)
    assert the_head(committee) == following
    assert actions_of(committee.campaign) == ["member_replaced", "member_added"]


def test_a_refused_successor_leaves_the_earlier_member_serving(
    committee, staff, refused
):
    head = a_head(committee)

    outcome = refused(replaced, staff=staff, row=head, position="")

    head.refresh_from_db()
    assert outcome == ("position_missing", "position")
    assert (head.valid_to, head.version) == (None, 1)


@pytest.mark.parametrize(
    ("last_day", "outcome"),
    [
        (NEW_YEAR - dt.timedelta(days=1), ("last_day_before_first", "last_day")),
        (dt.date(YEAR + 6, 1, 1), ("day_far_off", "last_day")),
    ],
)
@pytest.mark.parametrize("how", ["replace", "end"])
def test_the_last_day_is_plausible_and_not_before_the_first(
    committee, staff, refused, last_day, outcome, how
):
    row = MemberFactory(committee=committee, valid_from=NEW_YEAR)

    if how == "replace":
        told = refused(replaced, staff=staff, row=row, last_day=last_day)
    else:
        told = refused(
            end_member, actor=staff, member=row, version=1, last_day=last_day
        )

    assert told == outcome


@pytest.mark.parametrize("how", ["replace", "end"])
def test_a_term_ends_once(committee, staff, refused, how):
    row = MemberFactory(committee=committee, valid_to=MIDSUMMER)

    if how == "replace":
        outcome = refused(replaced, staff=staff, row=row)
    else:
        outcome = refused(
            end_member, actor=staff, member=row, version=1, last_day=MIDSUMMER
        )

    assert outcome[0] == "term_ended"


def test_a_successor_of_another_wards_unit_is_refused(committee, staff, refused):
    row = MemberFactory(committee=committee)

    outcome = refused(replaced, staff=staff, row=row, unit=ParticipatingUnitFactory())

    assert outcome == ("other_ward", "unit")


def test_a_term_ends_without_a_successor(committee, staff):
    row = MemberFactory(committee=committee)

    ended = end_member(actor=staff, member=row, version=1, last_day=MIDSUMMER)

    assert (ended.valid_to, ended.replaced_by) == (MIDSUMMER, None)


def test_corrected_days_leave_no_overlap_with_who_came_after(committee, staff, refused):
    head = a_head(committee, valid_from=NEW_YEAR)
    following = replaced(staff, head)
    head.refresh_from_db()
    late = a_post("truong_ban", valid_from=NEW_YEAR, valid_to=NEW_YEARS_EVE)
    early = a_post("truong_ban", valid_from=MIDSUMMER)

    assert refused(
        change_member, actor=staff, member=head, version=head.version, facts=late
    ) == ("terms_overlap", "valid_to")
    assert refused(
        change_member, actor=staff, member=following, version=1, facts=early
    ) == ("terms_overlap", "valid_from")


def test_a_correction_neither_ends_nor_reopens_a_term(committee, staff, refused):
    sitting = MemberFactory(committee=committee)
    ended = MemberFactory(committee=committee, valid_to=MIDSUMMER)

    assert refused(
        change_member,
        actor=staff,
        member=sitting,
        version=1,
        facts=a_post(valid_to=MIDSUMMER),
    ) == ("term_not_ended_here", "valid_to")
    assert refused(
        change_member, actor=staff, member=ended, version=1, facts=a_post()
    ) == ("term_not_reopened", "valid_to")


def test_former_members_stand_apart(committee, staff):
    day = timezone.localdate()
    MemberFactory(committee=committee, valid_to=day)
    MemberFactory(committee=committee, valid_to=day - dt.timedelta(days=1))

    page = get_committee_page(user=staff, campaign=committee.campaign)

    assert (page.size, len(page.former)) == (1, 1)


def test_a_term_to_come_is_not_counted_as_serving(committee, staff):
    day = timezone.localdate()
    MemberFactory(committee=committee, valid_from=day)
    MemberFactory(committee=committee, valid_from=day + dt.timedelta(days=1))

    page = get_committee_page(user=staff, campaign=committee.campaign)

    assert (page.size, page.coming) == (1, 1)
    assert sum(len(group.members) for group in page.groups) == 2


def test_two_people_replacing_one_member_meet(committee, staff):
    row = MemberFactory(committee=committee)
    change_member(actor=staff, member=row, version=1, facts=a_post())

    with pytest.raises(EditConflict):
        replaced(staff, row)
    assert CommitteeMember.objects.count() == 1


# --- Who, and when ----------------------------------------------------------------


def acts(committee, row):
    """Every write on a committee and its member."""
    return [
        lambda actor: establish_committee(
            actor=actor, campaign=committee.campaign, facts=CommitteeFacts("Ban")
        ),
        lambda actor: change_committee(
            actor=actor, committee=committee, version=1, facts=CommitteeFacts("Ban")
        ),
        lambda actor: add_member(actor=actor, committee=committee, facts=a_post()),
        lambda actor: change_member(actor=actor, member=row, version=1, facts=a_post()),
        lambda actor: end_member(
            actor=actor, member=row, version=1, last_day=MIDSUMMER
        ),
        lambda actor: replaced(actor, row),
    ]


@pytest.mark.parametrize("place", range(6))
def test_a_closed_year_is_only_read(committee, staff, refused, place):
    row = MemberFactory(committee=committee)
    committee.campaign.closed_at = timezone.now()
    committee.campaign.save()

    code, _field = refused(acts(committee, row)[place], actor=staff)

    assert code == "campaign_closed"


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize(
    "role", [Role.UNIT_CONTRIBUTOR, Role.COMMITTEE_MEMBER, Role.PROVINCE_ADMIN]
)
def test_only_staff_and_leaders_of_the_ward_write(committee, place, role):
    ward = committee.campaign.ward
    unit = ward.parent if role == Role.PROVINCE_ADMIN else ward
    row = MemberFactory(committee=committee)

    with pytest.raises(PermissionDenied):
        acts(committee, row)[place](member(unit, role))
