"""What every part of loading the example shares: one run, its trail, its bodies."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commitments.models import BodyKind, Campaign, OutsideBody
from criteria.models import Assessment, Evaluation
from wardsecurity.audit.services import record
from wardsecurity.errors import checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc

Facts = Mapping[str, Any]


@dataclass
class Loading:
    """One run: who loads into which campaign, and how much was made of what."""

    actor: Any
    campaign: Campaign
    evaluation: Evaluation
    made: Counter[str] = field(default_factory=Counter)

    def told(self, action: str, row: Any, **facts: Any) -> None:
        """Record in the trail what was just made."""
        record(require(self.actor, "keep_records", row), action, row, **facts)

    def assessments(self, numbers: Iterable[int]) -> list[Assessment]:
        """The campaign's assessments of some criteria."""
        rows = Assessment.objects.filter(
            evaluation=self.evaluation, criterion__number__in=list(numbers)
        )
        return list(rows.order_by("criterion__number"))


def day_of(text: str | None) -> dt.date | None:
    """A day of the file; None where nobody knows it."""
    return dt.date.fromisoformat(text) if text else None


def body_named(loading: Loading, name: str) -> OutsideBody:
    """The body of a name, registered for the ward when it is met first."""
    ward = loading.campaign.ward
    known = OutsideBody.objects.filter(ward=ward, name=nfc(name)).first()
    if known:
        return known
    kinds = {"Ban Chỉ đạo": BodyKind.STEERING_COMMITTEE, "Công an": BodyKind.POLICE}
    kind = next((kinds[start] for start in kinds if name.startswith(start)), None)
    body = OutsideBody(ward=ward, name=name, kind=kind or BodyKind.AUTHORITY)
    checked(body)
    body.save()
    loading.told("body_registered", body, after={"kind": body.kind})
    loading.made["outside bodies"] += 1
    return body
