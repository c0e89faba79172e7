"""Workbooks to take away: tables, and what was sent with its faults marked.

Nothing written here is ever a live formula: text goes in as text, whatever it begins
with.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from wardsecurity.spreadsheets.findings import (
    Column,
    Fault,
    RawCell,
    Table,
    Type,
    Workbook,
)

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters that Excel takes
_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_DAY = "dd/mm/yyyy"
# The colours of the design language: sunken, seal tint, turmeric tint.
_HEAD, _FAULT, _NOTE = "#EEE8DB", "#FBE7E1", "#FAEBC8"
_SEAL, _TURMERIC = "#A8281B", "#744700"


class Book:
    """A workbook being written; `data` closes it and gives its bytes."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self._book = xlsxwriter.Workbook(self._out, _SAFE)
        # The same content gives the same bytes.
        self._book.set_properties({"created": dt.datetime(2023, 1, 1)})  # noqa: DTZ001
        self._formats: dict[tuple[Any, ...], Format] = {}

    def format(self, **look: Any) -> Format:
        """A cell format; alike ones are one."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **look})
        return self._formats[key]

    @property
    def head(self) -> Format:
        """How headings look."""
        return self.format(bold=True, text_wrap=True, bg_color=_HEAD, border=1)

    def sheet(self, name: str) -> Worksheet:
        """A new sheet, set for paper: A4 on its side, headings on each page."""
        sheet = self._book.add_worksheet(name[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def put(
        self, sheet: Worksheet, row: int, column: int, value: Any, **look: Any
    ) -> None:
        """Write a value by its type, rows and columns from 0; text stays text."""
        look = {"text_wrap": True, **look}
        match value:
            case None | "":
                sheet.write_blank(row, column, None, self.format(**look))
            case bool():
                sheet.write_string(
                    row, column, "Có" if value else "Không", self.format(**look)
                )
            case int() | float() | Decimal():
                if abs(value) >= 10**15:  # Excel keeps 15 digits
                    sheet.write_string(row, column, str(value), self.format(**look))
                else:
                    sheet.write_number(row, column, value, self.format(**look))
            case dt.date():
                sheet.write_datetime(
                    row, column, value, self.format(num_format=_DAY, **look)
                )
            case _:
                sheet.write_string(
                    row, column, _fit(str(value)), self.format(num_format="@", **look)
                )

    def table(
        self,
        table: Table,
        rows: Iterable[Mapping[str, Any]],
        *,
        title: str = "",
    ) -> Worksheet:
        """A sheet with the table's headings and rows, choices offered in its cells."""
        sheet = self.sheet(table.name)
        top = 0
        if title:
            sheet.write_string(0, 0, title, self.format(bold=True, font_size=13))
            top = 2
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(top, place, column.heading, self.head)
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        last = top
        for last, row in enumerate(rows, start=top + 1):
            for place, column in enumerate(table.columns):
                self.put(sheet, last, place, written(row.get(column.key), column))
        for place, column in enumerate(table.columns):
            _offer(sheet, top + 1, last + 200, place, column)
        return sheet

    def data(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self._book.close()
        return self._out.getvalue()


def _offer(sheet: Worksheet, first: int, last: int, place: int, column: Column) -> None:
    """A list of choices in each cell, where Excel takes it (255 characters)."""
    words = [words for words, _value in column.choices]
    if column.type == Type.FLAG:
        words = ["Có", "Không"]
    elif column.type != Type.CHOICE:
        return
    if words and len(",".join(words)) <= 255 and not any("," in one for one in words):
        sheet.data_validation(
            first,
            place,
            last,
            place,
            {"validate": "list", "source": words, "error_type": "warning"},
        )


def written(value: Any, column: Column) -> Any:
    """A value as it stands in a cell: words for choices, lines for lists."""
    words = {value: words for words, value in reversed(column.choices)}
    match column.type:
        case Type.CHOICE:
            return words.get(value, value)
        case Type.CHOICES:
            return "\n".join(words.get(one, one) for one in value or [])
        case Type.LINES:
            return "\n".join(value or [])
        case Type.WHOLES:
            return "; ".join(map(str, value or []))
    return value


def _fit(text: str) -> str:
    return text[:LONGEST_CELL]


# --- What was sent, its faults marked ----------------------------------------------


def marked_copy(read: Workbook) -> bytes:
    """The rows that were sent, faulty cells coloured with a comment, faults listed.

    Cells keep their addresses, so that the list and the page speak of the same places;
    formulas come back as the text they were. The file can be mended and sent again.
    """
    book = Book()
    by_sheet: dict[str, list[Fault]] = defaultdict(list)
    for fault in read.said:
        by_sheet[fault.sheet].append(fault)
    headings = {one.name: one.heading_row for one in read.sheets.values()}
    widths = {
        sheet.name: {
            sheet.places[one.key]: one.width
            for one in sheet.table.columns
            if one.key in sheet.places
        }
        for sheet in read.sheets.values()
    }
    for raw in read.raw:
        sheet = book.sheet(raw.name)
        for column, width in widths.get(raw.name, {}).items():
            sheet.set_column(column - 1, column - 1, width)
        faults = _by_cell(by_sheet[raw.name])
        for number, cells in raw.cells.items():
            for column, cell in cells.items():
                look = _look(faults.get((number, column), []))
                if number == headings.get(raw.name):
                    look = {"bold": True, "bg_color": _HEAD, "border": 1} | look
                book.put(sheet, number - 1, column - 1, _sent(cell), **look)
        _mark(book, sheet, faults, raw.cells)
        if raw.name in headings:
            sheet.freeze_panes(headings[raw.name], 1)
    if read.said:
        _list_faults(book, read.said, {one.name for one in read.raw})
    return book.data()


def _by_cell(faults: Sequence[Fault]) -> dict[tuple[int, int], list[Fault]]:
    """Faults by row and column; those of a row without a cell stand in its first."""
    found: dict[tuple[int, int], list[Fault]] = defaultdict(list)
    for fault in faults:
        if fault.row:
            found[fault.row, _column_of(fault.address)].append(fault)
    return found


def _column_of(address: str) -> int:
    column = 0
    for letter in address.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column or 1


def _look(faults: Sequence[Fault]) -> dict[str, Any]:
    if not faults:
        return {}
    if all(one.is_note for one in faults):
        return {"bg_color": _NOTE, "border": 1, "border_color": _TURMERIC}
    return {"bg_color": _FAULT, "border": 2, "border_color": _SEAL}


def _mark(
    book: Book,
    sheet: Worksheet,
    faults: Mapping[tuple[int, int], Sequence[Fault]],
    cells: Mapping[int, Mapping[int, RawCell]],
) -> None:
    for (row, column), said in faults.items():
        if column not in cells.get(row, {}):
            book.put(sheet, row - 1, column - 1, None, **_look(said))
        text = "\n".join(one.sentence for one in said)[:2000]
        sheet.write_comment(
            row - 1, column - 1, text, {"x_scale": 2.4, "y_scale": 1.6, "author": ""}
        )


def _sent(cell: RawCell) -> Any:
    """A raw cell as a value to write."""
    match cell.type:
        case "n":
            return Decimal(cell.value)
        case "p":
            return f"{cell.value}%".replace(".", ",")
        case "d":
            return dt.date.fromisoformat(cell.value)
        case "b":
            return bool(cell.value)
    return cell.value


def _list_faults(book: Book, said: Sequence[Fault], taken: set[str]) -> None:
    name = _("Faults")
    while name in taken:
        name += " *"
    sheet = book.sheet(name)
    headings = [_("No."), _("Sheet"), _("Row"), _("Cell"), _("Column"), _("What to do")]
    for column, (heading, width) in enumerate(
        zip(headings, (6, 18, 8, 8, 28, 90), strict=True)
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, book.head)
    sheet.freeze_panes(1, 0)
    ordered = sorted(said, key=lambda one: one.is_note)
    for number, one in enumerate(ordered, start=1):
        sentence = one.sentence
        if one.is_note:
            sentence = _("To check: %(sentence)s") % {"sentence": sentence}
        row = (number, one.sheet, one.row, one.address, one.heading, sentence)
        for column, value in enumerate(row):
            book.put(sheet, number, column, value)
