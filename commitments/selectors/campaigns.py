"""Reading campaigns."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from commitments.models import Campaign


def list_campaigns(*, user: Any) -> QuerySet[Campaign]:
    """Campaigns a user may read, by ward in Vietnamese order, newest year first."""
    return Campaign.objects.for_user(user).select_related("ward__parent")


def get_campaign(*, user: Any, ward: str, year: int) -> Campaign:
    """The campaign of a ward's slug and year; Http404 when out of sight. One query."""
    return get_object_or_404(list_campaigns(user=user), ward__slug=ward, year=year)
