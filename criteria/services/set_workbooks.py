"""A criteria set as a workbook, and a workbook as a criteria set.

What is written is read back to the same content, by its hash. Both ways go through the
layout of a file (`SetContent.raw`, `checked_set`), so that the rules are one.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from criteria.services.set_files import SetContent, checked_set
from criteria.services.set_guide import write_guide
from criteria.services.set_keys import give_keys
from criteria.services.set_tables import (
    BASIS,
    CATEGORIES,
    CRITERIA,
    CRITERION_BY_KEY,
    HEAD,
    HEAD_BY_KEY,
    HEAD_FIELDS,
    TABLES,
    head_field,
)
from criteria.services.yaml_files import Fault, Faulty
from wardsecurity.spreadsheets.cells import Unread, value_of
from wardsecurity.spreadsheets.findings import Column, Row, Workbook
from wardsecurity.spreadsheets.reading import read_workbook
from wardsecurity.spreadsheets.writing import Book, written

_PLACE = re.compile(r"(categories|legal_basis)\[(\d+)\]\.?(.*)")
# The code words of files, for sentences about a workbook.
_WORDS = {
    value: words
    for column in (*CRITERIA.columns, *CATEGORIES.columns)
    for words, value in reversed(column.choices)
}
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


# --- Writing ----------------------------------------------------------------------


def write_set(content: SetContent) -> bytes:
    """The set as a workbook that `read_set` reads back to the same content."""
    raw = content.raw()
    book = Book()
    book.table(HEAD, _head_rows(raw))
    book.table(CATEGORIES, raw["categories"])
    book.table(CRITERIA, raw["criteria"])
    book.table(BASIS, [_with_day(one) for one in raw["legal_basis"]])
    write_guide(book)
    return book.data()


def _with_day(paper: Mapping[str, Any]) -> dict[str, Any]:
    """A paper of the legal basis with its date as a day."""
    day = paper.get("date")
    return {**paper, "date": dt.date.fromisoformat(day) if day else None}


def _head_rows(raw: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for column in HEAD_FIELDS:
        value: Any = raw
        for step in column.key.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        yield {"field": column.heading, "value": written(value, column)}


# --- Reading ----------------------------------------------------------------------


def read_set(
    source: File | bytes,
    *,
    base_of: Callable[[str], SetContent | None] = lambda code: None,
) -> tuple[Workbook, SetContent | None]:
    """Read a workbook; its faults stand in it, and without faults its content comes.

    Criteria without a key take that of the present version, which `base_of` finds by
    the set's code, where the titles agree. Raises RuleViolation when the file cannot be
    opened as a workbook.
    """
    book = read_workbook(source, tables=TABLES)
    if not {HEAD.key, CATEGORIES.key, CRITERIA.key} <= book.sheets.keys() or any(
        one.row is None for one in book.faults
    ):
        return book, None
    head = _head(book)
    raw = {
        **head,
        "legal_basis": [_paper(row) for row in book.rows(BASIS.key)],
        "categories": [_said(row) for row in book.rows(CATEGORIES.key)],
        "criteria": [_said(row) for row in book.rows(CRITERIA.key)],
    }
    give_keys(book, raw["criteria"], base_of(str(head.get("code", ""))))
    try:
        content = checked_set(raw)
    except Faulty as error:
        for fault in error.faults:
            _place(book, fault)
        return book, None
    return book, None if book.faults else content


def _said(row: Row) -> dict[str, Any]:
    return {
        name: value
        for name, value in row.values.items()
        if value is not None and value is not False and value != []
    }


def _paper(row: Row) -> dict[str, Any]:
    """A paper of the legal basis; that it has no annex is said, not left out."""
    said = {name: value for name, value in row.values.items() if value is not None}
    day = said.get("date")
    return said | ({"date": day.isoformat()} if day else {})


def _head(book: Workbook) -> dict[str, Any]:
    """The set's own fields, in the layout of a file."""
    raw: dict[str, Any] = {}
    seen: set[str] = set()
    for row in book.rows(HEAD.key):
        name = str(row.get("field", ""))
        column = head_field(name)
        if column is None or column.key in seen:
            if name:
                _say_unknown(book, row, name, twice=column is not None)
            continue
        seen.add(column.key)
        value = _head_value(book, row, column)
        if value in (None, ""):
            continue
        *path, last = column.key.split(".")
        part = raw
        for step in path:
            part = part.setdefault(step, {})
        part[last] = value
    return raw


def _head_value(book: Workbook, row: Row, column: Column) -> Any:
    """What stands beside a field, by that field's type."""

    def note(sentence: str) -> None:
        book.fault(HEAD.key, sentence, row=row, column="value", is_note=True)

    cell = row.get("value")
    try:
        return None if cell is None else value_of(cell, column, note)
    except Unread as unread:
        book.fault(HEAD.key, unread.sentence, row=row, column="value")
        return None


def _say_unknown(book: Workbook, row: Row, name: str, *, twice: bool) -> None:
    book.fault(
        HEAD.key,
        (
            _("“%(name)s” stands twice; the first one is read.")
            if twice
            else _("“%(name)s” is no field of a set; this row is not read.")
        )
        % {"name": name[:60]},
        row=row,
        column="field",
        is_note=not twice,
    )


# --- Faults of the content, in their places -----------------------------------------


def _place(book: Workbook, fault: Fault) -> None:
    """Say a fault of the content beside the cell it comes from."""
    sentence = in_words(fault.sentence)
    if fault.position is not None:
        rows = book.rows(CRITERIA.key)
        _beside(book, CRITERIA.key, rows[fault.position], fault.field, sentence)
        return
    if match := _PLACE.fullmatch(fault.field):
        table, place, field = match.groups()
        _beside(book, table, book.rows(table)[int(place) - 1], field, sentence)
        return
    if fault.field in HEAD_BY_KEY:
        for row in book.rows(HEAD.key):
            column = head_field(str(row.get("field", "")))
            if column and column.key == fault.field:
                _beside(book, HEAD.key, row, "value", sentence)
                return
        heading = HEAD_BY_KEY[fault.field].heading
        book.fault(HEAD.key, f"“{heading}”: {sentence}")
        return
    table = CATEGORIES.key if fault.place else CRITERIA.key
    place = f"{fault.place}: " if fault.place else ""
    book.fault(table, f"{place}{sentence}")


def _beside(book: Workbook, table: str, row: Row, column: str, sentence: str) -> None:
    """Unless the cell was said to be faulty already: then it only seems empty."""
    if column not in row.faulty:
        book.fault(table, sentence, row=row, column=column)


def in_words(sentence: str) -> str:
    """A sentence about a file, with the workbook's words and headings in it."""

    def spoken(match: re.Match[str]) -> str:
        name = match[0]
        if name in CRITERION_BY_KEY:
            return f"“{CRITERION_BY_KEY[name].heading}”"
        return f"“{_WORDS[name]}”" if name in _WORDS else name

    return _CODE.sub(spoken, sentence)
