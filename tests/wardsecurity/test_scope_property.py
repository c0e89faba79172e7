"""However units are made, merged, split, moved: the closure says who stands where."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories.wards import PAPER, TESTS, UnitFactory
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import AdministrativeUnit, UnitScope, UnitSuccession
from wardsecurity.wards.services import create_unit
from wardsecurity.wards.succession import (
    NewUnit,
    merge_units,
    rename_unit,
    split_unit,
    transfer_unit,
)

# One act: which, and which of the units there are it is done to.
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["create", "merge", "into", "split", "rename", "transfer"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(1, 400),  # days into the year it is effective on
    ),
    min_size=1,
    max_size=12,
)
FIRST = dt.date(2026, 1, 1)


def expected() -> set[tuple[int, int, bool]]:
    """Who sees whom, worked out from parents and successions alone."""
    below: dict[int, set[int]] = {}
    for pk, parent in AdministrativeUnit.objects.values_list("pk", "parent_id"):
        below.setdefault(pk, set())
        below.setdefault(parent, set()).add(pk)
    before: dict[int, set[int]] = {}
    for old, new in UnitSuccession.objects.values_list("predecessor", "successor"):
        before.setdefault(new, set()).add(old)

    def reached(start: int, *edges: dict[int, set[int]]) -> set[int]:
        seen, todo = set(), [start]
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                for edge in edges:
                    todo.extend(edge.get(one, ()))
        return seen

    found = set()
    for viewer in below.keys() - {None}:
        written = reached(viewer, below)
        for unit in reached(viewer, below, before):
            found.add((viewer, unit, unit not in written))
    return found


def stored() -> set[tuple[int, int, bool]]:
    return set(UnitScope.objects.values_list("viewer", "unit", "read_only"))


class Closure(TestCase):
    """Sequences of acts; what the services refuse leaves the closure as it was."""

    @settings(max_examples=25)
    @given(ACTS)
    def test_the_closure_equals_what_is_worked_out_anew(self, acts):
        provinces = UnitFactory.create_batch(2)
        units: list[AdministrativeUnit] = []
        for number, (act, first, second, day) in enumerate(acts):
            facts = {
                "actor": TESTS,
                "effective_on": FIRST + dt.timedelta(days=day),
                "paper": PAPER,
            }
            new = [
                NewUnit(f"u{number}-{one}", f"Phường {number}.{one}", "ward")
                for one in range(2)
            ]
            try:
                if act == "create" or not units:
                    made = create_unit(
                        actor=TESTS,
                        slug=new[0].slug,
                        name=new[0].name,
                        kind="ward",
                        parent=provinces[first % 2],
                    )
                    units.append(made)
                    continue
                one, other = units[first % len(units)], units[second % len(units)]
                match act:
                    case "merge":
                        units.append(
                            merge_units(predecessors=[one, other], new=new[0], **facts)
                        )
                    case "into":
                        merge_units(predecessors=[one], into=other, **facts)
                    case "split":
                        units.extend(split_unit(unit=one, new=new, **facts))
                    case "rename":
                        units.append(rename_unit(unit=one, new=new[0], **facts))
                    case "transfer":
                        units.append(
                            transfer_unit(
                                unit=one,
                                parent=provinces[second % 2],
                                new=new[0],
                                **facts,
                            )
                        )
            except RuleViolation:
                continue
        assert stored() == expected()


@pytest.mark.django_db
def test_what_is_worked_out_tells_reading_from_writing():
    """The yardstick itself: a successor reads, its province writes below it only."""
    province = UnitFactory()
    old, new = (
        create_unit(actor=TESTS, slug=slug, name=slug, kind="ward", parent=province)
        for slug in ("old", "new")
    )
    merge_units(
        actor=TESTS, predecessors=[old], into=new, effective_on=FIRST, paper=PAPER
    )
    assert (new.pk, old.pk, True) in expected()
    assert (province.pk, old.pk, False) in expected()
    assert (old.pk, new.pk, True) not in expected()
