"""What python-docx has no words for: fields, frames, rules, faces for each script."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from wardsecurity.papers.fonts import FACES

# Word wants the parts of a paragraph's properties in the order of its schema.
_AFTER_BORDERS = tuple(
    f"w:{name}"
    for name in (
        *("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap"),
        *("overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi"),
        *("adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing"),
        *("mirrorIndents", "suppressOverlap", "jc", "textDirection"),
        *("textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle"),
        *("rPr", "sectPr", "pPrChange"),
    )
)
_SCRIPTS = ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs")


def printable(text: str) -> str:
    """Return the text without what XML cannot hold (control characters and the like).

    Nothing else is lost: tab and line feed are kept.
    """
    return "".join(
        char
        for char in text
        if char in "\t\n"
        or "\x20" <= char <= "\ud7ff"
        or "\ue000" <= char <= "\ufffd"
        or char >= "\U00010000"
    )


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_faces(document: Document, size: float) -> None:
    """Times New Roman for every script, Vietnamese as the language, no gaps between."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = FACES[0], Pt(size)
    properties = style.element.get_or_add_rPr()
    faces = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{theme}"), None)
    for script in _SCRIPTS:
        faces.set(qn(script), FACES[0])
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(_element("w:lang", val="vi-VN", eastAsia="vi-VN", bidi="ar-SA"))
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing = 1.1


def field(paragraph: Paragraph, code: str, size: Length) -> None:
    """Add a field Word works out itself: PAGE, NUMPAGES."""
    run = paragraph.add_run()
    run.font.size = size
    simple = _element("w:fldSimple", instr=code)
    paragraph._p.append(simple)
    simple.append(run._r)
    run.text = "1"


def plain_grid(
    document: Document, columns: int, widths_mm: Sequence[float], *, ruled: bool = False
) -> Table:
    """Add a table of one row with fixed widths, without lines unless `ruled`."""
    table = document.add_table(1, columns)
    if ruled:
        table.style = "Table Grid"
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths_mm, strict=True):
        cell.width = Mm(width)
    return table


def repeats_on_each_page(row: _Row) -> None:
    """Make a row the head of its table on every page."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def whole_row(row: _Row) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def boxed(run: Run) -> None:
    """Put a frame around a run."""
    run._r.get_or_add_rPr().append(
        _element("w:bdr", val="single", sz="8", space="3", color="auto")
    )


def rule_below(paragraph: Paragraph, indent: Length) -> None:
    """Draw a line below a paragraph, shorter than its place by `indent` at each side.

    A rule shorter than its text stands in an empty paragraph of its own.
    """
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="auto"))
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDERS)
    paragraph.paragraph_format.left_indent = indent
    paragraph.paragraph_format.right_indent = indent
