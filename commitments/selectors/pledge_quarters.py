"""The four quarters of a campaign's period, counted from its first day."""

import calendar
import datetime as dt

from django.utils import timezone

from commitments.models import Campaign

QUARTERS = (1, 2, 3, 4)
_MONTHS = 3


def quarter_start(campaign: Campaign, quarter: int) -> dt.date:
    """The first day of a quarter: three months a quarter after the period's first day.

    A day that a month has not is its last: from 30/11 the second begins on 28/2.
    The fourth lasts to the period's end, however long that is.
    """
    start = campaign.period_start
    months = start.year * 12 + start.month - 1 + (quarter - 1) * _MONTHS
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(start.day, last))


def quarter_on(campaign: Campaign, day: dt.date | None = None) -> int:
    """The quarter a day falls into (today by default); 1 before the period, 4 after."""
    day = day or timezone.localdate()
    begun = [one for one in QUARTERS if quarter_start(campaign, one) <= day]
    return max(begun, default=1)


def quarters_begun(campaign: Campaign, day: dt.date | None = None) -> list[int]:
    """Quarters in the period that have begun by a day (today by default)."""
    latest = min(day or timezone.localdate(), campaign.period_end)
    return [one for one in QUARTERS if quarter_start(campaign, one) <= latest]
