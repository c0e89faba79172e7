"""manage.py score WARD YEAR [--json | --recompute]."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models import Evaluation
from criteria.selectors.scores import get_score_sheet, score_as_json
from criteria.services.scores import recompute
from wardsecurity.permissions import system


class Command(BaseCommand):
    """Show where a ward's year stands, or repair what is stored of it."""

    help = "Show the score of a ward's year; --recompute repairs stored scores."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """WARD is the ward's address name, YEAR the year the period ends in."""
        parser.add_argument("ward")
        parser.add_argument("year", type=int)
        parser.add_argument("--json", action="store_true", help="JSON on stdout")
        parser.add_argument(
            "--recompute", action="store_true", help="repair, and report differences"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the score; stdout holds nothing but JSON with --json."""
        evaluation = (
            Evaluation.objects.filter(
                campaign__ward__slug=options["ward"], campaign__year=options["year"]
            )
            .select_related("campaign__ward", "criteria_set")
            .first()
        )
        if evaluation is None:
            raise CommandError(
                _("%(ward)s has no campaign of %(year)s.")
                % {"ward": options["ward"], "year": options["year"]}
            )
        if options["recompute"]:
            differences = recompute(actor=system("score"), evaluation=evaluation)
            for difference in differences:
                self.stderr.write(difference)
            self.stderr.write(
                ngettext(
                    "%(count)s difference found and mended.",
                    "%(count)s differences found and mended.",
                    len(differences),
                )
                % {"count": len(differences)}
            )
            evaluation.refresh_from_db()
        if options["json"]:
            self.stdout.write(json.dumps(score_as_json(evaluation), ensure_ascii=False))
            return
        sheet = get_score_sheet(evaluation)
        self.stdout.write(f"{evaluation}: {sheet.total.met}/{sheet.total.size}")
        for line in sheet.categories:
            self.stdout.write(
                f"  {line.category.code}. {line.tally.met}/{line.tally.size} "
                f"{line.category.name_vi}"
            )
