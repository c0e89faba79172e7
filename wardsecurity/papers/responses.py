"""Sending a paper: PDF is shown, DOCX saved; neither is kept on the way."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from wardsecurity.files.names import display_name
from wardsecurity.papers.description import Paper
from wardsecurity.papers.docx import render_docx
from wardsecurity.papers.pdf import render_pdf

PDF, DOCX = "pdf", "docx"
_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def paper_response(papers: Sequence[Paper], *, kind: str, name: str) -> HttpResponse:
    """Send papers as one file called `name`; DOCX takes a single one.

    The name keeps its Vietnamese letters and loses whatever a path or a header could
    be made of.
    """
    if kind == PDF:
        content = render_pdf(papers, title=name)
    else:
        (paper,) = papers
        content = render_docx(paper)
    response = HttpResponse(content, content_type=_TYPES[kind])
    stem = display_name(name.replace("/", "-").replace("\\", "-")[:150])
    disposition = content_disposition_header(kind == DOCX, f"{stem}.{kind}")
    response["Content-Disposition"] = disposition or "inline"
    response["Cache-Control"] = "private, no-store"
    response["Content-Encoding"] = "identity"  # packed already
    return response
