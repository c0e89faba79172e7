"""manage.py start_ward FILE: a real first ward."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from criteria.services.start_ward import start_ward
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import system


class Command(BaseCommand):
    """Make what the file names and is missing; run again, it goes on from there."""

    help = "Start a ward from a YAML file (docs/ward-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is laid out as docs/examples/ward.yaml."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was made, and what to do next."""
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: no such file")
        try:
            started = start_ward(actor=system("start_ward"), path=options["file"])
        except RuleViolation as violation:
            raise CommandError(violation.message) from violation
        if started.password:
            self.stdout.write(f"leader's one-time password: {started.password}")
        if started.evaluation:
            self.stdout.write(
                f"{started.evaluation}: {started.evaluation.size} criteria"
            )
        else:
            self.stdout.write(started.next_step)
