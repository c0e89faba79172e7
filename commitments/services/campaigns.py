"""Starting a campaign."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Campaign
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.wards.models import AdministrativeUnit

LONGEST_PERIOD = dt.timedelta(days=731)


def check_period(period_start: dt.date, period_end: dt.date) -> None:
    """RuleViolation "period_reversed", "period_too_long"."""
    if period_end < period_start:
        raise RuleViolation(
            _("Choose a last day after the first day of the period."),
            code="period_reversed",
            field="period_end",
        )
    if period_end - period_start > LONGEST_PERIOD:
        raise RuleViolation(
            _("The period is longer than two years. Check both dates."),
            code="period_too_long",
            field="period_end",
        )


@transaction.atomic
def create_campaign(
    *,
    actor: Any,
    ward: AdministrativeUnit,
    title: str,
    period_start: dt.date,
    period_end: dt.date,
    is_example: bool = False,
    is_synthetic: bool = False,
) -> Campaign:
    """Start the campaign of the year in which the period ends.

    Raises RuleViolation: "not_a_ward", "period_reversed", "period_too_long",
    "ward_ended", "campaign_exists".
    """
    ward = AdministrativeUnit.objects.select_for_update().get(pk=ward.pk)
    mandate = require(actor, "open_campaign", ward)
    if not ward.is_commune_level:
        raise RuleViolation(
            _("A campaign runs in a ward, commune or special zone."), code="not_a_ward"
        )
    check_period(period_start, period_end)
    if ward.valid_to and period_start > ward.valid_to:
        raise RuleViolation(
            _("%(ward)s ended on %(day)s: its successor opens new campaigns.")
            % {"ward": ward, "day": f"{ward.valid_to:%d/%m/%Y}"},
            code="ward_ended",
            field="period_start",
        )
    year = period_end.year
    if Campaign.objects.filter(ward=ward, year=year).exists():
        raise RuleViolation(
            _("This ward already has a campaign for %(year)s.") % {"year": year},
            code="campaign_exists",
            field="period_end",
        )
    campaign = Campaign(
        ward=ward,
        title=title,
        year=year,
        period_start=period_start,
        period_end=period_end,
        is_example=is_example,
        is_synthetic=is_synthetic,
    )
    checked(campaign)
    campaign.save(force_insert=True)
    record(
        mandate,
        "campaign_opened",
        campaign,
        after={"year": year, "from": period_start, "to": period_end},
        texts={"title": title},
    )
    return campaign
