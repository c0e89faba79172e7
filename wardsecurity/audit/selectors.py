"""Reading the trail."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.permissions import ScopedRow


@dataclass(frozen=True, slots=True)
class Told:
    """A trail entry ready to be told in words."""

    entry: TrailEntry
    before: dict[str, Any]
    after: dict[str, Any]
    texts: dict[str, str]

    @property
    def who(self) -> str:
        """The post somebody acted in; "automatic" for commands and tasks."""
        if self.entry.actor_id is None:
            return _("Automatic")
        return self.entry.post or self.entry.actor


def list_entries(*, user: Any) -> QuerySet[TrailEntry]:
    """Entries of the units a user may read, newest first."""
    return TrailEntry.objects.for_user(user).select_related("chain__unit")


def about(targets: Iterable[tuple[str, Iterable[Any]]]) -> Q:
    """Entries about the given records, (label, pks) each; a queryset stays a query."""
    found = Q(pk__in=[])
    for label, pks in targets:
        rows = pks if isinstance(pks, QuerySet) else list(pks)
        found |= Q(target_type=label, target_id__in=rows)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for in a chain; what is None or "" is not asked."""

    actor: str = ""
    post: str | None = None
    action: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    targets: list[tuple[str, Iterable[Any]]] | None = None


def list_of_unit(
    *, user: Any, unit: ScopedRow, asked: Asked | None = None
) -> QuerySet[TrailEntry]:
    """Entries of one unit's chain that fit what is asked, newest first."""
    asked = asked or Asked()
    rows = list_entries(user=user).filter(chain__unit_id=unit.scope_unit_id)
    exact = {"actor": asked.actor, "action": asked.action}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.post is not None:
        rows = rows.filter(post=asked.post)
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until + dt.timedelta(days=1)))
    if asked.targets is not None:
        rows = rows.filter(about(asked.targets))
    return rows.prefetch_related("texts").order_by("-seq")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def who_did_what(*, user: Any, unit: ScopedRow) -> list[tuple[str, str, str]]:
    """Account, post and action of a chain, each combination once. One query."""
    rows = list_entries(user=user).filter(chain__unit_id=unit.scope_unit_id)
    return list(rows.order_by().values_list("actor", "post", "action").distinct())


def told_of(entry: TrailEntry) -> Told:
    """An entry read with its texts, ready to be told."""
    payload = json.loads(entry.payload)
    texts = {one.field: one.text for one in entry.texts.all()}
    return Told(entry, payload["before"], payload["after"], texts)


def history_of(
    *, user: Any, targets: Iterable[tuple[str, Iterable[int]]], limit: int | None = None
) -> list[Told]:
    """Entries about the given records, (label, pks) each, newest first. One query.

    A row of it is an entry with one of its texts; an entry comes once for each.
    """
    entries = list_entries(user=user).filter(about(targets))
    if limit is not None:
        entries = TrailEntry.objects.filter(
            pk__in=entries.order_by("-at", "-pk").values("pk")[:limit]
        ).select_related("chain__unit")
    told: dict[int, Told] = {}
    for entry in entries.annotate(
        text_field=F("texts__field"), text_said=F("texts__text")
    ).order_by("-at", "-pk"):
        if entry.pk not in told:
            payload = json.loads(entry.payload)
            told[entry.pk] = Told(entry, payload["before"], payload["after"], {})
        if entry.text_field is not None:
            told[entry.pk].texts[entry.text_field] = entry.text_said
    return list(told.values())


def trail_head(*, user: Any, unit: ScopedRow) -> TrailChain | None:
    """The head of a unit's chain, for printing; None before its first entry."""
    chains = TrailChain.objects.for_user(user).filter(unit_id=unit.scope_unit_id)
    return chains.exclude(hash="").first()


def was_done(action: str, label: str, pks: Iterable[int]) -> bool:
    """Whether an action stands in the trail of any of these records, for services."""
    return TrailEntry.objects.filter(
        action=action, target_type=label, target_id__in=list(pks)
    ).exists()
