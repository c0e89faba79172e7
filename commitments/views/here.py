"""Entering a ward's year from a page of its records."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from commitments.selectors.campaigns import get_campaign

if TYPE_CHECKING:
    from commitments.models import Campaign


def enter(request: HttpRequest, *, ward: str, year: int, nav: str) -> "Campaign":
    """Find the campaign of an address (404 when out of sight) and stay in it.

    `nav` is the part of the navigation the page belongs to.
    """
    campaign = get_campaign(user=request.user, ward=ward, year=year)
    request.campaign = campaign  # type: ignore[attr-defined]
    request.nav = nav  # type: ignore[attr-defined]
    return campaign
