"""What a reader from outside the ward does not see (docs/decisions/0017).

Figures per unit never leave the ward. Numbers of 1 to 4 people or households (value, or
base − value) are for the ward and who verifies it. One place for every page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from criteria.models import Assessment, Criterion, Evidence
from wardsecurity.audit.selectors import Told
from wardsecurity.numbers import shown
from wardsecurity.permissions import Role, ScopedRow, kept_reach, may
from wardsecurity.text import nfc

FEWEST = 5  # shown to anybody who may read the ward
WARD_ROLES = frozenset(
    {
        Role.UNIT_CONTRIBUTOR,
        Role.WARD_STAFF,
        Role.WARD_LEADER,
        Role.COMMITTEE_MEMBER,
    }
)
_PEOPLE = re.compile(r"\b(người|hộ|nhân khẩu)\b")


def is_inside(user: Any, row: ScopedRow) -> bool:
    """Whether a person serves in the very ward of a row. A query per request."""
    ward_id = row.scope_unit_id
    return ward_id is not None and any(
        one.unit_id == ward_id and one.role in WARD_ROLES
        for one in kept_reach(user, ward_id)
    )


def hides_small(user: Any, row: ScopedRow) -> bool:
    """Whether small numbers of people are kept from a reader of a row's ward."""
    return not (is_inside(user, row) or may(user, "verify", row))


def says_people(unit: str) -> bool:
    """Whether a unit of a figure counts people or households."""
    return bool(_PEOPLE.search(nfc(unit).lower()))


def counts_people(criterion: Criterion) -> bool:
    """Whether a criterion's figure counts people or households, by its unit."""
    return says_people(criterion.value_unit_vi or criterion.unit_vi)


def is_small(value: int | None, base: int | None) -> bool:
    """Whether value, base or what lies between them is 1 to 4."""
    if value is None:
        return False
    rest = 0 if base is None else base - value
    return any(0 < abs(one) < FEWEST for one in (value, base or 0, rest))


def hide_small(user: Any, rows: Iterable[Assessment]) -> None:
    """Mark the assessments whose figure this reader does not see.

    Rows of one evaluation. No query where no figure is small.
    """
    small = [
        row
        for row in rows
        if is_small(row.value, row.base) and counts_people(row.criterion)
    ]
    if small and hides_small(user, small[0]):
        for row in small:
            row.figure_hidden = True


def fewer() -> str:
    """What stands in place of a figure that is hidden."""
    return _("fewer than %(count)s") % {"count": FEWEST}


def evidence_figure(evidence: Evidence, *, hides: bool) -> str:
    """The figure of a piece of evidence with its unit; "" without one."""
    if evidence.figure is None:
        return ""
    unit = evidence.figure_unit
    hidden = hides and is_small(evidence.figure, None) and says_people(unit)
    return f"{fewer() if hidden else shown(evidence.figure)} {unit}".strip()


def without_small(told: Told) -> Told:
    """An entry of the trail without figures that are small."""
    return replace(told, before=drop_small(told.before), after=drop_small(told.after))


def drop_small(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a record without a figure that is small."""
    if not is_small(values.get("value"), values.get("base")):
        return dict(values)
    return {**values, "value": None, "base": None}
