"""Codes on the commitment forms: made when forms are printed to be signed."""

from typing import Any

from django.db import transaction

from commitments.models import Campaign
from commitments.selectors.papers import form_units, unit_page
from commitments.services.campaigns import check_writable, lock_campaign
from wardsecurity.papers.models import PaperToken
from wardsecurity.papers.services import Page, tokens_for


@transaction.atomic
def make_form_codes(*, actor: Any, campaign: Campaign) -> list[PaperToken]:
    """Give every unit's commitment form its code; codes that stand are kept.

    Raises RuleViolation: "campaign_closed".
    """
    campaign = lock_campaign(campaign)
    check_writable(campaign)
    pages = [
        Page(unit_page(campaign, unit), f"Bản cam kết năm {campaign.year} - {unit}")
        for unit in form_units(campaign)
    ]
    return tokens_for(actor=actor, row=campaign, pages=pages)
