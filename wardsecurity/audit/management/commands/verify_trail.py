"""manage.py verify_trail [--heads FILE] [--export-heads FILE]: check every chain."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.audit.heads import (
    Head,
    against_heads,
    current_heads,
    read_heads,
)
from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import verify_chain


class Command(BaseCommand):
    """Exit 1, and name every place, when the trail does not hold."""

    help = "Check the trail: every hash, every chain, and heads that were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is as export_heads or --export-heads writes it, or a folder of them."""
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
            heads = {
                one.chain: {"seq": one.seq, "hash": one.hash} for one in current_heads()
            }
            content = {"at": timezone.now().isoformat(), "heads": heads}
            options["export_heads"].write_text(
                json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8"
            )

    def _read(self, path: Path) -> list[Head]:
        try:
            return read_heads(path)
        except ValueError as error:
            raise CommandError(
                _("%(path)s holds no heads of a trail.") % {"path": path}
            ) from error
