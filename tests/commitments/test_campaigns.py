"""Starting a campaign, reading it, and writing within it while it is open."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from commitments.models import Campaign
from commitments.selectors.campaigns import get_campaign, list_campaigns
from commitments.services.campaigns import (
    check_writable,
    create_campaign,
    lock_campaign,
)
from tests.factories.criteria import an_evaluation
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
START, END = dt.date(2025, 11, 15), dt.date(2026, 11, 14)


def started(ward, actor=None, **kwargs):
    fields = {
        "title": "Xây dựng phường điển hình",
        "period_start": START,
        "period_end": END,
    }
    return create_campaign(
        actor=actor or member(ward, Role.WARD_LEADER), ward=ward, **fields | kwargs
    )


def refusal(ward, **kwargs):
    """The rule that stands in the way, and the field; nothing is written."""
    with pytest.raises(RuleViolation) as refused:
        started(ward, **kwargs)
    assert not Campaign.objects.filter(period_start=START).exists()
    return refused.value.code, refused.value.field


# --- Starting ---------------------------------------------------------------------


def test_a_campaign_bears_the_year_in_which_its_period_ends():
    campaign = started(WardFactory())

    assert (campaign.year, campaign.period_start) == (2026, START)


def test_starting_is_trailed_with_its_days_and_title():
    campaign = started(WardFactory())

    entry = TrailEntry.objects.get(action="campaign_opened")
    assert entry.target_id == campaign.pk
    assert '"from":"2025-11-15"' in entry.payload
    assert entry.texts.get().text == campaign.title


@pytest.mark.parametrize("kind", ["commune", "special_zone"])
def test_communes_and_special_zones_run_campaigns_too(kind):
    assert started(WardFactory(kind=kind))


@pytest.mark.parametrize("kind", ["province", "district"])
def test_no_campaign_runs_above_the_ward(kind):
    above = UnitFactory()
    unit = above if kind == "province" else UnitFactory(kind=kind, parent=above)

    assert refusal(unit) == ("not_a_ward", None)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (START, START - DAY, "period_reversed"),
        (START, START + 732 * DAY, "period_too_long"),
    ],
)
def test_periods_that_cannot_be(start, end, code):
    said = refusal(WardFactory(), period_start=start, period_end=end)

    assert said == (code, "period_end")


def test_a_period_of_one_day_and_of_two_years_can_be():
    assert started(WardFactory(), period_end=START)
    assert started(WardFactory(), period_end=START + 731 * DAY)


def test_a_ward_that_ended_starts_none_after_its_last_day():
    assert started(WardFactory(valid_to=START))
    Campaign.objects.all().delete()

    ended = WardFactory(valid_to=START - DAY)
    assert refusal(ended) == ("ward_ended", "period_start")


def test_one_campaign_a_year_in_a_ward_and_one_in_its_neighbour():
    ward = WardFactory()
    started(ward)
    started(WardFactory(parent=ward.parent))

    with pytest.raises(RuleViolation) as refused:
        started(ward, period_start=dt.date(2026, 1, 1))
    assert refused.value.code == "campaign_exists"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.WARD_LEADER])
def test_only_the_wards_leader_starts(role):
    ward = WardFactory()
    for actor in (member(ward, role), member(WardFactory(), Role.WARD_LEADER)):
        with pytest.raises(PermissionDenied):
            started(ward, actor=actor)


# --- Writing within ---------------------------------------------------------------


def test_a_closed_campaign_takes_no_more_records():
    campaign = started(WardFactory())
    check_writable(campaign)

    campaign.closed_at = timezone.now()
    with pytest.raises(RuleViolation) as refused:
        check_writable(campaign)
    assert refused.value.code == "campaign_closed"


def test_locking_reads_the_campaign_as_it_stands_now():
    campaign = started(WardFactory())
    Campaign.objects.update(closed_at=timezone.now())

    with transaction.atomic():
        assert lock_campaign(campaign).closed_at is not None


# --- Reading ----------------------------------------------------------------------


def test_a_ward_reads_its_own_campaigns_and_a_province_all_of_its_wards():
    one, two = WardFactory.create_batch(2, parent=UnitFactory())
    here, beside, elsewhere = (
        an_evaluation({}, ward=ward).campaign for ward in (one, two, WardFactory())
    )

    assert set(list_campaigns(user=member(one))) == {here}
    reader = member(one.parent, Role.PROVINCE_VERIFIER)
    assert set(list_campaigns(user=reader)) == {here, beside}
    assert elsewhere not in list_campaigns(user=reader)


def test_a_campaign_out_of_sight_is_not_found():
    campaign = an_evaluation({}).campaign
    at = {"ward": campaign.ward.slug, "year": campaign.year}

    assert get_campaign(user=member(campaign.ward), **at) == campaign
    with pytest.raises(Http404):
        get_campaign(user=member(WardFactory()), **at)
