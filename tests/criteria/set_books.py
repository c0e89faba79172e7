"""Workbooks of sets as people send them: an export, touched by openpyxl."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from criteria.services.set_files import SetContent
from criteria.services.set_imports import upload_set
from criteria.services.set_workbooks import write_set


def column_of(sheet, heading):
    """The number of a column by its heading."""
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def cell(book, heading, row, sheet="Tiêu chí"):
    """A cell of a sheet by its heading."""
    page = book[sheet]
    return page.cell(row=row, column=column_of(page, heading))


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def export_of(criteria_set, change=None):
    """The bytes of a set's workbook; `change` touches the opened workbook first."""
    data = write_set(SetContent.of(criteria_set))
    if change is None:
        return data
    book = openpyxl.load_workbook(BytesIO(data))
    change(book)
    return saved(book)


def as_upload(data, name="Phụ lục.xlsx"):
    return SimpleUploadedFile(name, data)


def sent(actor, owner, data, name="Phụ lục.xlsx"):
    """The upload of a file by somebody for a unit."""
    return upload_set(actor=actor, owner=owner, upload=as_upload(data, name))


def three_faults(book):
    """A number twice, a formula for points, and a kind that nobody knows."""
    cell(book, "Số", 3).value = 1
    cell(book, "Điểm tối đa", 4).value = "=1+1"
    cell(book, "Loại", 5).value = "Chấm điểm"
