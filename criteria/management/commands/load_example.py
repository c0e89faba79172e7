"""manage.py load_example FILE: the real ward of the seed, facts only."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from criteria.services.examples import load_example
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import system


class Command(BaseCommand):
    """Load the example ward; print what was made and what stays unknown."""

    help = "Load the example ward of a YAML file: units, campaign and its records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is laid out as criteria/catalog/example-ward-2023.yaml."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was made."""
        if not options["file"].is_file():
            raise CommandError(f"{options['file']}: no such file")
        try:
            loaded = load_example(actor=system("load_example"), path=options["file"])
        except RuleViolation as violation:
            raise CommandError(violation.message) from violation
        state = "loaded" if loaded.is_new else "already there"
        self.stdout.write(f"{loaded.evaluation}: {state}, nothing assessed")
        made = [f"{count} {what}" for what, count in loaded.made.items()]
        self.stdout.write(f"made: {', '.join(made) or 'nothing new'}")
        self.stdout.write(f"unknown in the source: {', '.join(loaded.unknown)}")
