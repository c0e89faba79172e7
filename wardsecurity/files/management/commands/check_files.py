"""check_files: does every row have its file, and every file its row?"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.files.selectors import find_faults
from wardsecurity.files.services import sweep_leftovers


class Command(BaseCommand):
    """Report missing, corrupt and orphan files; --sweep removes old leftovers."""

    help = (
        "Read every kept file and report what is missing, corrupt or without a row. "
        "Exits 1 when something is missing or corrupt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --sweep and --older-than."""
        parser.add_argument(
            "--sweep", action="store_true", help="first remove what uploads left behind"
        )
        parser.add_argument(
            "--older-than",
            type=float,
            default=24,
            metavar="HOURS",
            help="age from which a leftover is removed, at least 1 (default: 24)",
        )

    def handle(
        self, *args: Any, sweep: bool, older_than: float, **options: Any
    ) -> None:
        """Sweep if asked, then compare rows and disk."""
        if sweep:
            try:
                swept = sweep_leftovers(older_than=dt.timedelta(hours=older_than))
            except ValueError as error:
                raise CommandError(
                    _("Choose an age of at least 1 hour, in hours.")
                ) from error
            self.stdout.write(
                _(
                    "Removed: %(uploads)s unfinished uploads, %(unused)s files of forms"
                    " never sent, %(orphans)s files without a row."
                )
                % {
                    "uploads": swept.workspaces,
                    "unused": swept.unused,
                    "orphans": swept.orphans,
                }
            )
        lost = 0
        for fault in find_faults():
            self.stdout.write(f"{fault.what} {fault.where}")
            lost += fault.what != "orphan"
        if lost:
            raise CommandError(
                ngettext(
                    "%(count)s file is missing or corrupt.",
                    "%(count)s files are missing or corrupt.",
                    lost,
                )
                % {"count": lost}
            )
        self.stdout.write(_("Every row has its file."))
