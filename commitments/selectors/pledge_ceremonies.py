"""Ceremonies, and how the hall sees one: who signed, whose turn it is, who follows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from commitments.models import Campaign, Commitment, Meeting, SigningCeremony
from commitments.selectors.pledges import (
    Coverage,
    in_board_order,
    last_positions,
    live_commitments,
    post_of,
    required_units,
    score_day,
)
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Hall:
    """Ceremony mode: who has signed, whose turn it is, who follows."""

    ceremony: SigningCeremony
    coverage: Coverage
    signed: list[Commitment]  # newest first
    current: ParticipatingUnit | None
    position: str
    following: list[ParticipatingUnit]


def list_ceremonies(*, user: Any, campaign: Campaign) -> QuerySet[SigningCeremony]:
    """Ceremonies of a campaign, newest first, with their meeting."""
    rows = SigningCeremony.objects.for_user(user).filter(campaign=campaign)
    return rows.select_related("campaign__ward", "meeting").order_by("-held_on", "-pk")


def get_ceremony(*, user: Any, campaign: Campaign, pk: int) -> SigningCeremony:
    """A ceremony of the campaign; Http404 for any other."""
    return get_object_or_404(list_ceremonies(user=user, campaign=campaign), pk=pk)


def list_meetings_to_sign_at(*, user: Any, campaign: Campaign) -> QuerySet[Meeting]:
    """Meetings of the year at which units may have signed, newest first."""
    return Meeting.objects.for_user(user).filter(campaign=campaign)


def positions_for(units: list[ParticipatingUnit]) -> dict[int, str]:
    """Who will likely sign: as last time, else the unit's usual post. One query."""
    last = last_positions(units)
    return {unit.pk: last.get(unit.pk) or post_of(unit) for unit in units}


def get_hall(*, user: Any, ceremony: SigningCeremony, unit: int | None = None) -> Hall:
    """A ceremony as the hall sees it; `unit` is called out of turn, if it may be.

    Three queries.
    """
    campaign = ceremony.campaign
    day = score_day(campaign)
    live = live_commitments(campaign, day).for_user(user)  # type: ignore[attr-defined]
    signed = {row.unit_id: row for row in live.select_related("unit").order_by("-pk")}
    required = in_board_order(required_units(campaign, day))
    counted = {one.pk for one in required}
    waiting = [one for one in required if one.pk not in signed]
    current = next((one for one in waiting if one.pk == unit), None)
    current = current or next(iter(waiting), None)
    return Hall(
        ceremony=ceremony,
        coverage=Coverage(len(required) - len(waiting), len(required)),
        signed=[row for row in signed.values() if row.unit_id in counted],
        current=current,
        position=positions_for([current])[current.pk] if current else "",
        following=_turned(waiting, current),
    )


def _turned(
    waiting: list[ParticipatingUnit], current: ParticipatingUnit | None
) -> list[ParticipatingUnit]:
    """Those who wait, from the one after `current` on, the skipped ones last."""
    if current is None:
        return []
    place = waiting.index(current)
    return waiting[place + 1 :] + waiting[:place]
