"""Workbooks to take away: dead text, and faults where they are."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests.wardsecurity.spreadsheets.books import PEOPLE, book_of
from wardsecurity.spreadsheets.reading import read_workbook
from wardsecurity.spreadsheets.writing import Book, marked_copy


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def opened(data):
    return openpyxl.load_workbook(BytesIO(data))


def written(*rows):
    book = Book()
    book.table(PEOPLE, rows)
    return book.data()


def test_a_table_is_read_back_as_it_was_written():
    row = {
        "name": "Tổ dân phố 1",
        "points": Decimal("8.5"),
        "count": 0,
        "start": dt.date(2026, 6, 5),
        "leads": True,
        "kind": "group",
        "wanted": ["Một", "Hai"],
        "shown": [23, 24],
    }
    book = read_workbook(written(row), tables=[PEOPLE])
    assert not book.said
    assert book.rows("people")[0].values == row


@pytest.mark.parametrize("text", ["=1+1", "+84", "-3", "@x", "http://a.vn", "007"])
def test_text_stays_text(text):
    data = written({"name": text, "points": 1})
    cell = opened(data)["Danh sách"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_the_head_is_frozen():
    assert opened(written())["Danh sách"].freeze_panes == "B2"


def test_a_marked_copy_keeps_rows_in_place_and_marks_what_is_faulty():
    sent = book_of(["A", "tám"], [None], ["=HYPERLINK(1)", 2])
    read = read_workbook(sent, tables=[PEOPLE])
    read.fault("people", "Ask the ward.", row=read.rows("people")[0], column="count")
    copy = opened(marked_copy(read))
    sheet = copy["Danh sách"]
    assert sheet["B2"].value == "tám"
    assert "number" in sheet["B2"].comment.text
    assert sheet["B2"].fill.fgColor.rgb == "FFFBE7E1"
    assert sheet["A4"].data_type == "s"
    assert sheet["A4"].value == "=HYPERLINK(1)"
    assert sheet["C2"].comment.text == "Ask the ward."
    assert [row[3] for row in copy["Faults"].values] == ["Cell", "B2", "A4", "C2"]


def test_a_mended_copy_is_read_again():
    sent = book_of(["A", "tám"], ["B", 2.5])
    copy = opened(marked_copy(read_workbook(sent, tables=[PEOPLE])))
    copy["Danh sách"]["B2"] = 8
    out = BytesIO()
    copy.save(out)
    again = read_workbook(out.getvalue(), tables=[PEOPLE])
    assert not again.said
    assert [row.get("points") for row in again.rows("people")] == [8, Decimal("2.5")]
