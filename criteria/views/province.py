"""The page of a province or of the country, and its lists to take away."""

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from criteria.selectors.province import (
    get_many_wards_unit,
    get_province_board,
    latest_year,
)
from criteria.selectors.province_filters import asked_of
from criteria.selectors.province_table import ProvinceTable, get_province_table
from wardsecurity.permissions import may
from wardsecurity.spreadsheets.lists import csv_lines, xlsx_file


@require_safe
def province_latest(request: HttpRequest, unit: str) -> HttpResponse:
    """The newest year of a province."""
    found = get_many_wards_unit(user=request.user, slug=unit)
    return redirect("criteria:province", unit=found.slug, year=latest_year(found))


@require_safe
def province(request: HttpRequest, unit: str, year: int) -> HttpResponse:
    """Heat map, distribution, ranking, who is stuck where, and year over year."""
    found = get_many_wards_unit(user=request.user, slug=unit)
    request.nav = "province"  # type: ignore[attr-defined]
    board = get_province_board(unit=found, year=year, asked=asked_of(request.GET))
    context = {
        "board": board,
        "may_replicate": may(request.user, "open_for_ward", found),
    }
    return render(request, "criteria/province/province.html", context)


def _table(request: HttpRequest, unit: str, year: int) -> ProvinceTable:
    found = get_many_wards_unit(user=request.user, slug=unit)
    return get_province_table(unit=found, year=year, asked=asked_of(request.GET))


@require_safe
def province_csv(request: HttpRequest, unit: str, year: int) -> StreamingHttpResponse:
    """The list asked for as CSV, sent as it is made."""
    table = _table(request, unit, year)
    return StreamingHttpResponse(
        csv_lines(table.columns, table.rows()),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{table.file_name}.csv"'
        },
    )


@require_safe
def province_xlsx(request: HttpRequest, unit: str, year: int) -> FileResponse:
    """The list asked for as a workbook."""
    table = _table(request, unit, year)
    file = xlsx_file(str(year), table.columns, table.rows(), widths=table.widths)
    return FileResponse(file, as_attachment=True, filename=f"{table.file_name}.xlsx")
