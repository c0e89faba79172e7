"""manage.py verify_trail [--heads FILE] [--export-heads FILE]: check every chain."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import SYSTEM_CHAIN, verify_chain


def chain_key(chain: TrailChain) -> str:
    """How a chain is called in a file of heads: its unit's slug, or "system"."""
    return chain.unit.slug if chain.unit else f":{chain.name or SYSTEM_CHAIN}"


def heads() -> dict[str, dict[str, Any]]:
    """The last entry of every chain: keep it elsewhere, on paper or another machine."""
    return {
        chain_key(chain): {"seq": chain.seq, "hash": chain.hash}
        for chain in TrailChain.objects.select_related("unit").order_by("pk")
    }


def against_heads(kept: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what contradicts heads kept elsewhere: nothing up to them was rewritten."""
    chains = {chain_key(one): one for one in TrailChain.objects.select_related("unit")}
    for name, head in kept.items():
        chain = chains.get(name)
        entry = chain and chain.entries.filter(seq=head["seq"]).first()
        if head["seq"] == 0:
            continue
        if entry is None:
            yield f"{name}: entry {head['seq']} of the kept heads is gone"
        elif entry.hash != head["hash"]:
            yield f"{name}/{head['seq']}: differs from the kept head"


class Command(BaseCommand):
    """Exit 1, and name every place, when the trail does not hold."""

    help = "Check the trail: every hash, every chain, and heads that were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is JSON as --export-heads writes it."""
        parser.add_argument("--heads", type=Path, metavar="FILE")
        parser.add_argument("--export-heads", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass over every chain, in constant memory."""
        count = findings = entries = 0
        for chain in TrailChain.objects.select_related("unit").order_by("pk"):
            count, entries = count + 1, entries + chain.seq
            for finding in verify_chain(chain):
                findings += 1
                self.stderr.write(finding)
        if options["heads"]:
            for finding in against_heads(self._read(options["heads"])):
                findings += 1
                self.stderr.write(finding)
        if findings:
            raise CommandError(
                ngettext(
                    "%(count)s place of the trail does not hold.",
                    "%(count)s places of the trail do not hold.",
                    findings,
                )
                % {"count": findings}
            )
        self.stdout.write(
            _("%(chains)s chains, %(entries)s entries: all whole.")
            % {"chains": count, "entries": entries}
        )
        if options["export_heads"]:
            content = {"at": timezone.now().isoformat(), "heads": heads()}
            options["export_heads"].write_text(
                json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8"
            )

    def _read(self, path: Path) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))["heads"]
            return {
                str(name): {"seq": int(head["seq"]), "hash": str(head["hash"])}
                for name, head in kept.items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(
                _("%(path)s holds no heads of a trail.") % {"path": path}
            ) from error
