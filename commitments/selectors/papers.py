"""What the printed papers of a campaign say: commitment forms, committee, minutes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentText,
    CommitteeMember,
    Meeting,
    SteeringCommittee,
)
from wardsecurity.papers.selectors import printed_addresses, trail_line
from wardsecurity.scoping import WardScopedQuerySet, open_on
from wardsecurity.wards.models import ParticipatingKind, ParticipatingUnit

_ORDER = list(ParticipatingKind.values)


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What one unit's form says: its live commitment, else the newest wording."""

    campaign: Campaign
    unit: ParticipatingUnit
    text: CommitmentText
    commitment: Commitment | None
    address: str  # what its code says; empty while it has none
    trail: str


def day_of_record(campaign: Campaign) -> dt.date:
    """Today within the campaign's period, its last day afterwards."""
    return min(max(timezone.localdate(), campaign.period_start), campaign.period_end)


def unit_page(campaign: Campaign, unit: ParticipatingUnit) -> str:
    """The page of a unit's commitment: codes lead there."""
    place = [campaign.ward.slug, campaign.year, unit.pk]
    return reverse("commitments:pledge-unit", args=place)


def form_units(campaign: Campaign) -> WardScopedQuerySet:
    """Units that sign on the day of record, or have signed; unscoped, for services."""
    signed = Commitment.objects.filter(
        campaign=campaign, withdrawn_at__isnull=True, ended_at__isnull=True
    )
    return ParticipatingUnit.objects.filter(
        Q(open_on(day_of_record(campaign)), signs=True)
        | Q(pk__in=signed.values("unit")),
        ward_id=campaign.ward_id,
    )


def list_form_units(*, user: Any, campaign: Campaign) -> list[ParticipatingUnit]:
    """Those units for a reader, by kind and in Vietnamese order. One query."""
    rows = form_units(campaign).for_user(user)
    return sorted(rows, key=lambda unit: _ORDER.index(unit.kind))


def list_form_facts(
    *, user: Any, campaign: Campaign, unit_pk: int | None = None
) -> list[FormFacts]:
    """The facts of every unit's form, or of one unit's; Http404 when there is none.

    Six queries, whatever the number of units.
    """
    units = [
        unit
        for unit in list_form_units(user=user, campaign=campaign)
        if unit_pk in (None, unit.pk)
    ]
    texts = CommitmentText.objects.for_user(user).prefetch_related("contents")
    newest = texts.filter(campaign=campaign).first()
    signed = {
        row.unit_id: row
        for row in Commitment.objects.for_user(user)
        .filter(campaign=campaign, withdrawn_at__isnull=True, ended_at__isnull=True)
        .select_related("counterparty_unit", "counterparty_body", "ceremony")
        .prefetch_related(Prefetch("text", texts))
    }
    if not units or newest is None:
        raise Http404
    pages = {unit.pk: unit_page(campaign, unit) for unit in units}
    addresses = printed_addresses(user=user, unit=campaign.ward, paths=pages.values())
    trail = trail_line(user=user, unit=campaign.ward)
    return [
        FormFacts(
            campaign=campaign,
            unit=unit,
            text=signed[unit.pk].text if unit.pk in signed else newest,
            commitment=signed.get(unit.pk),
            address=addresses.get(pages[unit.pk], ""),
            trail=trail,
        )
        for unit in units
    ]


def has_text(*, user: Any, campaign: Campaign) -> bool:
    """Whether the commitment has a wording, so that forms can be printed."""
    texts = CommitmentText.objects.for_user(user)
    return texts.filter(campaign=campaign).exists()


def find_committee(*, user: Any, campaign: Campaign) -> SteeringCommittee | None:
    """The committee with its decision and, in `serving`, who serves in it."""
    members = CommitteeMember.objects.filter(open_on(day_of_record(campaign)))
    return (
        SteeringCommittee.objects.for_user(user)
        .select_related("decision__issuer_unit", "decision__issuer_body")
        .prefetch_related(
            Prefetch("members", members.select_related("unit"), to_attr="serving")
        )
        .filter(campaign=campaign)
        .first()
    )


def list_meetings_to_print(*, user: Any, campaign: Campaign) -> list[Meeting]:
    """Meetings of the campaign, the latest first."""
    rows = Meeting.objects.for_user(user).filter(campaign=campaign)
    return list(rows.order_by("-held_on", "-pk"))


def get_meeting_to_print(*, user: Any, campaign: Campaign, pk: int) -> Meeting:
    """A meeting with all that its minutes tell; Http404 when out of sight."""
    rows = (
        Meeting.objects.for_user(user)
        .filter(campaign=campaign)
        .select_related("minutes__issuer_unit", "minutes__issuer_body")
        .prefetch_related(
            "organising_units",
            "organising_bodies",
            "agenda__document",
            "contributions__unit",
            "contributions__body",
            "directives__responsible_unit",
            "directives__giver_body",
        )
    )
    return get_object_or_404(rows, pk=pk)
