"""The page of a province or of the country, and its lists to take away."""

import csv
import tempfile
from collections.abc import Iterator

import xlsxwriter
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from criteria.selectors.province import (
    get_many_wards_unit,
    get_province_board,
    latest_year,
)
from criteria.selectors.province_filters import asked_of
from criteria.selectors.province_table import ProvinceTable, Value, get_province_table

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@require_safe
def province_latest(request: HttpRequest, unit: str) -> HttpResponse:
    """The newest year of a province."""
    found = get_many_wards_unit(user=request.user, slug=unit)
    return redirect("criteria:province", unit=found.slug, year=latest_year(found))


@require_safe
@vary_on_headers("HX-Request")
def province(request: HttpRequest, unit: str, year: int) -> HttpResponse:
    """Heat map, distribution, ranking, who is stuck where, and year over year."""
    found = get_many_wards_unit(user=request.user, slug=unit)
    request.nav = "province"  # type: ignore[attr-defined]
    board = get_province_board(unit=found, year=year, asked=asked_of(request.GET))
    return render(request, "criteria/province/province.html", {"board": board})


def _table(request: HttpRequest, unit: str, year: int) -> ProvinceTable:
    found = get_many_wards_unit(user=request.user, slug=unit)
    return get_province_table(unit=found, year=year, asked=asked_of(request.GET))


@require_safe
def province_csv(request: HttpRequest, unit: str, year: int) -> StreamingHttpResponse:
    """The list asked for as CSV, row by row, as a Vietnamese Excel opens it."""
    table = _table(request, unit, year)
    response = StreamingHttpResponse(
        _csv_lines(table), content_type="text/csv; charset=utf-8"
    )
    name = f"{table.file_name}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(table: ProvinceTable) -> Iterator[str]:
    """Semicolons, since the comma is the decimal sign; a mark that says UTF-8."""
    write = csv.writer(_Echo(), delimiter=";").writerow
    yield "\ufeff"
    yield write([_safe(name) for name in table.columns])
    for row in table.rows():
        yield write([_safe(value) for value in row])


def _safe(value: Value) -> Value:
    """Text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.lstrip().startswith(_FORMULA):
        return f"'{value}"
    return value


@require_safe
def province_xlsx(request: HttpRequest, unit: str, year: int) -> FileResponse:
    """The list asked for as a workbook, written row by row to a file of its own."""
    table = _table(request, unit, year)
    file = tempfile.TemporaryFile()  # closed by the response  # noqa: SIM115
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(str(year))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 28)
        sheet.set_column(2, 3, 18)
        for place, row in enumerate([table.columns, *table.rows()]):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(place, column, value, None if place else bold)
                elif value is not None:
                    sheet.write_number(place, column, value)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{table.file_name}.xlsx")
