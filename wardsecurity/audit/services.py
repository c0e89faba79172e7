"""Writing the trail and checking it (RULES "Trail")."""

import datetime as dt
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.audit.models import TrailChain, TrailEntry, TrailText
from wardsecurity.permissions import Mandate, ScopedRow

SYSTEM_CHAIN = "system"


def _plain(value: Any) -> Any:
    """Make a value fit for canonical JSON: dates in ISO, UTC, decimals as text."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case dt.date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case models.Model():
            return value.pk
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case str():
            return unicodedata.normalize("NFC", str(value))
        case None | bool() | int():
            return value
    return unicodedata.normalize("NFC", str(value))  # lazy translations


def canonical(content: Mapping[str, Any]) -> str:
    """Return canonical JSON: sorted keys, no spaces, NFC, plain values."""
    return json.dumps(
        _plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def digest(*parts: str) -> str:
    """Return SHA-256 over the parts as UTF-8, in hex."""
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _locked_chain(unit_id: int | None) -> TrailChain:
    """Lock the unit's chain, making it first if this is its first entry."""
    key: dict[str, Any] = {"unit_id": unit_id} if unit_id else {"name": SYSTEM_CHAIN}
    chains = TrailChain.objects.select_for_update().filter(**key)
    chain = chains.first()
    if chain is None:
        TrailChain.objects.get_or_create(**key)
        chain = chains.get()
    return chain


def lock_chain(row: ScopedRow) -> TrailChain:
    """Lock the chain a row's entries go to: its head stays what it is until then."""
    return _locked_chain(row.scope_unit_id)


def record(
    mandate: Mandate,
    action: str,
    target: ScopedRow,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    chain_of: ScopedRow | None = None,
) -> TrailEntry:
    """Append an entry to the chain of the target's unit, in the caller's transaction.

    `chain_of` names the unit's row where the target belongs to none (an account).

    Call it last: the chain is the last lock a service takes. `before` and `after` hold
    figures, codes, dates and ids; free text goes into `texts`, which can be erased.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() outside a transaction")
    assert isinstance(target, models.Model)  # noqa: S101 - for the type checker
    chain = _locked_chain((chain_of or target).scope_unit_id)
    entry, kept = next_entry(
        chain, mandate, action, target, before=before, after=after, texts=texts
    )
    entry.save(force_insert=True)
    TrailText.objects.bulk_create(kept)
    chain.save(update_fields=["seq", "hash"])
    return entry


def next_entry(
    chain: TrailChain,
    mandate: Mandate,
    action: str,
    target: models.Model,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
) -> tuple[TrailEntry, list[TrailText]]:
    """The next entry of a locked chain and its texts, all unsaved; moves the head on.

    For record() and for bulk.py, which save them.
    """
    salted = {
        name: (secrets.token_hex(16), text) for name, text in (texts or {}).items()
    }
    entry = TrailEntry(
        chain=chain,
        seq=chain.seq + 1,
        at=timezone.now(),
        action=action,
        actor_id=mandate.user_id,
        actor=mandate.name,
        post=mandate.post,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target=str(target)[:300],
        prev_hash=chain.hash,
    )
    entry.payload = canonical(
        _columns(entry)
        | {
            "role": mandate.role,
            "before": before or {},
            "after": after or {},
            "texts": {
                name: digest(salt, text) for name, (salt, text) in salted.items()
            },
        }
    )
    entry.hash = digest(entry.prev_hash, entry.payload)
    chain.seq, chain.hash = entry.seq, entry.hash
    kept = [
        TrailText(entry=entry, field=name, salt=salt, text=text)
        for name, (salt, text) in salted.items()
    ]
    return entry, kept


def _columns(entry: TrailEntry) -> dict[str, Any]:
    """The columns an entry repeats from its payload."""
    return {
        "chain": entry.chain_id,
        "seq": entry.seq,
        "at": entry.at,
        "action": entry.action,
        "actor_id": entry.actor_id,
        "actor": entry.actor,
        "post": entry.post,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "target": unicodedata.normalize("NFC", entry.target),
    }


def verify_chain(chain: TrailChain) -> Iterator[str]:
    """Yield what is wrong with a chain, in its order; nothing when it is whole.

    One pass, constant memory. Entries after the last exported head can be rewritten by
    whoever owns the database; this finds any change that did not recompute them all.
    """
    seq, head = 0, ""
    for entry in chain.entries.order_by("seq").iterator(chunk_size=2000):
        place = f"{chain}/{entry.seq}"
        if entry.seq != seq + 1:
            yield _("%(place)s: entries %(first)s to %(last)s are missing") % {
                "place": place,
                "first": seq + 1,
                "last": entry.seq - 1,
            }
        if entry.prev_hash != head:
            yield _("%(place)s: does not follow the entry before it") % {"place": place}
        if digest(entry.prev_hash, entry.payload) != entry.hash:
            yield _("%(place)s: its content was changed") % {"place": place}
        else:
            payload = json.loads(entry.payload)
            columns = json.loads(canonical(_columns(entry)))
            if any(payload.get(name) != value for name, value in columns.items()):
                yield _("%(place)s: its columns were changed") % {"place": place}
        seq, head = entry.seq, entry.hash
    if (chain.seq, chain.hash) != (seq, head):
        yield _("%(chain)s: ends at %(seq)s, its head says %(head)s") % {
            "chain": chain,
            "seq": seq,
            "head": chain.seq,
        }
    texts = TrailText.objects.filter(entry__chain=chain, erased_at__isnull=True)
    for text in texts.select_related("entry").iterator(chunk_size=2000):
        kept = json.loads(text.entry.payload).get("texts", {}).get(text.field)
        if digest(text.salt, text.text) != kept:
            yield _("%(place)s: the text of %(field)s was changed") % {
                "place": f"{chain}/{text.entry.seq}",
                "field": text.field,
            }
