"""Untrusted workbooks: the right verdict, in words, in the right place."""

import datetime as dt
import unicodedata
import zipfile
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from tests.wardsecurity.spreadsheets.books import PEOPLE, book_of, saved, with_parts
from wardsecurity.errors import RuleViolation
from wardsecurity.spreadsheets.findings import Column, Table, address_of
from wardsecurity.spreadsheets.reading import read_workbook


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def read(data, *tables):
    return read_workbook(data, tables=tables or [PEOPLE])


def only(book):
    (row,) = book.rows("people")
    return row


def refused(data):
    with pytest.raises(RuleViolation) as refusal:
        read(data)
    assert refusal.value.field == "file"
    return refusal.value


def test_a_row_is_read_by_its_headings_and_types():
    day = dt.datetime(2026, 6, 5)  # noqa: DTZ001 - as Excel keeps days
    row = ["Tổ dân phố 1", 8.5, 12, day, "Có", "khu dan cu"]
    book = read(book_of(row))
    assert not book.said
    found = only(book)
    assert found.number == 2
    assert found.get("name") == "Tổ dân phố 1"
    assert found.get("points") == Decimal("8.5")
    assert found.get("count") == 12
    assert found.get("start") == dt.date(2026, 6, 5)
    assert found.get("leads") is True
    assert found.get("kind") == "group"
    assert found.get("wanted") is None


def test_headings_are_known_without_marks_in_english_and_below_a_title():
    def titled(sheet):
        sheet.insert_rows(1, 3)
        sheet["A1"] = "DANH SÁCH NĂM 2026"

    data = book_of(["A", 1], headings=["ho va ten *", "POINTS"], change=titled)
    row = only(read(data))
    assert (row.number, row.get("name")) == (5, "A")


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        (2.75, "2.75"),
        ("8,5", "8.5"),
        ("8.5", "8.5"),
        ("1.176", "1176"),
        ("1.176,25", "1176.25"),
        ("1 176", "1176"),
        ("12.345.678", "12345678"),
        ("1,234,567.5", "1234567.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        (" 90% ", "90"),
        ("-3", "-3"),
        ("−3", "-3"),
        (0.1 + 0.2, "0.3"),
    ],
    ids=str,
)
def test_numbers_are_read_in_the_vietnamese_way(sent, number):
    book = read(book_of(["A", sent]))
    assert not book.faults
    assert only(book).get("points") == Decimal(number)


def test_a_share_formatted_as_percent_is_read_as_percent():
    def percent(sheet):
        sheet["B2"].number_format = "0%"

    assert only(read(book_of(["A", 0.9], change=percent))).get("points") == 90


@pytest.mark.parametrize("sent", ["1.176", 1.176], ids=["text", "number"])
def test_a_reading_that_may_surprise_is_told(sent):
    (note,) = read(book_of(["A", sent])).notes
    assert note.address == "B2"
    assert "1.176" in note.sentence


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ("1,176", "two ways"),
        ("tám", "8,5"),
        ("8,5 điểm", "8,5"),
        (True, "number"),
        (dt.datetime(2026, 5, 8), "08/05/2026"),  # noqa: DTZ001
    ],
)
def test_what_is_no_number_is_asked_back(sent, word):
    (fault,) = read(book_of(["A", sent])).faults
    assert (fault.address, fault.row, fault.column) == ("B2", 2, "points")
    assert word in fault.sentence


@pytest.mark.parametrize(
    ("column", "sent", "word"),
    [
        (3, 2.5, "whole"),
        (4, "31/02/2026", "31/02/2026"),
        (4, 45000, "dd/mm/yyyy"),
        (5, "có lẽ", "yes or no"),
        (6, "Trường học", "Khu dân cư"),
        (8, "23 và 24", "23; 24"),
    ],
)
def test_a_cell_of_another_type_is_a_fault_in_its_place(column, sent, word):
    row = ["A", 1, *[None] * 6]
    row[column - 1] = sent
    headings = [one.heading for one in PEOPLE.columns]
    (fault,) = read(book_of(row, headings=headings)).faults
    assert fault.address == address_of(2, column)
    assert word in fault.sentence


def test_days_lists_and_numbers_are_read_from_text():
    headings = [one.heading for one in PEOPLE.columns]
    row = ["A", 1, "1.176", "5/6/2026", "x", None, "Một\n\nHai", "23; 24"]
    found = only(read(book_of(row, headings=headings)))
    assert found.get("start") == dt.date(2026, 6, 5)
    assert found.get("wanted") == ["Một", "Hai"]
    assert found.get("shown") == [23, 24]
    assert found.get("count") == 1176


def test_a_formula_is_refused_by_its_address():
    (fault,) = read(book_of(["A", "=SUM(C1:C9)"])).faults
    assert fault.address == "B2"
    assert "formula" in fault.sentence


def test_a_formula_error_is_refused():
    def broken(sheet):
        sheet["B2"] = "#REF!"

    (fault,) = read(book_of(["A", 1], change=broken)).faults
    assert "#REF!" in fault.sentence


def test_merged_cells_are_reported_where_they_begin():
    def merge(sheet):
        sheet.merge_cells("A2:A3")

    (fault,) = read(book_of(["A", 1], [None, 2], change=merge)).faults
    assert (fault.address, fault.row) == ("A2", 2)
    assert "A2:A3" in fault.sentence


def test_merged_titles_above_the_headings_do_no_harm():
    def title(sheet):
        sheet.insert_rows(1)
        sheet["A1"] = "Danh sách"
        sheet.merge_cells("A1:F1")

    assert not read(book_of(["A", 1], change=title)).faults


def test_missing_columns_are_named_with_what_was_found():
    (fault,) = read(book_of(["A", 1], headings=["Tên", "Điểm"])).faults
    assert "“Họ và tên”" in fault.sentence
    assert "Điểm" in fault.sentence
    assert "Tên" in fault.sentence


def test_an_unknown_column_is_told_and_not_read():
    book = read(book_of(["A", 1, "?"], headings=["Họ và tên", "Điểm", "Từ ngàyy"]))
    (note,) = book.notes
    assert "Từ ngày”" in note.sentence


def test_a_wrong_sheet_is_explained_with_the_sheets_there_are():
    other = Table("other", "Bảng khác", (Column("name", "Họ và tên"),))
    book = read(book_of(["A", 1], name="Sheet1"), PEOPLE, other)
    assert "“Danh sách”" in book.faults[0].sentence
    assert "“Sheet1”" in book.faults[0].sentence


def test_the_only_sheet_is_taken_when_one_table_is_asked_for():
    assert read(book_of(["A", 1], name="Sheet1")).rows("people")


def test_ten_thousand_rows_are_refused():
    book = read(book_of(*(["A", 1] for _ in range(10_000))))
    (fault,) = book.faults
    assert "5000" in fault.sentence
    assert not book.rows("people")


def test_empty_rows_between_are_left_out_and_rows_keep_their_numbers():
    book = read(book_of(["A", 1], [None], ["  "], ["B", 2]))
    assert [row.number for row in book.rows("people")] == [2, 5]


def test_text_is_kept_composed_and_without_invisible_characters():
    spread = unicodedata.normalize("NFD", "Phường\u200b Hải\u00a0Châu ")
    assert only(read(book_of([spread, 1]))).get("name") == "Phường Hải Châu"


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Tæng sè hé", "TCVN3"),
        ("phßng chèng téi ph¹m", "TCVN3"),
        ("c¸n bé ®iÓm", "TCVN3"),
        ("coâng an phöôøng", "VNI"),
        ("phoøng choáng toäi phaïm", "VNI"),
        ("traät töï", "VNI"),
    ],
)
def test_text_of_old_fonts_is_recognised_and_not_converted(text, font):
    book = read(book_of([text, 1]))
    (fault,) = book.faults
    assert font in fault.sentence
    assert "Unicode" in fault.sentence
    assert only(book).get("name") is None


@pytest.mark.parametrize(
    "text",
    ["Công an phường", "Quê hương", "giúp đỡ hoà giải", "thoáng", "khoản 1 Điều 5",
     "5 µg/m³", "«ghi chú»", "UBND", "quân huấn", "truyền thông", "hoá đơn", "quý I",
     "Tiên phong", "ngoài ra", "giùm", "giữ gìn", "loài", "xoè", "uý", "quà", "chúa",
     "thuê nhà", "mùa", "cúa", "hoàn thành"],
)  # fmt: skip
def test_text_of_today_passes(text):
    assert only(read(book_of([text, 1]))).get("name") == text


def test_macros_are_refused():
    data = with_parts(book_of(["A", 1]), xl__vbaProject_bin="x")
    data = data.replace(b"vbaProject_bin", b"vbaProject.bin")
    assert refused(data).code == "file_macros"


def test_links_to_other_files_are_refused_in_words():
    data = with_parts(book_of(["A", 1]), **{"xl__externalLinks__externalLink1.xml": ""})
    (fault,) = read(data).faults
    assert "links" in fault.sentence


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        ("Họ và tên,Điểm\nA,1\n".encode(), "file_type_refused"),
        (b"PK\x03\x04 torn", "file_damaged"),
        (b"%PDF-1.7\n", "file_type_refused"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file_type_refused"),
        (b"\0" * 6 * 1024 * 1024, "file_too_large"),
    ],
    ids=["empty", "csv", "not a zip", "pdf", "xls", "large"],
)
def test_what_is_no_workbook_is_refused(data, code):
    assert refused(data).code == code


def test_a_workbook_that_swells_is_refused():
    data = with_parts(book_of(["A", 1]), **{"xl__more.xml": b" " * 90 * 1024 * 1024})
    assert refused(data).code == "file_archive_bomb"


def test_a_workbook_that_declares_entities_is_refused():
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(book_of(["A", 1]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                text = b'<!DOCTYPE a [<!ENTITY b "c">]>' + text
            new.writestr(entry.filename, text)
    assert refused(out.getvalue()).code == "file_damaged"


def test_a_table_without_rows_is_said_to_be_empty():
    (fault,) = read(book_of()).faults
    assert "no row" in fault.sentence


def test_an_empty_workbook_lacks_its_columns():
    assert read(saved(openpyxl.Workbook())).faults


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A7"), (26, "Z7"), (27, "AA7"), (703, "AAA7")]
)
def test_addresses_are_those_of_excel(column, letters):
    assert address_of(7, column) == letters
