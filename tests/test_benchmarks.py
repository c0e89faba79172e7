"""`make bench` makes its table; what it says of speed is asserted nowhere."""

import pytest

from benchmarks.__main__ import PAGES, SAVERS, measure
from benchmarks.table import Line, as_text


def test_a_small_run_makes_the_table():
    """One ward and one round: every row is there, and no page was refused."""
    text = measure(["SQLite"], [1, 2], years=1, rounds=1)
    for page in PAGES:
        assert page.name in text
    for name in SAVERS.values():
        assert name in text
    assert "roll-up of a year / one GROUP BY" in text
    assert text.startswith("SQLite")


class TestShort:
    def line(self, **changed):
        said = {
            "name": "ward dashboard",
            "small": 2.0,
            "large": 2.1,
            "target": 2.5,
            "queries": (9, 9),
            "most_queries": 12,
        }
        return Line(**(said | changed))

    def test_within_its_target_nothing_is_said(self):
        assert "SHORT" not in as_text("SQLite", [self.line()])

    @pytest.mark.parametrize(
        "changed",
        [
            {"large": 2.6},
            {"small": 2.6},
            {"queries": (9, 10)},
            {"queries": (13, 13)},
            {"growth": 1.2},  # its time follows the wards
            {"at_least": True, "target": 50},
        ],
    )
    def test_missing_any_part_of_it_is_short(self, changed):
        line = self.line(**changed)
        assert line.is_short
        assert as_text("SQLite", [line]).endswith("SHORT")

    def test_what_may_grow_may(self):
        assert not self.line(small=1.0, large=2.0, growth=None).is_short
