"""PDF read back: everything is there, in its place, and nothing typed is obeyed."""

import re

import pypdfium2
import pytest

from tests.factories.descriptions import CLOSING, a_paper, a_party_paper, a_table
from tests.wardsecurity.papers.reading import (
    HEIGHT,
    MM,
    WIDTH,
    boxes,
    codes_of,
    faces_of,
    pages_of,
    plain,
    text_of,
    top_margins,
)
from wardsecurity.papers.description import (
    LONGEST_CLOSING,
    NumberedList,
    Numbering,
    Paragraph,
    QrCode,
    Signature,
)
from wardsecurity.papers.fonts import FACES
from wardsecurity.papers.pdf import LAYOUT, render_pdf

HOSTILE = [
    '#read("/etc/passwd")',
    "#panic() #let x = 1",
    "$ sum_x $ và 5 $",
    r"\ \u{41} C:\tệp",
    "@nguồn <nhãn>",
    "*đậm* _nghiêng_ `mã`",
    "= Đầu mục",
    "// chú thích /* dài */",
    '"nháy" -- --- ... ~',
    "</svg><script>alert(1)</script>",
    '{"title": "x"}',
]


def one(paper):
    return render_pdf([paper], title=paper.name)


def test_every_field_is_read_back_with_its_diacritics():
    text = text_of(one(a_paper()))
    for words in [
        "ỦY BAN NHÂN DÂN PHƯỜNG ĐỨC NINH ĐÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 27/KH-UBND",
        "Đồng Hới, ngày 05 tháng 6 năm 2023",
        "KẾ HOẠCH",
        "Xây dựng “Phường điển hình” năm 2023",
        "Mục đích: Huy động cả hệ thống chính trị.",
        "I. NHIỆM VỤ",
        "1. Tuyên truyền, vận động.",
        "2. Nhân rộng mô hình.",
        "TT Chức vụ Nhiệm vụ",
        "Công chức số 2",
        "Nơi nhận: - Như trên; - Lưu: VT, BCĐ.",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "Lời văn do dự án soạn.",
        "Nhật ký 12 · " + "ab" * 32,
        "Trang 1/1",
    ]:
        assert words in text


def test_a_party_paper_has_its_own_head_and_never_the_motto():
    text = text_of(one(a_party_paper()))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "ĐẢNG ỦY PHƯỜNG ĐỨC NINH ĐÔNG *" in text
    assert "Số 15-NQ/ĐU" in text
    assert "T/M ĐẢNG ỦY" in text
    assert "Độc lập" not in text
    assert "CỘNG HÒA" not in text


def test_a_state_paper_never_names_the_party_at_its_head():
    assert "ĐẢNG CỘNG SẢN" not in text_of(one(a_paper()))


@pytest.mark.parametrize(("display", "shown"), [("", True), ("27/KH-UBND", False)])
def test_the_draft_mark_goes_with_the_number(display, shown):
    paper = a_paper(numbering=Numbering("KH-UBND", display))
    assert ("DỰ THẢO" in text_of(one(paper))) == shown


def test_pages_are_numbered_at_the_top_from_the_second_on_for_each_paper():
    long = a_paper(body=(a_table(90), Paragraph(CLOSING)))
    pdf = render_pdf([long, a_paper(), long], title="Nhiều văn bản")
    pages = len(pages_of(one(long)))
    assert pages > 2
    own = ["", *(str(number) for number in range(2, pages + 1))]
    assert top_margins(pdf) == [*own, "", *own]
    assert pages_of(pdf)[pages - 1].endswith(f"Trang {pages}/{pages}")


def test_the_head_of_a_table_repeats_on_every_page():
    pages = pages_of(one(a_paper(body=(a_table(90), Paragraph(CLOSING)))))
    for page in pages[:-1]:
        assert "TT Chức vụ Nhiệm vụ" in page


def test_a_row_never_breaks_over_two_pages():
    tasks = "Một việc dài. " * 40 + "Hết việc."
    pages = pages_of(one(a_paper(body=(a_table(9, tasks), Paragraph(CLOSING)))))
    assert [page.count("Công chức số") for page in pages] == [
        page.count("Hết việc.") for page in pages
    ]


def test_signatures_never_stand_alone_on_a_page():
    """Sixty lengths, so that every way to end a page comes up."""
    papers = [
        a_paper(body=(a_table(rows), Paragraph(CLOSING))) for rows in range(1, 61)
    ]
    signed = [
        page
        for page in pages_of(render_pdf(papers, title="Độ dài"))
        if "TM. ỦY BAN NHÂN DÂN" in page
    ]
    assert len(signed) == 60
    assert all(CLOSING in page for page in signed)


def test_the_longest_closing_paragraph_goes_with_the_signatures_as_a_whole():
    closing = ("Kết luận của cuộc họp. " * 30)[: LONGEST_CLOSING - 6] + "Hết./."
    papers = [
        a_paper(body=(a_table(rows), Paragraph(closing))) for rows in range(1, 61)
    ]
    signed = [
        page
        for page in pages_of(render_pdf(papers, title="Độ dài"))
        if "TM. ỦY BAN NHÂN DÂN" in page
    ]
    assert len(signed) == 60
    assert all(plain(closing) in page for page in signed)


def test_text_stays_within_the_margins():
    wide = "x" * 400
    paper = a_paper(
        subject=f"Về {wide}",
        body=(
            Paragraph(wide),
            NumberedList((wide,)),
            a_table(40, f"{wide} {'Việc dài ' * 20}"),
            Paragraph(CLOSING),
        ),
        signatures=(Signature(wide, (wide,)),),
    )
    for left, bottom, right, top in boxes(one(paper)):
        assert left >= 30 * MM - 0.5
        assert right <= WIDTH - 15 * MM + 0.5
        assert bottom >= 5 * MM
        assert top <= HEIGHT - 8 * MM


def test_the_page_is_a4_and_the_faces_are_of_the_list():
    pdf = one(a_paper())
    width, height = pypdfium2.PdfDocument(pdf)[0].get_size()
    assert (round(width), round(height)) == (round(WIDTH), round(HEIGHT))
    names, sizes = faces_of(pdf)
    assert names <= {face.replace(" ", "") for face in FACES} | {"TimesNewRomanPS"}
    assert {13.0, 14.0} <= sizes


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_printed_and_never_obeyed(text):
    paper = a_paper(
        superior=text,
        issuer=(text,),
        subject=text,
        under_title=text,
        body=(Paragraph(text, lead=text), NumberedList((text,)), Paragraph(text)),
        signatures=(Signature(text, (text,), name=text),),
        recipients=(text,),
        remarks=(text,),
        foot=(text,),
        qr=QrCode("https://phuong.example/q/x/", text),
    )
    compact = "".join(text.split())
    assert "".join(text_of(one(paper)).split()).count(compact) >= 13


def test_the_template_reads_no_file_and_runs_no_text():
    assert [path.name for path in LAYOUT.iterdir()] == ["paper.typ"]
    source = (LAYOUT / "paper.typ").read_text(encoding="utf-8")
    code = re.sub(r"//.*", "", source)
    assert not re.search(r"\b(import|include|read|eval|plugin|csv|yaml|xml)\b", code)


def test_each_line_typed_is_a_line_of_its_own():
    text = pages_of(one(a_paper(body=(Paragraph("Dòng một\n\nDòng hai"),))))[0]
    assert "Dòng một Dòng hai" in text


def test_the_code_on_the_page_says_its_address():
    paper = a_paper(qr=QrCode("https://phuong.example/q/Ab_9-x/", "Quét mã"))
    pdf = one(paper)
    assert codes_of(pdf) == [["https://phuong.example/q/Ab_9-x/"]]
    assert "Quét mã" in text_of(pdf)


def test_the_file_tells_its_title_and_nobodys_name():
    facts = pypdfium2.PdfDocument(one(a_paper())).get_metadata_dict()
    assert facts["Title"] == "Kế hoạch Xây dựng “Phường điển hình” năm 2023"
    assert not facts["Author"]
    assert not facts["CreationDate"]


def test_two_hundred_papers_are_set_in_one_file():
    papers = [a_paper(subject=f"Đơn vị thứ {number}") for number in range(200)]
    pages = pages_of(render_pdf(papers, title="Hai trăm"))
    assert len(pages) == 200
    assert "Đơn vị thứ 199" in pages[-1]
    assert pages[-1].endswith("Trang 1/1")
