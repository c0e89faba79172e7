"""manage.py load_criteria FILE [--owner SLUG]: load a set (YAML, XLSX), all or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models import SetState
from criteria.selectors.sets import present_version
from criteria.services.set_files import SetContent, checked_set
from criteria.services.set_workbooks import read_set
from criteria.services.sets import load_set
from criteria.services.yaml_files import Fault, Faulty, read_yaml_file
from wardsecurity.errors import RuleViolation
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


def content_of(path: Path, owner: str) -> SetContent:
    """The content of a file, a workbook by its name; Faulty lists what is wrong."""
    if path.suffix.lower() != ".xlsx":
        return checked_set(read_yaml_file(path))

    def base_of(code: str) -> SetContent | None:
        unit = AdministrativeUnit.objects.filter(slug=owner).first()
        base = present_version(owner=unit, code=code) if unit else None
        return SetContent.of(base) if base else None

    try:
        book, content = read_set(path.read_bytes(), base_of=base_of)
    except OSError as error:
        raise Faulty([Fault(_("%(path)s cannot be read.") % {"path": path})]) from error
    except RuleViolation as refusal:
        raise Faulty([Fault(refusal.message)]) from refusal
    if content is None:
        raise Faulty(
            [Fault(one.sentence, one.address, one.sheet) for one in book.faults]
        )
    return content


class Command(BaseCommand):
    """Check a whole file, report every fault, and load it only when there is none."""

    help = "Load a criteria set from a YAML or XLSX file; again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE is laid out as criteria/catalog/criteria-34.yaml, or as an export."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--owner", default=COUNTRY, metavar="SLUG", help="unit that owns the set"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say which version there is now, or everything that is wrong."""
        try:
            content = content_of(options["file"], options["owner"])
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
