"""Sending a workbook: saved under its name, kept nowhere on the way."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from wardsecurity.spreadsheets.writing import CONTENT_TYPE


def workbook_response(data: bytes, *, name: str) -> HttpResponse:
    """Send a workbook as `name`.xlsx; the name loses what a path could be made of."""
    stem = name.replace("/", "-").replace("\\", "-").removesuffix(".xlsx")[:150]
    response = HttpResponse(data, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{stem}.xlsx") or ""
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Encoding"] = "identity"  # packed already
    return response
