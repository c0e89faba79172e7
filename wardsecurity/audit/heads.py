"""Heads of the chains kept outside the database: up to them nothing can be rewritten.

A file of heads is JSON lines, one head a line: {"at", "chain", "seq", "hash"}. A chain
is called by its unit's slug, or ":system". Copy the files to another machine.
"""

import datetime as dt
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import SYSTEM_CHAIN


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain at some moment."""

    chain: str
    seq: int
    hash: str


def chain_key(chain: TrailChain) -> str:
    """How a chain is called in a file of heads: its unit's slug, or ":system"."""
    return chain.unit.slug if chain.unit else f":{chain.name or SYSTEM_CHAIN}"


def current_heads() -> list[Head]:
    """The last entry of every chain that has any. One query."""
    chains = TrailChain.objects.select_related("unit").exclude(seq=0).order_by("pk")
    return [Head(chain_key(one), one.seq, one.hash) for one in chains]


def daily_file(folder: Path | None = None, day: dt.date | None = None) -> Path:
    """Where the heads of a day are kept."""
    day = day or timezone.localdate()
    return Path(folder or settings.HEADS_DIR, f"{day:%Y-%m-%d}.json")


def export_heads(path: Path) -> int:
    """Add the heads as they stand to a file; return how many. OSError if it cannot.

    Heads that stand in it stay: the file is made anew beside it and takes its place,
    so that a crash leaves the old one or the new one.
    """
    heads = current_heads()
    at = timezone.now().isoformat(timespec="seconds")
    lines = [
        json.dumps(
            {"at": at, "chain": one.chain, "seq": one.seq, "hash": one.hash},
            ensure_ascii=False,
        )
        for one in heads
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(kept + "".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return len(heads)


def export_daily() -> Path | None:
    """Keep today's heads unless they are kept; return the file when it was made now."""
    path = daily_file()
    if path.exists():
        return None
    export_heads(path)
    return path


def read_heads(path: Path) -> list[Head]:
    """The heads of a file, or of every file of a folder, oldest file first.

    ValueError where it holds none. Also reads the one object that --export-heads of
    verify_trail writes.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    found: list[Head] = []
    try:
        for one in files:
            found.extend(_heads_in(one.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(path)) from error
    if not found:
        raise ValueError(str(path))
    return found


def _heads_in(text: str) -> Iterator[Head]:
    if '"heads"' in text:
        for name, head in json.loads(text)["heads"].items():
            yield Head(str(name), int(head["seq"]), str(head["hash"]))
        return
    for line in text.splitlines():
        if line.strip():
            head = json.loads(line)
            yield Head(str(head["chain"]), int(head["seq"]), str(head["hash"]))


def against_heads(kept: Iterable[Head]) -> Iterator[str]:
    """Yield what contradicts heads kept elsewhere: nothing up to them was rewritten."""
    chains = {chain_key(one): one for one in TrailChain.objects.select_related("unit")}
    for head in dict.fromkeys(kept):
        if head.seq == 0:
            continue
        chain = chains.get(head.chain)
        entry = chain and chain.entries.filter(seq=head.seq).first()
        place = f"{head.chain}/{head.seq}"
        if entry is None:
            yield _("%(place)s: the entry of the kept head is gone") % {"place": place}
        elif entry.hash != head.hash:
            yield _("%(place)s: differs from the kept head") % {"place": place}
