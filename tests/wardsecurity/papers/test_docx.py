"""Word files opened again: the same words, margins, faces and numbers as the PDF."""

import re

import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tests.factories.descriptions import CLOSING, a_paper, a_party_paper, a_table
from tests.wardsecurity.papers.reading import text_of, word, word_text
from wardsecurity.papers.description import (
    Numbering,
    Paragraph,
    QrCode,
    Signature,
)
from wardsecurity.papers.docx import render_docx
from wardsecurity.papers.pdf import render_pdf


def opened(paper):
    return word(render_docx(paper))


PAPERS = [
    a_paper(),
    a_party_paper(),
    a_paper(numbering=Numbering("KH-UBND"), dated=None, under_title="(Năm 2023)"),
    a_paper(signatures=(Signature("THƯ KÝ", note="(Ký)"), Signature("CHỦ TRÌ"))),
]


def words_of(text):
    return sorted(re.findall(r"[\w/.“”*;-]+", text))


@pytest.mark.parametrize("paper", PAPERS)
def test_word_and_pdf_hold_the_same_words(paper):
    """The foot aside, which stands in another part of a Word file."""
    document = opened(paper)
    foot = " ".join(
        line.text for line in document.sections[0].first_page_footer.paragraphs
    )
    in_word = word_text(document) + " " + foot.replace("Trang /", "Trang 1/1")
    assert words_of(in_word) == words_of(text_of(render_pdf([paper], title="x")))


def test_the_draft_mark_goes_with_the_number():
    draft = opened(a_paper(numbering=Numbering("KH-UBND")))
    assert "DỰ THẢO" in word_text(draft)
    assert draft.element.body.findall(f".//{qn('w:bdr')}")
    assert "DỰ THẢO" not in word_text(opened(a_paper()))


def test_a4_with_the_margins_of_the_decree():
    section = opened(a_paper()).sections[0]
    found = [
        section.page_width,
        section.page_height,
        section.top_margin,
        section.right_margin,
        section.bottom_margin,
        section.left_margin,
    ]
    assert [round(one.mm) for one in found] == [210, 297, 20, 15, 20, 30]


def test_times_new_roman_for_every_script():
    style = opened(a_paper()).styles["Normal"]
    faces = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        assert faces.get(qn(f"w:{script}")) == "Times New Roman"
    assert style.font.size == Pt(13)
    assert style.element.rPr.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"


def test_body_text_is_justified_and_indented():
    document = opened(a_paper())
    (line,) = [one for one in document.paragraphs if one.text == CLOSING]
    assert line.alignment.name == "JUSTIFY"
    assert line.paragraph_format.first_line_indent.cm == pytest.approx(1, abs=0.01)
    assert line.paragraph_format.space_before == Pt(6)
    assert line.paragraph_format.keep_with_next


def test_the_page_number_is_a_field_at_the_top_but_on_the_first_page():
    section = opened(a_paper()).sections[0]
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header.paragraphs[0]._p.xml
    assert section.header.paragraphs[0].alignment.name == "CENTER"
    assert "w:instr" not in section.first_page_header._element.xml


def test_heads_of_tables_repeat_and_rows_stay_whole():
    document = opened(a_paper(body=(a_table(40), Paragraph(CLOSING))))
    table = document.tables[1]
    assert table.rows[0]._tr.trPr.findall(qn("w:tblHeader"))
    assert all(row._tr.trPr.findall(qn("w:cantSplit")) for row in table.rows)
    assert sum(column.width for column in table.columns) == pytest.approx(
        Mm(165), rel=0.01
    )


@pytest.mark.parametrize(
    "text", ["<w:p/> & ]]>", "# $ \\ @ <x>", "một\x00hai\x0bba\x1f", "\ufffe\uffff😀"]
)
def test_what_people_type_is_text_only(text):
    kept = "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
    found = word_text(opened(a_paper(subject=text, recipients=(text,))))
    assert found.count(kept) == 2


def test_the_code_stands_as_a_picture_with_its_caption():
    document = opened(a_paper(qr=QrCode("https://phuong.example/q/x/", "Quét mã")))
    assert len(document.inline_shapes) == 1
    assert round(document.inline_shapes[0].width.mm) == 22
    assert "Quét mã" in word_text(document)


def test_the_file_tells_its_title_and_nobodys_name():
    facts = opened(a_paper()).core_properties
    assert facts.title == "Kế hoạch Xây dựng “Phường điển hình” năm 2023"
    assert (facts.author, facts.last_modified_by, facts.comments) == ("", "", "")
