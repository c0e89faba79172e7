"""An untrusted workbook as tables of typed rows, every fault in words and in its place.

    book = read_workbook(upload, tables=[PEOPLE])
    for row in book.rows("people"):
        row.number, row.get("name"), row.get("from")
    book.fault("people", _("…"), row=row, column="name")     # what the caller finds
    if book.faults: show them, and offer writing.marked_copy(book)

A file that cannot be opened at all raises RuleViolation for field "file".
"""

import difflib
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from wardsecurity.spreadsheets.cells import Unread, value_of
from wardsecurity.spreadsheets.findings import (
    Column,
    Fault,
    RawCell,
    RawSheet,
    Row,
    Sheet,
    Table,
    Workbook,
    address_of,
)
from wardsecurity.spreadsheets.isolation import cells_of
from wardsecurity.spreadsheets.letters import clean
from wardsecurity.spreadsheets.refusals import refusal
from wardsecurity.text import fold

MOST_BYTES = 5 * 1024 * 1024  # of a workbook
HEADINGS_WITHIN = 30  # filled rows in which the row of headings is looked for

_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


def read_workbook(source: File | bytes | Path, *, tables: Sequence[Table]) -> Workbook:
    """Read the tables of a workbook; what is wrong with them is said in the result.

    Raises RuleViolation for field "file": file_empty, file_too_large,
    file_type_refused, file_macros, file_encrypted, file_damaged, file_polyglot,
    file_archive_bomb, workbook_too_large.
    """
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        path = Path(folder) / "sent.xlsx"
        _put(source, path)
        answer = cells_of(path)
    if "refused" in answer:
        raise refusal(answer["refused"], answer["reason"])
    raw = [_raw(one) for one in answer["sheets"]]
    book = Workbook({}, raw)
    if answer["links"]:
        book.said.append(
            Fault(
                _(
                    "The workbook links to other files. In Excel choose Data, Edit"
                    " Links, Break Link, and save it again."
                )
            )
        )
    found = dict(zip((one.name for one in raw), answer["sheets"], strict=True))
    for table in tables:
        one = _find(table, raw, alone=len(tables) == 1)
        if one is None:
            if table.required:
                _say_missing(book, table, raw)
            continue
        _read_table(book, table, one, found[one.name])
    return book


def _put(source: File | bytes | Path, path: Path) -> None:
    """Write what was sent where the worker reads it, MOST_BYTES at most."""
    if isinstance(source, Path):
        source = source.read_bytes()
    size = len(source) if isinstance(source, bytes) else source.size
    if not size:
        raise refusal("file_empty", "")
    if size > MOST_BYTES:
        raise refusal("file_too_large", "")
    if isinstance(source, bytes):
        path.write_bytes(source)
        return
    source.seek(0)
    with path.open("wb") as file:
        for chunk in source.chunks():
            file.write(chunk)
    source.seek(0)


def _raw(answer: dict[str, Any]) -> RawSheet:
    return RawSheet(
        answer["name"],
        {
            number: {column: RawCell(type_, value) for column, type_, value in cells}
            for number, cells in answer["rows"]
        },
    )


# --- The sheet and its columns ----------------------------------------------------


def _find(table: Table, raw: Sequence[RawSheet], *, alone: bool) -> RawSheet | None:
    """The sheet by its name; the only one there is when only one is asked for."""
    for one in raw:
        if fold(one.name) in table.names:
            return one
    return raw[0] if alone and len(raw) == 1 else None


def _say_missing(book: Workbook, table: Table, raw: Sequence[RawSheet]) -> None:
    names = ", ".join(f"“{one.name}”" for one in raw)
    book.said.append(
        Fault(
            _(
                "There is no sheet “%(wanted)s”. The workbook has: %(found)s. Rename"
                " the sheet, or start from the downloaded form."
            )
            % {"wanted": table.name, "found": names or "–"}
        )
    )


def _read_table(
    book: Workbook, table: Table, raw: RawSheet, answer: dict[str, Any]
) -> None:
    heading = _heading_row(table, raw)
    places, unknown = _places(table, raw.cells.get(heading, {}))
    sheet = Sheet(table, raw.name, [], places, heading)
    book.sheets[table.key] = sheet
    missing = [one for one in table.columns if one.required and one.key not in places]
    if missing:
        _say_columns(book, sheet, missing, unknown)
        return
    _say_unknown(book, sheet, unknown)
    filled = [number for number in raw.cells if number > heading]
    if answer["is_cut"] or len(filled) > table.most_rows:
        book.fault(
            table.key,
            _(
                "The sheet “%(sheet)s” has more than %(most)s rows. Split it, or remove"
                " rows and formats that do not belong to it."
            )
            % {"sheet": raw.name, "most": table.most_rows},
        )
        return
    _say_merged(book, sheet, answer["merged"])
    columns = {one.key: one for one in table.columns}
    for number in filled:
        row = _row(book, sheet, columns, number, raw.cells[number])
        if row:
            sheet.rows.append(row)
    if not sheet.rows and table.required:
        book.fault(
            table.key,
            _("The sheet “%(sheet)s” has no row below its headings.")
            % {"sheet": raw.name},
        )


def _heading_row(table: Table, raw: RawSheet) -> int:
    """The row near the top with most of the headings; official tables have titles."""
    names = set().union(*(one.names for one in table.columns))
    best, most = next(iter(raw.cells), 1), 0
    for number in list(raw.cells)[:HEADINGS_WITHIN]:
        count = sum(_folded(cell) in names for cell in raw.cells[number].values())
        if count > most:
            best, most = number, count
    return best


def _folded(cell: RawCell) -> str:
    return fold(clean(cell.value)).rstrip(" *:")


def _places(
    table: Table, headings: dict[int, RawCell]
) -> tuple[dict[str, int], list[str]]:
    """Column numbers by key, and headings that nobody knows. The first one counts."""
    places: dict[str, int] = {}
    unknown = []
    for column, cell in headings.items():
        name = _folded(cell)
        match = next((one for one in table.columns if name in one.names), None)
        if match is None or match.key in places:
            unknown.append(clean(cell.value)[:60])
        else:
            places[match.key] = column
    return places, unknown


def _say_columns(
    book: Workbook, sheet: Sheet, missing: Iterable[Column], unknown: Iterable[str]
) -> None:
    known = [one.heading for one in sheet.table.columns if one.key in sheet.places]
    book.fault(
        sheet.table.key,
        _(
            "The sheet “%(sheet)s” lacks the columns: %(missing)s. Found in row"
            " %(row)s: %(known)s. Not recognised: %(unknown)s."
        )
        % {
            "sheet": sheet.name,
            "missing": ", ".join(f"“{one.heading}”" for one in missing),
            "row": sheet.heading_row,
            "known": ", ".join(known) or "–",
            "unknown": ", ".join(unknown) or "–",
        },
    )


def _say_unknown(book: Workbook, sheet: Sheet, unknown: Iterable[str]) -> None:
    left = [one.heading for one in sheet.table.columns if one.key not in sheet.places]
    for name in unknown:
        meant = difflib.get_close_matches(name, left, n=1)
        sentence = (
            _("The column “%(name)s” is not read. Was “%(meant)s” meant?")
            if meant
            else _(
                "The column “%(name)s” is not known, or stands twice; it is not read."
            )
        )
        facts = {"name": name, "meant": meant[0] if meant else ""}
        book.fault(sheet.table.key, sentence % facts, is_note=True)


def _say_merged(book: Workbook, sheet: Sheet, merged: Iterable[str]) -> None:
    """Merged cells below the headings: all but the first would be read as empty."""
    for text in merged:
        match = _RANGE.fullmatch(text)
        if not match or int(match[4]) <= sheet.heading_row:
            continue
        first = Row(int(match[2]), {})
        key = sheet.table.key
        book.fault(
            key,
            _(
                "The cells %(range)s are merged. Unmerge them and write the value in"
                " each row."
            )
            % {"range": text},
            row=first,
            column=_key_at(sheet, match[1]),
        )


def _key_at(sheet: Sheet, letters: str) -> str:
    for key, place in sheet.places.items():
        if address_of(1, place) == f"{letters}1":
            return key
    return ""


def _row(
    book: Workbook,
    sheet: Sheet,
    columns: dict[str, Column],
    number: int,
    cells: dict[int, RawCell],
) -> Row | None:
    """The row's values; None when no column of the table says anything in it."""
    row = Row(number, dict.fromkeys(columns))
    given = False
    for key, place in sheet.places.items():
        cell = cells.get(place)
        if cell is None:
            continue
        given = True

        def note(sentence: str, key: str = key) -> None:
            book.fault(sheet.table.key, sentence, row=row, column=key, is_note=True)

        try:
            row.values[key] = value_of(cell, columns[key], note)
        except Unread as unread:
            book.fault(sheet.table.key, unread.sentence, row=row, column=key)
    return row if given else None
