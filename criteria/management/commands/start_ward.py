"""manage.py start_ward FILE: a real ward, from its units to its open campaign."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.services.ward_files import WardFile, checked_ward_file, start_ward
from criteria.services.yaml_files import read_yaml_file
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import system


class Command(BaseCommand):
    """Make what is missing; say what people have to do before the next run."""

    help = "Start a ward from a YAML file (docs/ward-file.md); may be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is laid out as docs/examples/ward.yaml."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """All of it or nothing."""
        try:
            file = checked_ward_file(read_yaml_file(options["file"]))
            started = start_ward(actor=system("start_ward"), file=file)
        except RuleViolation as refusal:
            lines = [f"- {line}" for line in refusal.message.splitlines()]
            raise CommandError(
                "\n".join([*lines, _("Nothing was written.")])
            ) from refusal
        count = len(started.made)
        self.stdout.write(
            ngettext(
                "%(ward)s: %(count)s thing made.",
                "%(ward)s: %(count)s things made.",
                count,
            )
            % {"ward": started.ward, "count": count}
        )
        if started.is_granted:
            self.stdout.write(
                _("%(user)s, whose account is known, leads the ward from today.")
                % {"user": started.username}
            )
        if started.password:
            self.stdout.write(
                _("%(user)s leads the ward. One-time password: %(password)s")
                % {"user": started.username, "password": started.password}
            )
        self._tell_campaign(started, file)

    def _tell_campaign(self, started: Any, file: WardFile) -> None:
        if started.evaluation is None:
            self.stdout.write(
                _(
                    "No campaign yet: %(ward)s has no published set %(code)s."
                    " Copy one to it in the administration, check it against the annex"
                    " of the plan, publish it, and run this again."
                )
                % {"ward": started.ward, "code": file.set_code}
            )
        else:
            facts = {
                "campaign": started.evaluation,
                "set": started.evaluation.criteria_set,
            }
            line = (
                _("%(campaign)s: campaign opened on %(set)s.")
                if started.is_new
                else _("%(campaign)s: the campaign on %(set)s is already open.")
            )
            self.stdout.write(line % facts)
