"""manage.py grant USERNAME ROLE UNIT --position TEXT: how the first people come in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role, system
from wardsecurity.text import nfc
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit
from wardsecurity.wards.services import grant_membership

ACTOR = system("grant")


class Command(BaseCommand):
    """Let a person serve in a unit; makes the account when there is none."""

    help = "Grant a role in a unit; a new account gets a one-time password, printed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """UNIT is the unit's slug."""
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("unit", metavar="UNIT", help="slug of the unit")
        parser.add_argument("--position", required=True, help="printed in the trail")
        parser.add_argument("--full-name", default="")
        parser.add_argument(
            "--participating-unit",
            default="",
            metavar="NAME",
            help="of a unit contributor, and only then",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, and print what has to be handed over."""
        unit = AdministrativeUnit.objects.filter(slug=options["unit"]).first()
        if unit is None:
            raise CommandError(
                _("There is no unit %(slug)s.") % {"slug": options["unit"]}
            )
        seat = {
            "unit": unit,
            "role": options["role"],
            "position": options["position"],
            "participating_unit": self._part(unit, options["participating_unit"]),
        }
        user = User.objects.filter(username__iexact=options["username"]).first()
        try:
            if user:
                grant_membership(actor=ACTOR, user=user, **seat)
                line = _("%(user)s: %(role)s of %(unit)s")
                password = ""
            else:
                invitation = invite(
                    actor=ACTOR,
                    username=options["username"],
                    full_name=options["full_name"],
                    **seat,
                )
                user, password = invitation.user, invitation.password
                line = _(
                    "%(user)s: %(role)s of %(unit)s. One-time password: %(password)s"
                )
        except RuleViolation as refusal:
            where = f"{refusal.field}: " if refusal.field else ""
            raise CommandError(f"{where}{refusal.message}") from refusal
        self.stdout.write(
            line
            % {
                "user": user.username,
                "role": Role(options["role"]).label,
                "unit": unit.name,
                "password": password,
            }
        )

    def _part(self, ward: AdministrativeUnit, name: str) -> ParticipatingUnit | None:
        if not name:
            return None
        part = ParticipatingUnit.objects.filter(
            ward=ward, name=nfc(name), valid_to__isnull=True
        ).first()
        if part is None:
            raise CommandError(
                _("%(unit)s has no participating unit %(name)s.")
                % {"unit": ward.name, "name": name}
            )
        return part
