"""manage.py load_criteria FILE [--owner SLUG]: load a criteria set, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models import SetState
from criteria.services.set_files import checked_set
from criteria.services.sets import load_set
from criteria.services.yaml_files import Faulty, read_yaml_file
from wardsecurity.permissions import SystemActor, system
from wardsecurity.wards.models import AdministrativeUnit
from wardsecurity.wards.services import ensure_country

COUNTRY = "viet-nam"


def owner_of(slug: str, actor: SystemActor) -> AdministrativeUnit:
    """The unit that will own the set; only the country is made when it is missing."""
    if slug == COUNTRY:
        return ensure_country(actor=actor)
    owner = AdministrativeUnit.objects.filter(slug=slug).first()
    if owner is None:
        raise CommandError(_("There is no unit %(slug)s.") % {"slug": slug})
    return owner


def fault_list(error: Faulty) -> str:
    """Every fault on a line of its own, then what it means."""
    count = len(error.faults)
    end = ngettext(
        "%(count)s fault. Nothing was loaded.",
        "%(count)s faults. Nothing was loaded.",
        count,
    ) % {"count": count}
    return "\n".join([*(f"- {fault}" for fault in error.faults), end])


class Command(BaseCommand):
    """Check a whole file, report every fault, and load it only when there is none."""

    help = "Load a criteria set from a YAML file; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is laid out as criteria/catalog/criteria-34.yaml."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--owner", default=COUNTRY, metavar="SLUG", help="unit that owns the set"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which version there is now, or everything that is wrong."""
        try:
            content = checked_set(read_yaml_file(options["file"]))
        except Faulty as error:
            raise CommandError(fault_list(error)) from error
        actor = system("load_criteria")
        owner = owner_of(options["owner"], actor)
        loaded = load_set(actor=actor, owner=owner, content=content)
        made = loaded.criteria_set
        facts = {
            "code": made.code,
            "version": made.version,
            "state": made.get_state_display(),
            "size": len(content.criteria),
            "owner": owner.name,
        }
        if not loaded.is_new:
            line = _("%(code)s: already loaded, version %(version)s")
        elif content.criteria_set.state == SetState.PUBLISHED:
            line = _(
                "%(code)s: version %(version)s loaded for %(owner)s as a draft of"
                " %(size)s criteria. A file does not publish: check it, then publish."
            )
        else:
            line = _(
                "%(code)s: version %(version)s loaded for %(owner)s (%(state)s,"
                " %(size)s criteria)"
            )
        self.stdout.write(line % facts)
