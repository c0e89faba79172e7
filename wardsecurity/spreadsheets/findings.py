"""What reading a workbook comes to: tables of typed rows, and what is wrong."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wardsecurity.text import fold


class Type(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"  # Decimal
    WHOLE = "whole"  # int
    DAY = "day"  # date
    FLAG = "flag"  # bool
    CHOICE = "choice"  # a value of `choices`
    CHOICES = "choices"  # a list of them, one a line or with semicolons between
    LINES = "lines"  # a list of texts, one a line
    WHOLES = "wholes"  # a list of whole numbers


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its headings: Vietnamese as written, English accepted besides.

    `choices` maps what stands in a cell to the value kept; the values themselves are
    accepted too. `width` is in characters, for writing.
    """

    key: str
    heading: str
    english: str = ""
    type: Type = Type.TEXT
    required: bool = False  # the column; whether a cell may be empty the caller decides
    choices: tuple[tuple[str, str], ...] = ()  # (words, value)
    width: int = 14
    also: tuple[str, ...] = ()  # other headings people write

    @property
    def names(self) -> set[str]:
        """Every heading under which it is found, folded."""
        every = (self.key, self.heading, self.english, *self.also)
        return {fold(name) for name in every if name}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet by its names, and its columns. Title rows above the headings are fine."""

    key: str
    name: str  # of the sheet, as written
    columns: tuple[Column, ...]
    english: str = ""
    required: bool = True
    most_rows: int = 5000

    @property
    def names(self) -> set[str]:
        """Every name of the sheet, folded."""
        return {fold(name) for name in (self.key, self.name, self.english) if name}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong or worth knowing (`is_note`), and where.

    `row` is the row's number in the sheet, `address` the cell's, like D7.
    """

    sentence: str
    sheet: str = ""
    row: int | None = None
    column: str = ""  # the column's key
    heading: str = ""
    address: str = ""
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell as it was sent: s text, n number, p percent, d day, b flag, f formula,
    e error, and the value as text."""

    type: str
    value: str


@dataclass(slots=True)
class Row:
    """One row; `values` holds what could be read, by column key, None when empty."""

    number: int
    values: dict[str, Any]
    faulty: set[str] = field(default_factory=set)  # columns whose cell has a fault

    def get(self, column: str, default: Any = None) -> Any:
        """The value of a column; `default` when it is empty or could not be read."""
        value = self.values.get(column)
        return default if value is None else value


@dataclass(slots=True)
class Sheet:
    """A table as found. `places` maps column keys to column numbers, from 1."""

    table: Table
    name: str
    rows: list[Row]
    places: dict[str, int]
    heading_row: int = 1


@dataclass(slots=True)
class RawSheet:
    """Every cell of a sheet, by row and column number, from 1."""

    name: str
    cells: dict[int, dict[int, RawCell]]


@dataclass(slots=True)
class Workbook:
    """What was read. Callers add the faults that they find in the rows."""

    sheets: dict[str, Sheet]  # by the table's key
    raw: list[RawSheet]
    said: list[Fault] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """What must be mended."""
        return [one for one in self.said if not one.is_note]

    @property
    def notes(self) -> list[Fault]:
        """What was read in one of several ways."""
        return [one for one in self.said if one.is_note]

    def rows(self, table: str) -> list[Row]:
        """The rows of a table; none when the sheet is not there."""
        sheet = self.sheets.get(table)
        return sheet.rows if sheet else []

    def fault(
        self,
        table: str,
        sentence: str,
        *,
        row: Row | None = None,
        column: str = "",
        is_note: bool = False,
    ) -> None:
        """Note a fault of a table, of a row, or of a row's cell."""
        sheet = self.sheets.get(table)
        name, heading, address = "", "", ""
        if sheet:
            name = sheet.name
            heading = next(
                (one.heading for one in sheet.table.columns if one.key == column), ""
            )
            place = sheet.places.get(column)
            if row and place:
                address = address_of(row.number, place)
        if row and column and not is_note:
            row.faulty.add(column)
        number = row.number if row else None
        self.said.append(
            Fault(sentence, name, number, column, heading, address, is_note)
        )


def address_of(row: int, column: int) -> str:
    """The address of a cell: row 7, column 4 is D7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
