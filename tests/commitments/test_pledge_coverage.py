"""Who must sign and who has: the count that the board shows and a criterion takes."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from commitments.models import Commitment
from commitments.selectors.pledge_board import get_pledge_board
from commitments.selectors.pledges import (
    KIND_GROUPS,
    required_units,
    score_day,
    signing_coverage,
    unsigned_units,
)
from commitments.services.pledge_ceremonies import (
    Occasion,
    Signature,
    hold_ceremony,
)
from commitments.services.pledges import renew_commitment, withdraw_commitment
from tests.commitments.pledging import (
    TODAY,
    a_pledge_campaign,
    a_signing,
    a_unit,
    signed,
    the_day_before,
)
from tests.factories.commitments import CeremonyFactory
from tests.factories.wards import ParticipatingUnitFactory
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import ParticipatingKind

YESTERDAY = the_day_before(TODAY)


def counted(campaign, day=TODAY):
    coverage = signing_coverage(campaign, day)
    return coverage.signed, coverage.required


@pytest.mark.django_db
class TestWhoMustSign:
    def test_units_that_sign_and_take_part_today(self):
        campaign, staff, units = a_pledge_campaign(units=3)
        a_unit(campaign, signs=False)
        a_unit(campaign, valid_to=YESTERDAY)
        a_unit(campaign, valid_from=TODAY + dt.timedelta(days=1))
        ParticipatingUnitFactory()
        signed(staff, campaign, units[0])

        assert counted(campaign) == (1, 3)

    def test_the_first_ceremonys_day_decides_once_one_was_held(self):
        campaign, _staff, units = a_pledge_campaign(units=2)
        ended = a_unit(campaign, valid_to=YESTERDAY)
        later = a_unit(campaign, valid_from=TODAY)
        CeremonyFactory(campaign=campaign, held_on=YESTERDAY)
        CeremonyFactory(campaign=campaign, held_on=TODAY)

        required = set(required_units(campaign, TODAY))

        assert required == {*units, ended}
        assert later not in required

    def test_asked_about_a_day_before_the_ceremony_that_day_decides(self):
        campaign, _staff, _units = a_pledge_campaign(units=1)
        a_unit(campaign, valid_from=TODAY)
        CeremonyFactory(campaign=campaign, held_on=TODAY)

        assert counted(campaign, YESTERDAY) == (0, 1)
        assert counted(campaign, TODAY) == (0, 2)

    def test_after_the_periods_end_its_last_day_is_the_boards(self):
        campaign, _staff, _units = a_pledge_campaign(
            period_start=dt.date(TODAY.year - 1, 1, 1)
        )

        assert score_day(campaign) == campaign.period_end

    def test_a_ceremony_of_another_campaign_decides_nothing(self):
        campaign, _staff, _units = a_pledge_campaign()
        a_unit(campaign, valid_from=TODAY)
        CeremonyFactory(held_on=YESTERDAY)

        assert counted(campaign) == (0, 2)

    def test_withdrawn_and_renewed_ones_do_not_count_twice_or_at_all(self):
        campaign, staff, units = a_pledge_campaign(units=2)
        first = signed(staff, campaign, units[0])
        renew_commitment(actor=staff, commitment=first, signing=a_signing(units[0]))
        second = signed(staff, campaign, units[1])
        withdraw_commitment(actor=staff, commitment=second, reason="Nhầm.")

        assert counted(campaign) == (1, 2)

    def test_a_signing_counts_from_its_day_on(self):
        campaign, staff, (unit,) = a_pledge_campaign()
        signed(staff, campaign, unit, signed_on=TODAY)

        assert counted(campaign, YESTERDAY) == (0, 1)

    def test_who_has_not_signed_is_listed_in_the_boards_order(self):
        campaign, staff, (group,) = a_pledge_campaign()
        defence = a_unit(campaign, kind=ParticipatingKind.CIVIL_DEFENCE_GROUP)
        police = a_unit(campaign, kind=ParticipatingKind.WARD_POLICE)
        done = a_unit(campaign)
        signed(staff, campaign, done)

        assert unsigned_units(campaign, TODAY) == [police, group, defence]

    def test_every_kind_of_unit_has_its_group(self):
        grouped = [kind for group in KIND_GROUPS for kind in group.kinds]

        assert sorted(grouped) == sorted(ParticipatingKind)


@pytest.mark.django_db
class TestTheBoard:
    def test_its_sums_are_those_of_the_selector(self):
        campaign, staff, units = a_pledge_campaign(units=3)
        a_unit(campaign, kind=ParticipatingKind.SCHOOL)
        signed(staff, campaign, units[1])

        board = get_pledge_board(user=staff, campaign=campaign)

        assert board.coverage == signing_coverage(campaign, TODAY)
        assert [
            (group.code, group.coverage.signed, group.coverage.required)
            for group in board.groups
        ] == [("groups", 1, 3), ("schools", 0, 1)]
        assert board.ticks == [True, False, False, False]

    def test_a_unit_beyond_those_required_shows_and_does_not_count(self):
        campaign, staff, units = a_pledge_campaign(units=1)
        hold_ceremony(
            actor=staff,
            campaign=campaign,
            occasion=Occasion(YESTERDAY),
            signatures=[Signature(units[0], "Tổ trưởng")],
        )
        late = a_unit(campaign, valid_from=TODAY)
        signed(staff, campaign, late)

        board = get_pledge_board(user=staff, campaign=campaign)

        assert (board.coverage.signed, board.coverage.required) == (1, 1)
        assert {(row.unit, row.counts) for row in board.groups[0].rows} == {
            (units[0], True),
            (late, False),
        }

    def test_one_that_no_longer_holds_says_so(self):
        campaign, staff, (unit,) = a_pledge_campaign()
        signed(staff, campaign, unit, signed_on=YESTERDAY, valid_to=YESTERDAY)

        board = get_pledge_board(user=staff, campaign=campaign)

        assert board.groups[0].rows[0].lapsed


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sign", "renew", "withdraw", "ceremony"]), st.integers(0, 2)
    ),
    max_size=12,
)


class TestWhateverHappens(HypothesisTestCase):
    """Any order of signing, renewing, withdrawing and ceremonies."""

    @hypothesis_settings(max_examples=25)
    @given(STEPS)
    def test_no_unit_has_more_than_one_live_commitment(self, steps):
        campaign, staff, units = a_pledge_campaign(units=3)
        expected = set()
        for step, place in steps:
            if take(step, staff, campaign, units, place):
                touched = set(units) if step == "ceremony" else {units[place]}
                expected = (
                    expected - touched if step == "withdraw" else expected | touched
                )
            live = Commitment.objects.filter(withdrawn_at=None, ended_at=None)
            assert sorted(row.unit_id for row in live) == sorted(
                unit.pk for unit in expected
            )
            assert counted(campaign) == (len(expected), 3)


def take(step, staff, campaign, units, place):
    """Try one step; whether the service took it."""
    unit = units[place]
    last = unit.commitments.order_by("pk").last()
    try:
        match step:
            case "sign":
                signed(staff, campaign, unit)
            case "ceremony":
                hold_ceremony(
                    actor=staff,
                    campaign=campaign,
                    occasion=Occasion(TODAY),
                    signatures=[Signature(one, "Tổ trưởng") for one in units],
                )
            case "renew" if last:
                renew_commitment(actor=staff, commitment=last, signing=a_signing(unit))
            case "withdraw" if last:
                withdraw_commitment(actor=staff, commitment=last, reason="Nhầm.")
            case _:
                return False
    except RuleViolation:
        return False
    return True
