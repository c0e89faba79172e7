"""Which roles a unit has, and until when it takes new people."""

import datetime as dt

from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import ADMIN_SITE_ROLES
from wardsecurity.wards.models import AdministrativeUnit, UnitKind, UnitSuccession

OVER_WARDS = (UnitKind.COUNTRY, UnitKind.PROVINCE)


def check_role_of_level(role: str, unit: AdministrativeUnit) -> None:
    """RuleViolation "role_of_other_level" unless units of this kind have the role.

    Province roles reach all below: given in a ward they would be a ward's own verifier.
    """
    if role in ADMIN_SITE_ROLES and unit.kind not in OVER_WARDS:
        sentence = _("%(unit)s is no province: give this role in its province.")
    elif role not in ADMIN_SITE_ROLES and not unit.is_commune_level:
        sentence = _("%(unit)s is no ward or commune: give this role in a ward.")
    else:
        return
    raise RuleViolation(
        sentence % {"unit": unit}, code="role_of_other_level", field="role"
    )


def check_takes_new_people(unit: AdministrativeUnit, start: dt.date) -> None:
    """RuleViolation "unit_ended" when a post would begin after the unit's last day.

    Who serves there finishes what is open, and hands over; others serve in the unit
    that goes on (RULES "Units and people").
    """
    if unit.valid_to is None or start <= unit.valid_to:
        return
    followed = UnitSuccession.objects.filter(predecessor=unit)
    names = [
        str(row.successor)
        for row in followed.select_related("successor").order_by("successor__sort_key")
    ]
    if names:
        sentence = _("%(unit)s ended on %(day)s. Give the post in %(successors)s.")
    else:
        sentence = _("%(unit)s ended on %(day)s: no new post begins there after it.")
    raise RuleViolation(
        sentence
        % {
            "unit": unit,
            "day": f"{unit.valid_to:%d/%m/%Y}",
            "successors": ", ".join(names),
        },
        code="unit_ended",
        field="unit",
    )
