"""The board's count and the measured fact are worked out twice; they never differ."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.selectors.facts import ward_facts
from commitments.selectors.pledges import signing_coverage
from tests.factories.commitments import (
    CampaignFactory,
    CeremonyFactory,
    CommitmentFactory,
)
from tests.factories.wards import ParticipatingUnitFactory

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAYS = st.none() | st.integers(-40, 40).map(lambda days: TODAY + dt.timedelta(days))
UNITS = st.lists(
    st.tuples(
        st.booleans(), DAYS, DAYS, st.sampled_from(["", "signed", "withdrawn", "ended"])
    ),
    max_size=5,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(units=UNITS, ceremony=DAYS)
def test_board_and_measure_count_the_same(units, ceremony):
    campaign = CampaignFactory()
    if ceremony is not None:
        CeremonyFactory(campaign=campaign, held_on=ceremony)
    for signs, first, last, state in units:
        if first and last and last < first:
            first, last = last, first
        unit = ParticipatingUnitFactory(
            ward=campaign.ward, signs=signs, valid_from=first, valid_to=last
        )
        if state:
            gone = {"withdrawn": "withdrawn_at", "ended": "ended_at"}.get(state)
            at = {gone: timezone.now()} if gone else {}
            CommitmentFactory(campaign=campaign, unit=unit, **at)

    board, facts = signing_coverage(campaign, TODAY), ward_facts(campaign, TODAY)

    assert (board.signed, board.required) == (facts.units_signed, facts.units_required)
