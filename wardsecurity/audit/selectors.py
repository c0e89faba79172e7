"""Reading the trail."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.permissions import ScopedRow


@dataclass(frozen=True, slots=True)
class Told:
    """A trail entry ready to be told in words."""

    entry: TrailEntry
    before: dict[str, Any]
    after: dict[str, Any]
    texts: dict[str, str]


def list_entries(*, user: Any) -> QuerySet[TrailEntry]:
    """Entries of the units a user may read, newest first."""
    return TrailEntry.objects.for_user(user).select_related("chain__unit")


def history_of(
    *, user: Any, targets: Iterable[tuple[str, Iterable[int]]], limit: int | None = None
) -> list[Told]:
    """Entries about the given records, (label, pks) each, newest first. Two queries."""
    about = Q(pk__in=[])
    for label, pks in targets:
        about |= Q(target_type=label, target_id__in=list(pks))
    entries = list_entries(user=user).filter(about).prefetch_related("texts")[:limit]
    told = []
    for entry in entries:
        payload = json.loads(entry.payload)
        texts = {text.field: text.text for text in entry.texts.all()}
        told.append(Told(entry, payload["before"], payload["after"], texts))
    return told


def trail_head(*, user: Any, unit: ScopedRow) -> TrailChain | None:
    """The head of a unit's chain, for printing; None before its first entry."""
    chains = TrailChain.objects.for_user(user).filter(unit_id=unit.scope_unit_id)
    return chains.exclude(hash="").first()


def was_done(action: str, label: str, pks: Iterable[int]) -> bool:
    """Whether an action stands in the trail of any of these records, for services."""
    return TrailEntry.objects.filter(
        action=action, target_type=label, target_id__in=list(pks)
    ).exists()
