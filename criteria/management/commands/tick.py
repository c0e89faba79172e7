"""manage.py tick: run after midnight, and as often as wanted."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from criteria.services.scores import tick


class Command(BaseCommand):
    """Store again every score that the calendar has overtaken."""

    help = "Store again the scores that have gone stale with the date."

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
