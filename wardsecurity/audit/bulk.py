"""Many entries of many chains in a handful of statements: for bulk makers only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from wardsecurity.audit.models import TrailChain, TrailEntry, TrailText
from wardsecurity.audit.services import next_entry
from wardsecurity.permissions import Mandate


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done, to be told in the chain of its target's unit."""

    action: str
    target: Any  # a row with `scope_unit_id`
    after: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def record_many(mandate: Mandate, deeds: Iterable[Deed]) -> int:
    """Append deeds to the chains of their units, in their order; return how many.

    As record(): in the caller's transaction, and last. Chains are locked by their pk.
    Targets without a unit belong into the system chain: record() them one by one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record_many() outside one")
    told = list(deeds)
    chains = _locked_chains({deed.target.scope_unit_id for deed in told})
    entries: list[TrailEntry] = []
    texts: list[TrailText] = []
    for deed in told:
        entry, kept = next_entry(
            chains[deed.target.scope_unit_id],
            mandate,
            deed.action,
            deed.target,
            after=deed.after,
            texts=deed.texts,
        )
        entries.append(entry)
        texts.extend(kept)
    TrailEntry.objects.bulk_create(entries)
    for text in texts:
        text.entry_id = text.entry.pk  # known only now
    TrailText.objects.bulk_create(texts)
    TrailChain.objects.bulk_update(chains.values(), ["seq", "hash"])
    return len(entries)


def _locked_chains(unit_ids: set[int]) -> dict[int, TrailChain]:
    """Lock the chains of units, in the order of their pks; missing ones are made."""
    chains = TrailChain.objects.filter(unit__in=unit_ids)
    there = set(chains.values_list("unit_id", flat=True))
    TrailChain.objects.bulk_create(
        (TrailChain(unit_id=pk) for pk in sorted(unit_ids - there)),
        ignore_conflicts=True,
    )
    return {row.unit_id: row for row in chains.select_for_update().order_by("pk")}
