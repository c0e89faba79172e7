"""manage.py demo: the 34 criteria, the example ward, the invented wards, accounts."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from criteria.services.demo import demo_exists, make_demo
from wardsecurity.wards.models import AdministrativeUnit

CATALOG = settings.BASE_DIR / "criteria" / "catalog"


class Command(BaseCommand):
    """Fill an empty database for the demo; a second run changes nothing."""

    help = "Make the demo: data files, invented wards, demo accounts (DEMO only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """No arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside demo mode: the accounts share one printed password."""
        if not settings.DEMO:
            raise CommandError("Only with DEMO=True, which `make run` sets.")
        if demo_exists():
            return
        call_command("load_criteria", CATALOG / "criteria-34.yaml", stdout=self.stdout)
        example = CATALOG / "example-ward-2023.yaml"
        call_command("load_example", example, stdout=self.stdout)
        evaluation = make_demo(
            AdministrativeUnit.objects.get(slug="duc-ninh-dong"), example
        )
        self.stdout.write(f"{evaluation}: {evaluation.self_met}/{evaluation.size}")
