"""manage.py grant USERNAME ROLE UNIT --position TEXT: how a first admin comes in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role, system
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import AdministrativeUnit
from wardsecurity.wards.services import grant_membership

ACTOR = system("grant")


class Command(BaseCommand):
    """Give a role in a unit; an account that is missing is made, its password shown."""

    help = "Give an account a role in a unit; makes the account when it is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """UNIT is its address name; contributors come in by the admin site."""
        roles = [role.value for role in Role if role != Role.UNIT_CONTRIBUTOR]
        parser.add_argument("username")
        parser.add_argument("role", choices=roles)
        parser.add_argument("unit")
        parser.add_argument("--position", required=True, help="printed in the trail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant from today on."""
        unit = AdministrativeUnit.objects.filter(slug=options["unit"]).first()
        if unit is None:
            raise CommandError(f"{options['unit']}: no such unit")
        place = {"role": options["role"], "position": options["position"]}
        user = User.objects.filter(username__iexact=options["username"]).first()
        try:
            if user is None:
                made = invite(
                    actor=ACTOR, unit=unit, username=options["username"], **place
                )
                self.stdout.write(f"one-time password: {made.password}")
            else:
                grant_membership(actor=ACTOR, user=user, unit=unit, **place)
        except RuleViolation as violation:
            raise CommandError(violation.message) from violation
        self.stdout.write(f"{options['username']}: {options['role']} in {unit}")
