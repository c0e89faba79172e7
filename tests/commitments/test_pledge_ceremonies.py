"""Ceremonies: everything or nothing, in one form or one unit after another."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import Commitment, CommitmentText, SigningCeremony
from commitments.selectors.pledge_ceremonies import get_hall, positions_for
from commitments.selectors.pledges import post_of
from commitments.services.pledge_ceremonies import (
    CeremonyRefused,
    Occasion,
    Signature,
    hold_ceremony,
    open_ceremony,
    sign_at_ceremony,
)
from tests.commitments.pledging import (
    TODAY,
    a_peoples_committee,
    a_pledge_campaign,
    a_unit,
    signed,
    the_day_before,
)
from tests.factories.commitments import CampaignFactory, MeetingFactory
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role
from wardsecurity.wards.models import ParticipatingKind as Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward():
    return a_pledge_campaign(units=3)


def held(staff, campaign, units, **occasion):
    return hold_ceremony(
        actor=staff,
        campaign=campaign,
        occasion=Occasion(**{"held_on": TODAY} | occasion),
        signatures=[Signature(unit, post_of(unit)) for unit in units],
    )


def refusal(act, *args, **kwargs):
    with pytest.raises(RuleViolation) as refused:
        act(*args, **kwargs)
    return refused.value


def test_all_units_of_a_ceremony_sign_on_its_day_under_the_peoples_committee(ward):
    campaign, staff, units = ward
    committee = a_peoples_committee(campaign)

    ceremony = held(staff, campaign, units, place="Hội trường")

    rows = Commitment.objects.filter(ceremony=ceremony)
    assert {row.unit for row in rows} == set(units)
    assert {row.signed_on for row in rows} == {TODAY}
    assert {row.counterparty_unit for row in rows} == {committee}
    assert ceremony.place == "Hội trường"
    assert CommitmentText.objects.get().is_sealed


def test_the_trail_has_an_entry_for_each_unit_and_one_for_the_ceremony(ward):
    campaign, staff, units = ward

    held(staff, campaign, units)

    actions = list(
        TrailEntry.objects.exclude(action="text_drafted").values_list(
            "action", flat=True
        )
    )
    assert actions.count("commitment_signed") == 3
    assert actions.count("ceremony_held") == 1


def test_one_row_at_fault_saves_nothing_and_names_every_fault(ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0])
    before = Commitment.objects.count()

    refused = refusal(
        hold_ceremony,
        actor=staff,
        campaign=campaign,
        occasion=Occasion(TODAY),
        signatures=[
            Signature(units[0], "Tổ trưởng"),
            Signature(units[1], "Tổ trưởng"),
            Signature(units[2], ""),
        ],
    )

    assert isinstance(refused, CeremonyRefused)
    assert {pk: one.code for pk, one in refused.rows.items()} == {
        units[0].pk: "signed_already",
        units[2].pk: "position_missing",
    }
    assert Commitment.objects.count() == before
    assert not SigningCeremony.objects.exists()


def test_a_unit_of_another_ward_in_the_list_saves_nothing(ward):
    campaign, staff, units = ward
    foreign = ParticipatingUnitFactory()

    refused = refusal(held, staff, campaign, [units[0], foreign])

    assert refused.rows[foreign.pk].code == "other_ward"
    assert not Commitment.objects.exists()


def test_a_ceremony_without_a_signature_is_refused(ward):
    campaign, staff, _units = ward

    assert refusal(held, staff, campaign, []).code == "nobody_signed"
    assert not SigningCeremony.objects.exists()


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (TODAY + dt.timedelta(days=1), "in_future"),
        (the_day_before(dt.date(TODAY.year, 1, 1)), "outside_campaign"),
        (None, "day_missing"),
    ],
)
def test_the_day_of_a_ceremony_lies_in_the_campaign_so_far(ward, day, code):
    campaign, staff, units = ward

    refused = refusal(held, staff, campaign, units, held_on=day)

    assert (refused.code, refused.field) == (code, "held_on")


def test_day_and_place_are_the_meetings_where_they_are_left_out(ward):
    campaign, staff, units = ward
    meeting = MeetingFactory(campaign=campaign, place="Nhà văn hóa")

    ceremony = held(staff, campaign, units, held_on=None, meeting=meeting)

    assert (ceremony.held_on, ceremony.place) == (TODAY, "Nhà văn hóa")


def test_another_day_than_the_meetings_is_refused(ward):
    campaign, staff, units = ward
    meeting = MeetingFactory(campaign=campaign, held_on=campaign.period_start)

    refused = refusal(held, staff, campaign, units, meeting=meeting)

    assert refused.code == "day_differs"


def test_a_meeting_of_another_year_is_refused(ward):
    campaign, staff, units = ward

    refused = refusal(held, staff, campaign, units, meeting=MeetingFactory())

    assert refused.code == "other_campaign"


def test_nothing_is_held_without_a_text():
    campaign = CampaignFactory()

    refused = refusal(held, member(campaign.ward), campaign, [a_unit(campaign)])

    assert refused.code == "text_missing"


def test_a_closed_campaign_holds_no_ceremony(ward):
    campaign, staff, units = ward
    campaign.closed_at = timezone.now()
    campaign.save()

    assert refusal(held, staff, campaign, units).code == "campaign_closed"


def test_a_units_contributor_holds_no_ceremony(ward):
    campaign, _staff, units = ward
    person = member(campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=units[0])

    with pytest.raises(PermissionDenied):
        held(person, campaign, units[:1])


# --- In the hall ------------------------------------------------------------------


@pytest.fixture
def hall(ward):
    campaign, staff, units = ward
    ceremony = open_ceremony(actor=staff, campaign=campaign, occasion=Occasion(TODAY))
    return ceremony, staff, units


def test_units_sign_one_after_another(hall):
    ceremony, staff, units = hall

    for unit in units[:2]:
        sign_at_ceremony(
            actor=staff, ceremony=ceremony, signature=Signature(unit, "Tổ trưởng")
        )

    seen = get_hall(user=staff, ceremony=ceremony)
    assert (seen.coverage.signed, seen.coverage.required) == (2, 3)
    assert [row.unit for row in seen.signed] == [units[1], units[0]]
    assert seen.current == units[2]
    assert seen.following == []


def test_a_unit_may_be_called_out_of_turn(hall):
    ceremony, staff, units = hall

    seen = get_hall(user=staff, ceremony=ceremony, unit=units[1].pk)

    assert seen.current == units[1]
    assert seen.following == [units[2], units[0]]


def test_a_call_for_a_unit_that_does_not_wait_goes_to_the_next(hall):
    ceremony, staff, units = hall
    foreign = ParticipatingUnitFactory()

    assert get_hall(user=staff, ceremony=ceremony, unit=foreign.pk).current == units[0]


def test_when_all_have_signed_nobody_is_called(hall):
    ceremony, staff, units = hall
    for unit in units:
        sign_at_ceremony(
            actor=staff, ceremony=ceremony, signature=Signature(unit, "Tổ trưởng")
        )

    assert get_hall(user=staff, ceremony=ceremony).current is None


def test_pressing_twice_for_a_unit_signs_once(hall):
    ceremony, staff, units = hall
    signature = Signature(units[0], "Tổ trưởng")
    sign_at_ceremony(actor=staff, ceremony=ceremony, signature=signature)

    refused = refusal(
        sign_at_ceremony, actor=staff, ceremony=ceremony, signature=signature
    )

    assert refused.code == "signed_already"


# --- Who signs --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "post"),
    [
        (Kind.RESIDENTIAL_GROUP, "Tổ dân phố 5", "Tổ trưởng Tổ dân phố 5"),
        (Kind.MASS_ORGANISATION, "Hội Nông dân", "Chủ tịch Hội Nông dân"),
        (Kind.MASS_ORGANISATION, "Đoàn TNCS", "Bí thư Đoàn TNCS"),
        (Kind.WARD_POLICE, "Công an phường", "Trưởng Công an phường"),
        (Kind.SCHOOL, "Trường A", "Hiệu trưởng Trường A"),
    ],
)
def test_the_usual_signer_follows_from_the_kind_of_unit(kind, name, post):
    assert post_of(ParticipatingUnitFactory.build(ward=None, kind=kind, name=name)) == (
        post
    )


def test_whoever_signed_last_is_proposed_again(ward):
    campaign, staff, units = ward
    signed(staff, campaign, units[0], signer_position="Phó Tổ trưởng")

    proposed = positions_for(units[:2])

    assert proposed == {
        units[0].pk: "Phó Tổ trưởng",
        units[1].pk: f"Tổ trưởng {units[1].name}",
    }
