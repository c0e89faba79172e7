"""Official papers as Word files, from the same description as the PDF."""

import io
from collections.abc import Iterable
from typing import Any

import docx
import segno
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.section import Section
from docx.shared import Cm, Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from wardsecurity.papers.description import (
    DRAFT,
    MOTTO,
    NATION,
    PARTY,
    RECIPIENTS,
    Align,
    Block,
    NumberedList,
    Paper,
    Paragraph,
    Signature,
    System,
    Table,
)
from wardsecurity.papers.fonts import BODY_PT
from wardsecurity.papers.word import (
    boxed,
    field,
    plain_grid,
    printable,
    repeats_on_each_page,
    rule_below,
    set_faces,
    whole_row,
)

CONTENT_MM = 165  # A4 less 30 mm at the left and 15 mm at the right
HEAD_MM = (72, 93)
_ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.JUSTIFY: WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def render_docx(paper: Paper) -> bytes:
    """Return one paper as DOCX: A4, margins, fonts, head and foot as in the PDF."""
    document = docx.Document()
    _page(document, paper)
    _facts(document, paper)
    _head(document, paper)
    _title(document, paper)
    for block in paper.body:
        _block(document, block)
    if paper.signatures:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    _closing(document, paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Document, paper: Paper) -> None:
    set_faces(document, BODY_PT)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(20), Mm(15)
    section.bottom_margin, section.left_margin = Mm(20), Mm(30)
    section.header_distance, section.footer_distance = Mm(10), Mm(8)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(number, "PAGE", Pt(BODY_PT))
    _foot(section, paper)


def _foot(section: Section, paper: Paper) -> None:
    for place in (section.footer, section.first_page_footer):
        line = place.paragraphs[0]
        for text in paper.foot:
            _text(line, text, size=8)
            line = place.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _text(line, "Trang ", size=8)
        field(line, "PAGE", Pt(8))
        _text(line, "/", size=8)
        field(line, "NUMPAGES", Pt(8))
        for one in place.paragraphs:
            _spaced(one, 0)


def _facts(document: Document, paper: Paper) -> None:
    """Title and language; the names python-docx would leave behind are taken out."""
    facts = document.core_properties
    facts.title, facts.language = printable(paper.name)[:255], "vi-VN"
    facts.author = facts.last_modified_by = facts.comments = ""


def _head(document: Document, paper: Paper) -> None:
    party = paper.system == System.PARTY
    widths = (CONTENT_MM // 2, CONTENT_MM // 2) if party else HEAD_MM
    grid = plain_grid(document, 2, widths)
    left, right = grid.rows[0].cells
    if paper.superior:
        _line(left, paper.superior, size=12)
    for text in paper.issuer:
        _line(left, text, size=12, bold=True)
    if party:
        _line(left, "*", size=12)
        _line(right, PARTY, size=14, bold=True)
        rule_below(_thin(right.add_paragraph()), Mm(8))
    else:
        rule_below(_thin(left.add_paragraph()), Mm(widths[0] * 0.35))
        _line(right, NATION, size=12, bold=True)
        _line(right, MOTTO, size=13, bold=True)
        rule_below(_thin(right.add_paragraph()), Mm(16))
    left, right = grid.add_row().cells
    if paper.number_line:
        _spaced(_line(left, paper.number_line, size=13), 6)
    if paper.shows_draft:
        boxed(_spaced(_line(left, DRAFT, size=12, bold=True), 6).runs[0])
    if paper.date_line:
        _spaced(_line(right, paper.date_line, size=13, italic=True), 6)


def _title(document: Document, paper: Paper) -> None:
    heading = document.add_paragraph()
    _spaced(heading, 16)
    _text(heading, paper.title, size=14, bold=True)
    lines = [heading, document.add_paragraph()]
    _text(lines[1], paper.subject, size=14, bold=True)
    if paper.under_title:
        lines.append(document.add_paragraph())
        _text(lines[2], paper.under_title, italic=True)
    rule = _thin(document.add_paragraph())
    rule_below(rule, Mm(62))
    rule.paragraph_format.space_after = Pt(12)
    for line in (*lines, rule):
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.keep_with_next = True


def _block(document: Document, block: Block) -> None:
    match block:
        case Paragraph():
            _paragraph(document, block)
        case NumberedList():
            for line in block.lines():
                _text(_body(document.add_paragraph(), Align.JUSTIFY), line)
        case Table():
            _table(document, block)


def _paragraph(document: Document, block: Paragraph) -> None:
    lines = [line for line in block.text.splitlines() if line.strip()] or [""]
    for index, line in enumerate(lines):
        paragraph = _body(document.add_paragraph(), block.align)
        paragraph.paragraph_format.keep_with_next = block.heading
        if block.lead and index == 0:
            _text(paragraph, f"{block.lead} ", bold=True)
        _text(paragraph, line, bold=block.heading, italic=block.italic)


def _body(paragraph: WordParagraph, align: Align) -> WordParagraph:
    paragraph.alignment = _ALIGN[align]
    if align == Align.JUSTIFY:
        paragraph.paragraph_format.first_line_indent = Cm(1)
    return _spaced(paragraph, 6)


def _table(document: Document, block: Table) -> None:
    _thin(document.add_paragraph())
    shares = sum(column.width for column in block.columns)
    widths = [CONTENT_MM * column.width / shares for column in block.columns]
    table = plain_grid(document, len(widths), widths, ruled=True)
    heads = [column.head for column in block.columns]
    _cells(table, 0, heads, [Align.CENTRE] * len(heads), bold=True)
    repeats_on_each_page(table.rows[0])
    aligns = [column.align for column in block.columns]
    for index, row in enumerate(block.rows, 1):
        table.add_row()
        _cells(table, index, row, aligns)
    for row in table.rows:
        whole_row(row)


def _cells(
    table: WordTable,
    index: int,
    texts: Iterable[str],
    aligns: Iterable[Align],
    *,
    bold: bool = False,
) -> None:
    for cell, text, align in zip(table.rows[index].cells, texts, aligns, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = _spaced(cell.paragraphs[0], 2)
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.alignment = _ALIGN[align]
        _text(paragraph, text, size=12, bold=bold)


def _closing(document: Document, paper: Paper) -> None:
    """Signatures in one row that does not break; the line before it stays with it.

    Recipients stand at the left of a single signature, below several; so do the code
    and the remarks.
    """
    _spaced(document.add_paragraph(), 0).paragraph_format.keep_with_next = True
    if len(paper.signatures) == 1:
        left, right = _unbroken(document, [CONTENT_MM / 2] * 2)
        _signature(right, paper.signatures[0])
        _recipients(left, paper)
        _code(left, left, paper)
        return
    if paper.signatures:
        count = len(paper.signatures)
        cells = _unbroken(document, [CONTENT_MM / count] * count)
        for cell, signature in zip(cells, paper.signatures, strict=True):
            _signature(cell, signature)
            for line in cell.paragraphs:
                line.paragraph_format.keep_with_next = True
    _recipients(document, paper)
    if paper.qr:
        picture_at, words_at = _unbroken(document, [27, CONTENT_MM - 27])
        _code(picture_at, words_at, paper)
    else:
        _code(document, document, paper)


def _unbroken(document: Document, widths: list[float]) -> list[_Cell]:
    """The cells of a row that stays on one page."""
    grid = plain_grid(document, len(widths), widths)
    whole_row(grid.rows[0])
    return list(grid.rows[0].cells)


def _recipients(place: Any, paper: Paper) -> None:
    if paper.recipients:
        _small(place, RECIPIENTS, size=12, bold=True, italic=True)
        for text in paper.recipients:
            _small(place, text, size=11)


def _signature(cell: _Cell, signature: Signature) -> None:
    for text in (*signature.authority, signature.position):
        if text:
            _line(cell, text, bold=True)
    if signature.note:
        _line(cell, signature.note, italic=True)
    _spaced(_line(cell, signature.name, bold=True), 56)  # room for seal and signature


def _code(picture_at: Any, words_at: Any, paper: Paper) -> None:
    """The QR code, its caption, and the remarks; remarks alone without a code."""
    if paper.qr:
        picture = io.BytesIO()
        code = segno.make(paper.qr.url, error="m", micro=False)
        code.save(picture, kind="png", scale=8, border=4)
        picture.seek(0)
        paragraph = _spaced(_next(picture_at), 6)
        shape = paragraph.add_run().add_picture(picture, width=Mm(22))
        shape._inline.docPr.set("descr", printable(paper.qr.caption))
        _spaced(_small(words_at, paper.qr.caption, size=11), 6)
    for remark in paper.remarks:
        _spaced(_small(words_at, remark, size=11, italic=True), 4)


def _next(place: Any) -> WordParagraph:
    """The next paragraph of a cell or document: a new cell has one already."""
    if isinstance(place, _Cell) and len(place.paragraphs) == 1:
        first = place.paragraphs[0]
        return place.add_paragraph() if first.runs else first
    return place.add_paragraph()


def _line(cell: _Cell, text: str, **style: Any) -> WordParagraph:
    paragraph = _next(cell)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _text(paragraph, text, **style)
    return _spaced(paragraph, 0)


def _thin(paragraph: WordParagraph) -> WordParagraph:
    """Make an empty paragraph low: it only carries a rule, or keeps a distance."""
    paragraph.paragraph_format.line_spacing = Pt(4)
    return paragraph


def _small(place: Any, text: str, **style: Any) -> WordParagraph:
    paragraph = _next(place)
    _text(paragraph, text, **style)
    return _spaced(paragraph, 0)


def _text(
    paragraph: WordParagraph,
    text: str,
    *,
    size: float = BODY_PT,
    bold: bool = False,
    italic: bool = False,
) -> None:
    run = paragraph.add_run(printable(text))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _spaced(paragraph: WordParagraph, before: float) -> WordParagraph:
    paragraph.paragraph_format.space_before = Pt(before)
    return paragraph
