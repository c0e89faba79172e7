"""The list of wards as a plain table, for CSV and XLSX: the figures of the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from criteria.selectors.province import open_year, read_lines
from criteria.selectors.province_charts import as_percent, share_of
from criteria.selectors.province_filters import Asked, state_of
from criteria.selectors.province_lines import Head, Line
from wardsecurity.spreadsheets.lists import Value
from wardsecurity.wards.models import AdministrativeUnit, UnitKind


@dataclass(frozen=True, slots=True)
class ProvinceTable:
    """A title, the names of the columns, and the rows, made as they are asked for."""

    unit: AdministrativeUnit
    year: int
    heads: list[Head]
    lines: list[Line]

    @property
    def file_name(self) -> str:
        """Of the file, without its ending."""
        return f"{self.unit.slug}-{self.year}"

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        groups = [
            _("%(code)s, criteria met") % {"code": head.code} for head in self.heads
        ]
        return [
            _("Ranking"),
            _("Ward"),
            _("Kind of unit"),
            _("Unit above it"),
            *groups,
            _("Criteria met"),
            _("Criteria in the set"),
            _("Share met (%)"),
            _("Threshold"),
            _("Mandatory not met"),
            _("Overdue"),
            _("Evidence missing"),
            _("State"),
        ]

    @property
    def widths(self) -> list[int]:
        """Widths of the columns, in letters."""
        return [8, 28, 14, 22, *[10] * (len(self.heads) + 7), 26]

    def rows(self) -> Iterator[list[Value]]:
        """A row a ward, in the order of the page; empty where there is no campaign."""
        for line in self.lines:
            cells = [line.cell(head.code) for head in self.heads]
            start: list[Value] = [
                line.rank,
                line.name,
                str(UnitKind(line.kind).label),
                line.parent,
                *(cell.met if cell else None for cell in cells),
            ]
            state = state_of(line).word
            if line.ended:
                state = f"{state}. {line.ended_word}"
            yield [*start, *_figures(line), state]


def _figures(line: Line) -> list[Value]:
    if not line.has_campaign:
        return [None] * 7
    total = line.total
    return [
        total.met,
        total.size,
        as_percent(share_of(total)),
        line.threshold,
        total.mandatory_failed,
        total.overdue,
        total.unsupported,
    ]


def get_province_table(
    *, unit: AdministrativeUnit, year: int, asked: Asked
) -> ProvinceTable:
    """All wards asked for, not a page of them, of a unit that was read. Five queries.

    Http404 as open_year.
    """
    opened = open_year(unit, year, asked)
    found = read_lines(opened.lines, opened.asked, every_cell=True)
    return ProvinceTable(unit, year, opened.lines.heads, found)
