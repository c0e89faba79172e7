"""What of a ward's last year can go on in the next; never its results."""

import datetime as dt
import re
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentText,
    CommitteeMember,
    OfficialDocument,
    SteeringCommittee,
)
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingUnit


def previous_campaign(*, user: Any, campaign: Campaign) -> Campaign | None:
    """The ward's own campaign before this one, if the user may read it. One query.

    Of the same ward only: a predecessor's years are another unit's.
    """
    return (
        earlier_campaigns(campaign)
        .filter(pk__in=Campaign.objects.for_user(user).values("pk"))
        .first()
    )


def earlier_campaigns(campaign: Campaign) -> QuerySet[Campaign]:
    """The ward's campaigns of the years before, the latest first."""
    rows = Campaign.objects.filter(ward=campaign.ward_id, year__lt=campaign.year)
    return rows.select_related("ward").order_by("-year")


def carry_day(campaign: Campaign, today: dt.date | None = None) -> dt.date:
    """The day on which units and terms must hold to go on: today, in the new period."""
    day = max(today or timezone.localdate(), campaign.period_start)
    return min(day, campaign.period_end)


def standing_units(campaign: Campaign) -> set[int]:
    """Participating units of the ward that take part on the carry day."""
    rows = ParticipatingUnit.objects.filter(
        open_on(carry_day(campaign)), ward=campaign.ward_id
    )
    return set(rows.values_list("pk", flat=True))


def with_year(text: str, old: int, new: int) -> str:
    """A subject for the next year: the year it ends in is replaced, and no other.

    Closing marks and a remark in brackets may follow: "… năm 2023 (34 tiêu chí)".
    """
    end = rf"\b{old}(?=[\s.,”\"')]*(?:\([^()]*\))?[\s.,”\"']*$)"
    return re.sub(end, str(new), text)


def text_to_carry(source: Campaign) -> CommitmentText | None:
    """The latest wording of a campaign's commitment, with its contents."""
    rows = CommitmentText.objects.filter(campaign=source).order_by("-edition")
    return rows.prefetch_related("contents").first()


def commitments_to_carry(
    source: Campaign, campaign: Campaign, text: CommitmentText
) -> QuerySet[Commitment]:
    """Standing commitments under the same words that also hold for the years after.

    Of units that still sign on the campaign's first day, unless they signed anew or
    the commitment no longer holds then.
    """
    first = campaign.period_start
    anew = Commitment.objects.filter(
        campaign=campaign, withdrawn_at=None, ended_at=None
    )
    rows = Commitment.objects.filter(
        open_on(first, "unit__"),
        campaign=source,
        withdrawn_at=None,
        ended_at=None,
        text__sha256=text.sha256,
        text__years_after=True,
        carried_to=None,
        unit__signs=True,
    )
    rows = rows.exclude(valid_to__lt=first).exclude(unit__in=anew.values("unit_id"))
    return rows.select_related("unit", "counterparty_unit", "counterparty_body", "scan")


def committee_to_carry(source: Campaign) -> SteeringCommittee | None:
    """The committee of a campaign."""
    return SteeringCommittee.objects.filter(campaign=source).first()


def members_to_carry(
    committee: SteeringCommittee, campaign: Campaign
) -> QuerySet[CommitteeMember]:
    """Members whose term runs on the carry day, in their order."""
    rows = CommitteeMember.objects.filter(
        open_on(carry_day(campaign)), committee=committee
    )
    return rows.order_by("order", "pk")


def documents_to_carry(
    source: Campaign, campaign: Campaign
) -> QuerySet[OfficialDocument]:
    """Papers that come back as drafts: not withdrawn, not replaced by another.

    Their issuer must still take part; bodies outside the ward have no end.
    """
    replacing = OfficialDocument.objects.filter(
        withdrawn_at=None, replaces__isnull=False
    )
    rows = OfficialDocument.objects.filter(campaign=source, withdrawn_at=None)
    rows = rows.exclude(pk__in=replacing.values("replaces_id"))
    gone = ParticipatingUnit.objects.filter(ward=campaign.ward_id).exclude(
        open_on(carry_day(campaign))
    )
    rows = rows.exclude(issuer_unit__in=gone)
    return rows.prefetch_related("based_on").order_by("pk")
