"""manage.py tick: run after midnight, and as often as wanted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.services.scores import tick
from wardsecurity.audit.heads import export_daily


class Command(BaseCommand):
    """Store again every score that the calendar has overtaken, and keep the heads."""

    help = (
        "Store again the scores that have gone stale with the date; once a day, keep "
        "the heads of the trail in HEADS_DIR."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Pages never wait for this: they compute a stale score live."""
        done = tick()
        self.stdout.write(
            ngettext(
                "Scores of %(count)s year stored again.",
                "Scores of %(count)s years stored again.",
                done,
            )
            % {"count": done}
        )
        try:
            path = export_daily()
        except OSError as error:
            raise CommandError(
                _("The heads of the trail cannot be kept: %(error)s") % {"error": error}
            ) from error
        if path:
            self.stdout.write(
                _("Heads of the trail kept in %(path)s.") % {"path": path}
            )
