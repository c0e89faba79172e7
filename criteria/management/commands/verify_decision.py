"""manage.py verify_decision WARD YEAR [--json]: has anything changed beneath it?"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models import Evaluation
from criteria.selectors.snapshot_moves import moved_since
from criteria.selectors.snapshots import compare_snapshot, latest_snapshot

NOT_THERE = 2  # no such year, or nothing decided in it yet


class Command(BaseCommand):
    """Exit 0 when all is as it was decided on, 1 with the list of what is not.

    A year reopened since is told as such, and is no change by itself.
    """

    help = (
        "Compare the last snapshot of a ward's year with the database, the trail and "
        "the bytes of its files. Exits 1, and says what changed, when anything did."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """WARD is the ward's address name, YEAR the year the period ends in."""
        parser.add_argument("ward")
        parser.add_argument("year", type=int)
        parser.add_argument("--json", action="store_true", help="JSON on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stdout holds nothing but JSON with --json."""
        ward, year = options["ward"], options["year"]
        evaluation = Evaluation.objects.filter(
            campaign__ward__slug=ward, campaign__year=year
        ).first()
        snapshot = evaluation and latest_snapshot(evaluation)
        if snapshot is None:
            raise CommandError(
                _("Nothing of %(ward)s in %(year)s was submitted or decided.")
                % {"ward": ward, "year": year},
                returncode=NOT_THERE,
            )
        found = compare_snapshot(snapshot, check_files=True)
        reopened = moved_since(snapshot).reopened
        if options["json"]:
            content = {
                "ward": ward,
                "year": year,
                "kind": snapshot.kind,
                "round": snapshot.round,
                "sha256": snapshot.sha256,
                "intact": not found,
                "reopened": reopened,
                "differences": [
                    {
                        "criterion": one.number,
                        "where": one.where,
                        "was": one.was,
                        "now": one.now,
                    }
                    for one in found
                ],
            }
            self.stdout.write(json.dumps(content, ensure_ascii=False))
        else:
            if reopened:
                self.stdout.write(reopened)
            for one in found:
                self.stdout.write(f"{one.where}: {one.was} → {one.now}")
        if found:
            raise CommandError(
                ngettext(
                    "%(count)s thing changed since the decision.",
                    "%(count)s things changed since the decision.",
                    len(found),
                )
                % {"count": len(found)}
            )
        if not options["json"]:
            self.stdout.write(
                _("All as it was decided on. SHA-256 of the snapshot: %(sha256)s")
                % {"sha256": snapshot.sha256}
            )
