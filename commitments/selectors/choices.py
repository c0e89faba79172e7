"""What the forms of a campaign's records offer to choose from, in the user's scope."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from commitments.models import (
    Campaign,
    Directive,
    Meeting,
    OfficialDocument,
    OutsideBody,
)
from wardsecurity.permissions import may
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingUnit
from wardsecurity.wards.selectors import serving_unit


def own_units(*, user: Any, campaign: Campaign) -> set[int] | None:
    """Units whose records a person keeps: None for all, empty for none."""
    if may(user, "keep_records", campaign):
        return None
    return {
        pk
        for pk in serving_unit(user=user, ward=campaign.ward)
        if may(
            user,
            "keep_records",
            Directive(campaign=campaign, responsible_unit_id=pk),
        )
    }


def units_to_choose(
    *,
    user: Any,
    campaign: Campaign,
    own: set[int] | None = None,
    kept: int | None = None,
) -> QuerySet[ParticipatingUnit]:
    """Units of the ward that take part today, or only those of `own`.

    `kept` is the unit the record names already, which may have ended since.
    """
    rows = ParticipatingUnit.objects.for_user(user).filter(ward=campaign.ward_id)
    rows = rows.filter(open_on(timezone.localdate()) | Q(pk=kept))
    return rows if own is None else rows.filter(pk__in=own)


def documents_to_choose(
    *, user: Any, campaign: Campaign, kept: int | None = None
) -> QuerySet[OfficialDocument]:
    """Documents of the campaign, newest first, without withdrawn ones."""
    rows = OfficialDocument.objects.for_user(user).filter(campaign=campaign)
    return rows.filter(Q(withdrawn_at=None) | Q(pk=kept))


def meetings_to_choose(*, user: Any, campaign: Campaign) -> QuerySet[Meeting]:
    """Meetings of the campaign, newest first."""
    return Meeting.objects.for_user(user).filter(campaign=campaign)


def bodies_to_choose(*, user: Any, campaign: Campaign) -> QuerySet[OutsideBody]:
    """Bodies above or beside the ward, in Vietnamese order."""
    return OutsideBody.objects.for_user(user).filter(ward=campaign.ward_id)
