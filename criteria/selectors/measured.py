"""The criterion that a measure of the ward's own records goes into."""

from dataclasses import dataclass

from django.utils import timezone

from commitments.models import Campaign
from criteria import scoring
from criteria.models import Assessment
from criteria.selectors.scores import may_change, standing_of


@dataclass(frozen=True, slots=True)
class Measured:
    """A criterion that takes a measure; `overdue_days` 0 unless it is overdue."""

    number: int
    overdue_days: int


def measured_by(campaign: Campaign, source: str) -> Measured | None:
    """The first criterion of a campaign's set that takes `source`. One query.

    The caller may read the campaign, and through it its criteria.
    """
    rows = Assessment.objects.filter(
        evaluation__campaign=campaign, criterion__measure_source=source
    )
    row = (
        rows.select_related("evaluation__campaign", "criterion")
        .order_by("criterion__number")
        .first()
    )
    if row is None:
        return None
    today = timezone.localdate()
    day = scoring.score_day(today, campaign.period_end, row.scored_on)
    changes = may_change(row.evaluation)
    late = scoring.is_overdue(standing_of(row), today, day, may_change=changes)
    return Measured(row.criterion.number, (today - row.due_on).days if late else 0)
