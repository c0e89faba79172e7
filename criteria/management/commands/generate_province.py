"""manage.py generate_province --wards N --years Y --seed S [--province SLUG]."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from criteria.models import CriteriaSet, SetState
from criteria.services.synthetic import Made, Order, generate
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import system

CATALOG = settings.BASE_DIR / "criteria" / "catalog"


class Command(BaseCommand):
    """Invented wards for trying and measuring; never beside a ward's real work."""

    help = "Make invented wards in bulk; the same order again adds nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Without --province, a hundred wards a province, from tinh-mau on."""
        parser.add_argument("--wards", type=int, required=True)
        parser.add_argument("--years", type=int, default=1)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--province", default="", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how far it is on stderr, and at the end what was added."""
        if not CriteriaSet.objects.filter(state=SetState.WORKING).exists():
            file = CATALOG / "criteria-34.yaml"
            call_command("load_criteria", file, stdout=self.stderr)
        order = Order(
            options["wards"], options["years"], options["seed"], options["province"]
        )
        try:
            made = generate(
                actor=system("generate_province"), order=order, tell=self._tell
            )
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(
            _(
                "%(wards)s wards, %(years)s years of them, %(assessments)s assessments"
                " and %(evidence)s pieces of evidence added."
            )
            % {
                "wards": made.wards,
                "years": made.years,
                "assessments": made.assessments,
                "evidence": made.evidence,
            }
        )

    def _tell(self, made: Made) -> None:
        if made.wards and made.wards % 400 == 0:
            self.stderr.write(
                _("%(wards)s wards, %(evidence)s pieces of evidence …")
                % {"wards": made.wards, "evidence": made.evidence}
            )
