"""manage.py remind: run daily; as often as wanted."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.services.reminders import remind
from wardsecurity.notices.mail import send_digests


class Command(BaseCommand):
    """Tell people what is due, late or about to expire; by e-mail too when set up."""

    help = "Make the notices of due dates, once each, and send the daily e-mails."

    def add_arguments(self, parser: CommandParser) -> None:
        """Another day than today, to try out or to catch up."""
        parser.add_argument("--day", metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Notices first: a mail server that is down keeps nobody from them."""
        made = remind(_day(options["day"]))
        self.stdout.write(
            ngettext("%(count)s new notice.", "%(count)s new notices.", made)
            % {"count": made}
        )
        letters = send_digests()
        if letters.sent or letters.failed:
            self.stdout.write(
                _("E-mails sent: %(sent)s, failed: %(failed)s.")
                % {"sent": letters.sent, "failed": letters.failed}
            )
        if letters.failed:
            raise CommandError(_("Some e-mails failed. The next run sends them again."))


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("Write the day as YYYY-MM-DD. Now: %(day)s.") % {"day": text}
        ) from error
