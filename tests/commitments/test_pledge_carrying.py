"""Commitments that hold for the following years go on into the next campaign."""

import dataclasses
import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from commitments.models import Commitment, CommitmentReview
from commitments.selectors.pledge_board import get_pledge_board
from commitments.selectors.pledges import signing_coverage
from commitments.services.pledge_carrying import carry_commitments
from commitments.services.pledge_texts import draft_text, wording_of
from commitments.services.pledges import withdraw_commitment
from tests.commitments.pledging import TODAY, WORDING, a_pledge_campaign, signed
from tests.factories.commitments import CampaignFactory, ReviewFactory
from tests.factories.wards import member
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

LAST_YEAR = TODAY.year - 1
SIGNED_ON = dt.date(LAST_YEAR, 5, 12)


@pytest.fixture
def years():
    """Last year's campaign with three units that signed, and this year's."""
    source, staff, units = a_pledge_campaign(
        units=3, period_start=dt.date(LAST_YEAR, 1, 1)
    )
    rows = [signed(staff, source, unit, signed_on=SIGNED_ON) for unit in units]
    campaign = CampaignFactory(ward=source.ward)
    text = draft_text(actor=staff, campaign=campaign, wording=wording_of(rows[0].text))
    return source, campaign, text, staff, rows


def carried(years, **changes):
    source, campaign, text, staff, _rows = years
    kwargs = {"source_campaign": source, "campaign": campaign, "text": text}
    return carry_commitments(actor=staff, **kwargs | changes)


def test_day_signer_and_words_stay_and_the_source_is_named(years):
    *_rest, text, _staff, rows = years

    made = carried(years)

    assert {one.carried_from for one in made} == set(rows)
    assert {one.signed_on for one in made} == {SIGNED_ON}
    assert {one.signer_position for one in made} == {"Tổ trưởng"}
    assert {one.text.sha256 for one in made} == {rows[0].text.sha256}
    text.refresh_from_db()
    assert text.is_sealed


def test_the_last_year_keeps_its_own(years):
    source, *_rest, rows = years

    carried(years)

    assert Commitment.objects.filter(campaign=source, ended_at=None).count() == 3
    assert len(rows) == 3


def test_reviews_do_not_come_along(years):
    *_rest, rows = years
    ReviewFactory(commitment=rows[0])

    carried(years)

    assert CommitmentReview.objects.count() == 1


def test_carried_ones_count_and_say_from_which_year(years):
    _source, campaign, _text, staff, _rows = years
    carried(years)

    coverage = signing_coverage(campaign, TODAY)
    (group,) = get_pledge_board(user=staff, campaign=campaign).groups

    assert (coverage.signed, coverage.required) == (3, 3)
    assert {row.carried_year for row in group.rows} == {LAST_YEAR}


def test_carrying_again_adds_none(years):
    carried(years)

    assert carried(years) == []
    assert Commitment.objects.count() == 6


def test_a_carried_one_that_was_withdrawn_is_not_carried_again(years):
    *_rest, staff, _rows = years
    first = carried(years)[0]
    withdraw_commitment(actor=staff, commitment=first, reason="Đơn vị ký mới.")

    assert carried(years) == []


def test_withdrawn_ones_stay_behind(years):
    *_rest, staff, rows = years
    withdraw_commitment(actor=staff, commitment=rows[0], reason="Nhầm.")

    assert len(carried(years)) == 2


def test_units_that_ended_stay_behind(years):
    *_rest, rows = years
    unit = rows[0].unit
    unit.valid_to = dt.date(LAST_YEAR, 12, 31)
    unit.save()

    assert rows[0].unit not in {one.unit for one in carried(years)}


def test_what_held_until_last_year_only_stays_behind(years):
    *_rest, rows = years
    Commitment.objects.filter(pk=rows[0].pk).update(valid_to=dt.date(LAST_YEAR, 12, 31))

    assert len(carried(years)) == 2


def test_units_that_signed_anew_keep_their_new_one(years):
    _source, campaign, _text, staff, rows = years
    signed(staff, campaign, rows[0].unit)

    assert len(carried(years)) == 2


def test_other_words_are_not_what_was_signed(years):
    _source, campaign, text, _staff, _rows = years
    type(text).objects.filter(pk=text.pk).update(sha256="f" * 64)

    assert carried(years) == []
    assert not Commitment.objects.filter(campaign=campaign).exists()


def test_a_text_of_one_year_is_not_carried():
    source, staff, (unit,) = a_pledge_campaign(period_start=dt.date(LAST_YEAR, 1, 1))
    text = source.commitmenttext_set.get()
    type(text).objects.update(years_after=False)
    signed(staff, source, unit, signed_on=SIGNED_ON)
    campaign = CampaignFactory(ward=source.ward)
    one_year = dataclasses.replace(WORDING, years_after=False)
    copy = draft_text(actor=staff, campaign=campaign, wording=one_year)

    made = carry_commitments(
        actor=staff, source_campaign=source, campaign=campaign, text=copy
    )

    assert made == []


def test_nothing_is_carried_between_wards(years):
    with pytest.raises(ValueError, match="one ward"):
        carried(years, source_campaign=CampaignFactory())


def test_nothing_is_carried_into_a_closed_campaign(years):
    _source, campaign, *_rest = years
    campaign.closed_at = timezone.now()
    campaign.save()

    with pytest.raises(RuleViolation) as refused:
        carried(years)

    assert refused.value.code == "campaign_closed"


def test_a_contributor_carries_nothing(years):
    source, campaign, text, _staff, rows = years
    person = member(
        campaign.ward, Role.UNIT_CONTRIBUTOR, participating_unit=rows[0].unit
    )

    with pytest.raises(PermissionDenied):
        carry_commitments(
            actor=person, source_campaign=source, campaign=campaign, text=text
        )
