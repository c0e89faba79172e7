"""manage.py verify_trail: is every chain of the trail whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wardsecurity.audit.models import TrailChain
from wardsecurity.audit.services import verify_chain


class Command(BaseCommand):
    """Read every chain once; each fault is named with its place."""

    help = "Check every chain of the trail; exits 1 when anything was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print faults, or how much was whole."""
        faults = entries = 0
        chains = TrailChain.objects.select_related("unit").order_by("pk")
        for chain in chains:
            entries += chain.seq
            for fault in verify_chain(chain):
                faults += 1
                self.stderr.write(fault)
        if faults:
            raise CommandError(f"{faults} fault(s)")
        self.stdout.write(f"{len(chains)} chain(s), {entries} entries: whole")
