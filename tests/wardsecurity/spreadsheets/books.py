"""Workbooks as strangers make them, written by openpyxl."""

import zipfile
from io import BytesIO

import openpyxl

from wardsecurity.spreadsheets.findings import Column, Table, Type

PEOPLE = Table(
    "people",
    "Danh sách",
    (
        Column("name", "Họ và tên", "Name", required=True),
        Column("points", "Điểm", "Points", Type.NUMBER, required=True),
        Column("count", "Số lượng", "Count", Type.WHOLE),
        Column("start", "Từ ngày", "From", Type.DAY),
        Column("leads", "Chủ trì", "Leads", Type.FLAG),
        Column("kind", "Loại", "Kind", Type.CHOICE, choices=(("Khu dân cư", "group"),)),
        Column("wanted", "Minh chứng", "Evidence", Type.LINES),
        Column("shown", "Xem cùng", "Shown with", Type.WHOLES),
    ),
    english="List",
)
HEADINGS = ["Họ và tên", "Điểm", "Số lượng", "Từ ngày", "Chủ trì", "Loại"]


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(*rows, headings=HEADINGS, name="Danh sách", change=None):
    """A workbook with one sheet: headings and rows; `change` touches the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    return saved(book)


def with_parts(data, **parts):
    """The archive with more parts in it; names with / written as __."""
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()
