"""What the services of a campaign's records share: versions, and rows of one ward."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import ParticipatingUnit


class EditConflict(RuleViolation):
    """Somebody changed this record since the form was opened."""

    def __init__(self, current: Any) -> None:
        super().__init__(
            _("This record was changed meanwhile. Compare both, then save."),
            code="conflict",
        )
        self.current = current


def check_version(row: Any, version: int) -> None:
    """EditConflict unless `version` is the one the row stands at."""
    if row.version != version:
        raise EditConflict(row)


def check_unit(
    unit: ParticipatingUnit | None, campaign: Campaign, *, field: str
) -> None:
    """RuleViolation "other_ward" for a unit that is not of the campaign's ward."""
    if unit is not None and unit.ward_id != campaign.ward_id:
        raise RuleViolation(
            _("Choose a unit of this ward."), code="other_ward", field=field
        )


def check_of_campaign(record: Any, campaign: Campaign, *, field: str) -> None:
    """RuleViolation "other_campaign" for a document or meeting of another year."""
    if record is not None and record.campaign_id != campaign.pk:
        raise RuleViolation(
            _("Choose one of this year's records."), code="other_campaign", field=field
        )


def check_not_future(day: dt.date | None, *, field: str) -> None:
    """RuleViolation "in_future" for a day after today."""
    today = timezone.localdate()
    if day is not None and day > today:
        raise RuleViolation(
            _("Enter a day up to today, %(today)s. Now: %(day)s.")
            % {"today": f"{today:%d/%m/%Y}", "day": f"{day:%d/%m/%Y}"},
            code="in_future",
            field=field,
        )
