"""manage.py export_heads [--to DIR]: keep the heads of the trail outside it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.audit.heads import daily_file, export_heads


class Command(BaseCommand):
    """Add the head of every chain to the file of the day."""

    help = (
        "Write the head of every chain of the trail to DIR/YYYY-MM-DD.json (HEADS_DIR "
        "by default); verify_trail --heads reads it back. tick does it once a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """DIR is best a folder that another machine keeps."""
        parser.add_argument("--to", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """A second time on a day adds to the file."""
        path = daily_file(options["to"])
        try:
            count = export_heads(path)
        except OSError as error:
            raise CommandError(
                _("The heads of the trail cannot be kept: %(error)s") % {"error": error}
            ) from error
        self.stdout.write(
            ngettext(
                "%(count)s head of the trail kept in %(path)s.",
                "%(count)s heads of the trail kept in %(path)s.",
                count,
            )
            % {"count": count, "path": path}
        )
