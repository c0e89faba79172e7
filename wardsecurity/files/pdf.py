"""PDF: opened by PDFium to be believed, never rewritten (decision 0004)."""

from pathlib import Path

import pypdfium2 as pdfium
from PIL.Image import Image

from wardsecurity.files.findings import Findings, Refused, damaged
from wardsecurity.files.kinds import PREVIEW_HEIGHT, PREVIEW_WIDTH

_ZIP_END = b"PK\x05\x06"  # the end record of a ZIP archive: 22 bytes and a comment
_ZIP_END_SIZE = 22
_ZIP_TAIL = 0xFFFF + _ZIP_END_SIZE  # readers look no further back


def inspect_pdf(path: Path) -> tuple[Findings, pdfium.PdfDocument]:
    """Return the findings and the open document.

    A PDF that opens without a password but forbids printing or copying is encrypted
    too, and RULES "Files" refuses it.

    Raises Refused "file_encrypted", "file_polyglot" or "file_damaged".
    """
    if _is_also_zip(path):
        raise Refused("file_polyglot", "pdf")
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in (
            pdfium.raw.FPDF_ERR_PASSWORD,
            pdfium.raw.FPDF_ERR_SECURITY,
        ):
            raise Refused("file_encrypted", "pdf") from None
        damaged()
    if pdfium.raw.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Refused("file_encrypted", "pdf")
    pages = len(document)
    if not pages:
        damaged()
    return Findings("pdf", path.name, pages=pages), document


def draw_first_page(document: pdfium.PdfDocument) -> Image:
    """Return the first page as a picture as wide as a preview, seals included."""
    document.init_forms()  # a digital signature's seal is a form field
    page = document[0]
    width, height = page.get_size()
    scale = min(PREVIEW_WIDTH / width, PREVIEW_HEIGHT / height)
    image: Image = page.render(scale=scale).to_pil()
    return image


def _is_also_zip(path: Path) -> bool:
    """Whether a ZIP reader would open it: an archive hung on, or wrapped around.

    A ZIP attached inside a PDF lies before the PDF's own end, and is not meant.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = max(size - _ZIP_TAIL, 0)
        file.seek(start)
        tail = file.read()
    own_end = tail.rfind(b"%%EOF")
    at = tail.find(_ZIP_END)
    while at != -1:
        comment = int.from_bytes(tail[at + 20 : at + _ZIP_END_SIZE], "little")
        if at > own_end or at + _ZIP_END_SIZE + comment == len(tail):
            return True
        at = tail.find(_ZIP_END, at + 1)
    return False
