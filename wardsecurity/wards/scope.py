"""Keeping the closure table of scope true (RULES "Units and people").

A unit sees itself, what stands below it, and, for reading only, its predecessors with
all that these see. Whoever sees a unit sees through it: the ward's province reads the
predecessor as the ward does, and the successor of a successor reads both. Rows are
added only: parents never change and what a unit has seen stays readable.
"""

from collections.abc import Iterable

from wardsecurity.wards.models import AdministrativeUnit, UnitScope


def lock_scope() -> None:
    """Let nobody else change the closure until this transaction ends.

    What one unit sees depends on others far from it, so the table has one lock: the
    rows at the top (the country). Not a key lock: rows go on referring to it. The first
    lock of every service that adds a unit or a succession.
    """
    tops = AdministrativeUnit.objects.filter(parent=None).order_by("pk")
    list(tops.select_for_update(no_key=True).values_list("pk"))


def add_to_scope(unit: AdministrativeUnit) -> None:
    """Let a new unit see itself, and all who see its parent see it as they see that."""
    above = UnitScope.objects.filter(unit_id=unit.parent_id)
    rows = [
        UnitScope(viewer_id=viewer, unit=unit, read_only=read_only)
        for viewer, read_only in above.values_list("viewer_id", "read_only")
    ]
    UnitScope.objects.bulk_create([*rows, UnitScope(viewer=unit, unit=unit)])


def let_read(
    successor: AdministrativeUnit, predecessors: Iterable[AdministrativeUnit]
) -> None:
    """Let all who see the successor read what the predecessors see.

    Who writes there already goes on writing.
    """
    viewers = list(
        UnitScope.objects.filter(unit=successor).values_list("viewer_id", flat=True)
    )
    units = set(
        UnitScope.objects.filter(viewer__in=list(predecessors)).values_list(
            "unit_id", flat=True
        )
    )
    known = set(
        UnitScope.objects.filter(viewer__in=viewers, unit__in=units).values_list(
            "viewer_id", "unit_id"
        )
    )
    UnitScope.objects.bulk_create(
        UnitScope(viewer_id=viewer, unit_id=unit, read_only=True)
        for viewer in viewers
        for unit in sorted(units)
        if (viewer, unit) not in known
    )
