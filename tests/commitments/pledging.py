"""Wards, units and people for the tests of commitments."""

import datetime as dt

from django.utils import timezone

from commitments.services.pledge_rules import Signing
from commitments.services.pledge_texts import Content, Wording, draft_text
from commitments.services.pledges import sign_commitment
from tests.factories.commitments import CampaignFactory
from tests.factories.wards import ParticipatingUnitFactory, member
from wardsecurity.wards.models import ParticipatingKind

TODAY = timezone.localdate()
WORDING = Wording(
    title="Bản cam kết",
    scope="Năm nay và những năm tiếp theo",
    parties="Các ban, ngành, đoàn thể, tổ dân phố",
    contents=[Content(f"Nội dung thứ {n}", f"Nội dung {n}") for n in (1, 2, 3)],
    years_after=True,
)


def a_unit(campaign, **kwargs):
    """A residential group that must sign."""
    return ParticipatingUnitFactory(ward=campaign.ward, **kwargs)


def a_peoples_committee(campaign):
    """The People's Committee: units sign before it, it does not sign."""
    return a_unit(
        campaign,
        name="UBND phường",
        kind=ParticipatingKind.PEOPLES_COMMITTEE,
        signs=False,
    )


def a_pledge_campaign(units=1, **kwargs):
    """A campaign with a text, its staff, and so many units that must sign."""
    campaign = CampaignFactory(**kwargs)
    staff = member(campaign.ward)
    draft_text(actor=staff, campaign=campaign, wording=WORDING)
    return campaign, staff, [a_unit(campaign) for _ in range(units)]


def a_signing(unit, **kwargs):
    """A signing of today by the head of the group."""
    return Signing(
        **{"unit": unit, "signed_on": TODAY, "signer_position": "Tổ trưởng"} | kwargs
    )


def signed(staff, campaign, unit, **kwargs):
    """Sign through the service."""
    return sign_commitment(
        actor=staff, campaign=campaign, signing=a_signing(unit, **kwargs)
    )


def day_text(day=TODAY):
    """A day as people type it."""
    return f"{day:%d/%m/%Y}"


def home_of(campaign):
    """The address of the board."""
    return f"/w/{campaign.ward.slug}/{campaign.year}/commitments/"


def the_day_before(day):
    """Yesterday of a day."""
    return day - dt.timedelta(days=1)
