"""Units merged, split, renamed, transferred: who reads whom, and what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.wards import (
    PAPER,
    TESTS,
    ParticipatingUnitFactory,
    SuccessionFactory,
    UnitFactory,
    WardFactory,
    member,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role, may
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingUnit,
    UnitScope,
    UnitSuccession,
)
from wardsecurity.wards.selectors import predecessors_of, successors_of
from wardsecurity.wards.services import create_unit, update_unit
from wardsecurity.wards.succession import (
    NewUnit,
    merge_units,
    rename_unit,
    split_unit,
    transfer_unit,
)

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 7, 1)
EVE = dt.date(2026, 6, 30)
FACTS = {"actor": TESTS, "effective_on": DAY, "paper": PAPER}
NEW = NewUnit("phuong-moi", "Phường Mới", "ward")
SECOND = NewUnit("phuong-hai", "Phường Hai", "ward")


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def two(province):
    return WardFactory.create_batch(2, parent=province)


def seen_by(user):
    return set(AdministrativeUnit.objects.for_user(user))


def code_of(act):
    with pytest.raises(RuleViolation) as refusal:
        act()
    return refusal.value.code


# --- What happens -----------------------------------------------------------------


def test_merged_units_end_the_day_before_and_one_goes_on(two):
    successor = merge_units(predecessors=two, new=NEW, **FACTS)

    for unit in two:
        unit.refresh_from_db()
        assert unit.valid_to == EVE
    assert (successor.valid_from, successor.slug) == (DAY, "phuong-moi")
    assert successor.parent == two[0].parent
    assert {one.predecessor for one in UnitSuccession.objects.all()} == set(two)


def test_a_unit_merges_into_one_that_exists(two):
    old, into = two
    assert merge_units(predecessors=[old], into=into, **FACTS) == into
    into.refresh_from_db()
    assert into.valid_to is None


def test_a_unit_is_divided_into_several(province, two):
    parts = split_unit(unit=two[0], new=[NEW, SECOND], **FACTS)

    assert [part.slug for part in parts] == ["phuong-moi", "phuong-hai"]
    for part in parts:
        assert two[0] in seen_by(member(part))


def test_a_renamed_unit_goes_on_below_the_same_parent(two):
    new = NewUnit("xa-thanh-phuong", two[0].name, "commune")
    assert rename_unit(unit=two[0], new=new, **FACTS).parent == two[0].parent


def test_a_transferred_unit_goes_on_below_the_other_parent(two):
    other = UnitFactory()
    successor = transfer_unit(unit=two[0], parent=other, new=NEW, **FACTS)
    assert successor.parent == other
    two[0].refresh_from_db()
    assert two[0].parent != other


def test_what_happened_stands_in_the_chain_of_every_unit(two):
    successor = merge_units(predecessors=two, new=NEW, **FACTS)

    entries = TrailEntry.objects.filter(action="unit_merge")
    assert {one.chain.unit for one in entries} == {*two, successor}
    assert "1656/NQ-UBTVQH15" in entries.first().payload


# --- Who reads whom ---------------------------------------------------------------


def test_the_successors_members_read_the_predecessors_and_do_nothing_there(two):
    successor = merge_units(predecessors=two, new=NEW, **FACTS)
    leader = member(successor, Role.WARD_LEADER)

    assert seen_by(leader) == {successor, *two}
    assert may(leader, "record_evidence", successor)
    assert not may(leader, "record_evidence", two[0])


def test_the_successor_of_a_successor_reads_both(two):
    middle = merge_units(predecessors=two, new=NEW, **FACTS)
    last = rename_unit(
        actor=TESTS,
        unit=middle,
        new=SECOND,
        effective_on=dt.date(2026, 9, 1),
        paper=PAPER,
    )
    assert seen_by(member(last)) == {last, middle, *two}


def test_what_precedes_a_predecessor_later_is_read_too(province):
    first, second, third = WardFactory.create_batch(3, parent=province)
    merge_units(predecessors=[second], into=third, **FACTS)
    merge_units(
        actor=TESTS,
        predecessors=[first],
        into=second,
        effective_on=dt.date(2026, 3, 1),
        paper=PAPER,
    )
    assert seen_by(member(third)) == {first, second, third}


def test_the_province_it_went_to_reads_the_ward_as_it_was(two):
    old, other = two[0], UnitFactory()
    transfer_unit(unit=old, parent=other, new=NEW, **FACTS)
    admin = member(other, Role.PROVINCE_ADMIN)

    assert old in seen_by(admin)
    assert not may(admin, "manage_units", old)
    assert two[1] not in seen_by(admin)


def test_the_province_it_left_manages_the_old_ward_and_sees_no_new_one(two):
    old = two[0]
    admin = member(old.parent, Role.PROVINCE_ADMIN)
    successor = transfer_unit(unit=old, parent=UnitFactory(), new=NEW, **FACTS)

    assert may(admin, "manage_units", old)
    assert successor not in seen_by(admin)


def test_a_predecessors_members_go_on_there_and_see_no_successor(two):
    leader = member(two[0], Role.WARD_LEADER)
    successor = merge_units(predecessors=two, new=NEW, **FACTS)

    assert seen_by(leader) == {two[0]}
    assert may(leader, "record_evidence", two[0])
    assert not may(leader, "record_evidence", successor)


def test_a_province_that_writes_its_wards_goes_on_writing_them(province, two):
    admin = member(province, Role.PROVINCE_ADMIN)
    merge_units(predecessors=two, new=NEW, **FACTS)
    assert all(may(admin, "manage_units", unit) for unit in two)
    assert not UnitScope.objects.filter(viewer=province, read_only=True).exists()


def test_a_ward_made_below_an_old_province_is_read_by_the_new_one(province):
    new = UnitFactory()
    merge_units(predecessors=[province], into=new, **FACTS)
    late = WardFactory(parent=province, valid_to=EVE)
    assert late in seen_by(member(new, Role.PROVINCE_ADMIN))
    assert not may(member(new, Role.PROVINCE_ADMIN), "manage_units", late)


def test_successions_are_seen_from_either_side_and_from_nowhere_else(two):
    row = SuccessionFactory(predecessor=two[0], successor=two[1])
    for unit in two:
        assert row in UnitSuccession.objects.for_user(member(unit))
    elsewhere = member(WardFactory(parent=two[0].parent))
    assert not UnitSuccession.objects.for_user(elsewhere).exists()


def test_the_line_is_told_nearest_first(two):
    middle = merge_units(predecessors=two, new=NEW, **FACTS)
    last = rename_unit(
        actor=TESTS,
        unit=middle,
        new=SECOND,
        effective_on=dt.date(2026, 9, 1),
        paper=PAPER,
    )
    leader = member(last, Role.WARD_LEADER)

    before = [one.predecessor for one in predecessors_of(user=leader, unit=last)]
    assert before[0] == middle
    assert set(before[1:]) == set(two)
    old = member(two[0])
    assert [one.successor for one in successors_of(user=old, unit=two[0])] == [middle]


# --- What is refused --------------------------------------------------------------


def test_a_unit_merges_neither_twice_nor_into_itself(two):
    one, other = two
    twice = lambda: merge_units(predecessors=[one, one], new=NEW, **FACTS)  # noqa: E731
    itself = lambda: merge_units(predecessors=two, into=other, **FACTS)  # noqa: E731
    assert code_of(twice) == "named_twice"
    assert code_of(itself) == "into_itself"
    assert code_of(lambda: merge_units(predecessors=[one], new=NEW, **FACTS)) == (
        "too_few"
    )


def test_a_unit_ends_once(two):
    merge_units(predecessors=two, new=NEW, **FACTS)
    again = lambda: rename_unit(unit=two[0], new=SECOND, **FACTS)  # noqa: E731
    assert code_of(again) == "already_followed"


def test_a_unit_that_ended_on_another_day_is_refused(two):
    two[0].valid_to = dt.date(2026, 1, 1)
    two[0].save()
    assert code_of(lambda: merge_units(predecessors=two, new=NEW, **FACTS)) == (
        "already_ended"
    )


def test_an_end_already_written_down_may_be_given_its_successor(two):
    two[0].valid_to = EVE
    two[0].save()
    assert rename_unit(unit=two[0], new=NEW, **FACTS).valid_from == DAY


@pytest.mark.parametrize("days", [0, 1])
def test_a_unit_does_not_end_before_it_began(two, days):
    two[0].valid_from = DAY + dt.timedelta(days=days)
    two[0].save()
    assert code_of(lambda: merge_units(predecessors=two, new=NEW, **FACTS)) == (
        "before_it_began"
    )


def test_wards_of_two_provinces_merge_after_a_transfer_only(two):
    far = WardFactory()
    merge = lambda: merge_units(predecessors=[two[0], far], new=NEW, **FACTS)  # noqa: E731
    assert code_of(merge) == "other_province"
    into = lambda: merge_units(predecessors=[two[0]], into=far, **FACTS)  # noqa: E731
    assert code_of(into) == "other_province"


def test_units_of_different_levels_do_not_merge(two, province):
    district = UnitFactory(kind="district", parent=province)
    merge = lambda: merge_units(predecessors=[two[0], district], new=NEW, **FACTS)  # noqa: E731
    assert code_of(merge) == "other_level"


def test_wards_and_communes_merge(province, two):
    commune = WardFactory(kind="commune", parent=province)
    assert merge_units(predecessors=[two[0], commune], new=NEW, **FACTS)


def test_a_unit_with_others_below_it_does_not_end(province, two):
    new = NewUnit("tinh-moi", "Tỉnh Mới", "province")
    assert code_of(lambda: rename_unit(unit=province, new=new, **FACTS)) == (
        "units_below"
    )


def test_provinces_merge_once_their_wards_were_transferred(province):
    ward = WardFactory(parent=province)
    new = UnitFactory()
    moved = transfer_unit(unit=ward, parent=new, new=NEW, **FACTS)
    merge_units(predecessors=[province], into=new, **FACTS)

    admin = member(new, Role.PROVINCE_ADMIN)
    assert seen_by(admin) == {new, moved, province, ward}


def test_units_do_not_follow_each_other_in_a_circle(two):
    one, other = two
    merge_units(
        actor=TESTS,
        predecessors=[one],
        into=other,
        effective_on=dt.date(2027, 1, 1),
        paper=PAPER,
    )
    back = lambda: merge_units(predecessors=[other], into=one, **FACTS)  # noqa: E731
    assert code_of(back) == "in_a_circle"


def test_nothing_goes_on_in_a_unit_that_ended(two):
    two[1].valid_to = EVE
    two[1].save()
    into = lambda: merge_units(predecessors=[two[0]], into=two[1], **FACTS)  # noqa: E731
    assert code_of(into) == "successor_ended"


def test_a_transfer_needs_another_parent(two, province):
    stay = lambda: transfer_unit(unit=two[0], parent=province, new=NEW, **FACTS)  # noqa: E731
    assert code_of(stay) == "same_parent"


def test_a_new_name_differs(two):
    new = NewUnit("ten-cu", two[0].name, "ward")
    assert code_of(lambda: rename_unit(unit=two[0], new=new, **FACTS)) == "same_name"


@pytest.mark.parametrize(
    ("new", "code"), [([NEW], "too_few"), ([NEW, NEW], "named_twice")]
)
def test_a_unit_is_divided_into_two_different_ones_at_least(two, new, code):
    assert code_of(lambda: split_unit(unit=two[0], new=new, **FACTS)) == code


def test_a_slug_in_use_stops_it_all(two):
    new = NewUnit(two[1].slug, "Phường Mới", "ward")
    with pytest.raises(RuleViolation) as refusal:
        rename_unit(unit=two[0], new=new, **FACTS)
    assert refusal.value.field == "slug"
    two[0].refresh_from_db()
    assert two[0].valid_to is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROVINCE_ADMIN])
def test_only_the_province_admin_merges(two, province, role):
    unit = province if role == Role.PROVINCE_VERIFIER else two[0]
    with pytest.raises(PermissionDenied):
        merge_units(predecessors=two, new=NEW, **FACTS | {"actor": member(unit, role)})


def test_another_provinces_admin_neither_takes_nor_gives(two):
    other = UnitFactory()
    taker = member(other, Role.PROVINCE_ADMIN)
    giver = member(two[0].parent, Role.PROVINCE_ADMIN)
    for actor in (taker, giver):
        with pytest.raises(PermissionDenied):
            transfer_unit(
                unit=two[0], parent=other, new=NEW, **FACTS | {"actor": actor}
            )


def test_a_predecessor_is_not_merged_again_by_who_only_reads_it(two):
    other = UnitFactory()
    transfer_unit(unit=two[0], parent=other, new=NEW, **FACTS)
    admin = member(other, Role.PROVINCE_ADMIN)
    with pytest.raises(PermissionDenied):
        update_unit(
            actor=admin,
            unit=two[0],
            name="Tên khác",
            code=None,
            valid_from=None,
            valid_to=None,
        )


def test_the_database_holds_to_two_different_units_once(two):
    row = SuccessionFactory(predecessor=two[0], successor=two[1])
    for ends in ({"successor": two[0]}, {}):
        row.pk = None
        for name, unit in ends.items():
            setattr(row, name, unit)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        row.successor = two[1]


# --- Participating units ----------------------------------------------------------


def bodies_of(ward):
    return set(
        ParticipatingUnit.objects.filter(ward=ward).values_list("name", flat=True)
    )


def test_authorities_become_one_and_groups_stay_apart(two):
    for ward in two:
        ParticipatingUnitFactory(ward=ward, name="Công an phường", kind="ward_police")
        ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    successor = merge_units(predecessors=two, new=NEW, with_bodies=True, **FACTS)

    assert bodies_of(successor) == {
        "Công an phường",
        *(f"Tổ dân phố 1 ({ward})" for ward in two),
    }


def test_copies_keep_what_they_are_attached_to(two):
    club = ParticipatingUnitFactory(ward=two[0], name="Hội", kind="mass_organisation")
    ParticipatingUnitFactory(ward=two[0], name="Chi hội 1", attached_to=club)
    successor = rename_unit(unit=two[0], new=NEW, with_bodies=True, **FACTS)

    copy = ParticipatingUnit.objects.get(ward=successor, name="Chi hội 1")
    assert copy.attached_to.name == "Hội"
    assert copy.attached_to.ward == successor
    assert copy.valid_from == DAY


def test_bodies_that_ended_before_are_not_copied(two):
    ParticipatingUnitFactory(ward=two[0], valid_to=dt.date(2025, 1, 1))
    successor = rename_unit(unit=two[0], new=NEW, with_bodies=True, **FACTS)
    assert bodies_of(successor) == set()


def test_a_division_leaves_the_groups_for_people_to_place(two):
    ParticipatingUnitFactory(ward=two[0], name="Tổ dân phố 1")
    ParticipatingUnitFactory(ward=two[0], name="Công an", kind="ward_police")
    parts = split_unit(unit=two[0], new=[NEW, SECOND], with_bodies=True, **FACTS)
    assert [bodies_of(part) for part in parts] == [{"Công an"}, {"Công an"}]


def test_nothing_is_copied_unless_asked(two):
    ParticipatingUnitFactory(ward=two[0])
    assert bodies_of(rename_unit(unit=two[0], new=NEW, **FACTS)) == set()


def test_two_units_made_one_after_the_other_are_both_seen(province):
    admin = member(province, Role.PROVINCE_ADMIN)
    for slug in ("mot", "hai"):
        create_unit(actor=admin, slug=slug, name=slug, kind="ward", parent=province)
    assert len(seen_by(admin)) == 3
