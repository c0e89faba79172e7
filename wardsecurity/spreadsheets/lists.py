"""A long list to take away, row by row: CSV and XLSX that hold no live formula.

Neither keeps the list in memory: the CSV is made as it is sent, the workbook is written
to a file that ends with the answer.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import xlsxwriter

Value = str | int | None
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The list as CSV, as a Vietnamese Excel opens it.

    Semicolons, since the comma is the decimal sign there, and a mark that says UTF-8.
    Text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    write = csv.writer(_Echo(), delimiter=";").writerow
    yield "\ufeff"
    yield write([_dead(name) for name in columns])
    for row in rows:
        yield write([_dead(value) for value in row])


def _dead(value: Value) -> Value:
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_FORMULA):
        return f"'{value}"
    return value


def xlsx_file(
    sheet_name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    widths: Sequence[int],
) -> IO[bytes]:
    """The list as a workbook of one sheet, in an open file that is the caller's.

    Text stays text and numbers numbers; `widths` are those of the columns, in letters.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    with xlsxwriter.Workbook(file, _SAFE) as book:
        sheet = book.add_worksheet(sheet_name)
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name, head)
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(place, column, value)
                elif value is not None:
                    sheet.write_number(place, column, value)
    file.seek(0)
    return file
