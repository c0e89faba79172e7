"""Reading papers back, as another program does."""

import ctypes
import io

import docx
import pypdfium2
import zxingcpp
from pypdfium2 import raw

MM = 72 / 25.4  # points
WIDTH, HEIGHT = 210 * MM, 297 * MM


def plain(text):
    """The words, one space between them."""
    return " ".join(text.replace("\u200b", "").split())


def pages_of(pdf):
    """The words of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [plain(page.get_textpage().get_text_bounded()) for page in document]


def text_of(pdf):
    return plain(" ".join(pages_of(pdf)))


def top_margins(pdf):
    """What stands in the top margin of each page."""
    return [
        page.get_textpage().get_text_bounded(bottom=HEIGHT - 19 * MM).strip()
        for page in pypdfium2.PdfDocument(pdf)
    ]


def boxes(pdf):
    """Left, bottom, right, top of every visible letter, in points from the corner."""
    for page in pypdfium2.PdfDocument(pdf):
        words = page.get_textpage()
        for index in range(words.count_chars()):
            if not words.get_text_range(index, 1).isspace():
                yield words.get_charbox(index)


def faces_of(pdf):
    """Names of the fonts in use, and the sizes of the letters."""
    names, sizes = set(), set()
    for page in pypdfium2.PdfDocument(pdf):
        words = page.get_textpage()
        for index in range(words.count_chars()):
            buffer, flags = ctypes.create_string_buffer(100), ctypes.c_int()
            if raw.FPDFText_GetFontInfo(words, index, buffer, 100, flags):
                names.add(buffer.value.decode().split("+")[-1].split("-")[0])
                sizes.add(round(raw.FPDFText_GetFontSize(words, index), 1))
    return names, sizes


def codes_of(pdf):
    """What the QR codes say, page by page, from the page as printed."""
    return [
        [code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
        for page in pypdfium2.PdfDocument(pdf)
    ]


def word(content):
    return docx.Document(io.BytesIO(content))


def word_text(document):
    """Every text of a Word file's body, cells included."""
    found = []
    for node in document.element.body.iter():
        if node.tag.endswith("}t"):
            found.append(node.text or "")
        elif node.tag.endswith("}p"):
            found.append(" ")
    return plain("".join(found))
