"""Descriptions of papers, for tests."""

import datetime as dt

from wardsecurity.papers.description import (
    Align,
    Column,
    NumberedList,
    Numbering,
    Paper,
    Paragraph,
    PlaceAndDate,
    Signature,
    System,
    Table,
    recipients,
)

CLOSING = "Kế hoạch này có hiệu lực từ ngày ký./."


def a_paper(**changes):
    """A numbered plan of a ward with something of everything."""
    facts = {
        "system": System.STATE,
        "superior": "",
        "issuer": ("ỦY BAN NHÂN DÂN", "PHƯỜNG ĐỨC NINH ĐÔNG"),
        "numbering": Numbering("KH-UBND", "27/KH-UBND"),
        "dated": PlaceAndDate("Đồng Hới", dt.date(2023, 6, 5)),
        "title": "KẾ HOẠCH",
        "subject": "Xây dựng “Phường điển hình” năm 2023",
        "body": (
            Paragraph("Huy động cả hệ thống chính trị.", lead="Mục đích:"),
            Paragraph("I. NHIỆM VỤ", heading=True),
            NumberedList(("Tuyên truyền, vận động.", "Nhân rộng mô hình.")),
            a_table(2),
            Paragraph(CLOSING),
        ),
        "signatures": (Signature("CHỦ TỊCH", ("TM. ỦY BAN NHÂN DÂN",)),),
        "recipients": recipients("Như trên", kept_by="VT, BCĐ"),
        "remarks": ("Lời văn do dự án soạn.",),
        "foot": ("Nhật ký 12 · " + "ab" * 32,),
    }
    return Paper(**facts | changes)


def a_party_paper(**changes):
    """A numbered resolution of a Party Committee."""
    facts = {
        "system": System.PARTY,
        "superior": "ĐẢNG BỘ THÀNH PHỐ ĐỒNG HỚI",
        "issuer": ("ĐẢNG ỦY PHƯỜNG ĐỨC NINH ĐÔNG",),
        "numbering": Numbering("NQ/ĐU", "15-NQ/ĐU"),
        "title": "NGHỊ QUYẾT",
        "signatures": (Signature("BÍ THƯ", ("T/M ĐẢNG ỦY",)),),
    }
    return a_paper(**facts | changes)


def a_table(rows, tasks="Theo dõi, đôn đốc"):
    """A table of posts."""
    columns = (
        Column("TT", 1, Align.CENTRE),
        Column("Chức vụ", 4),
        Column("Nhiệm vụ", 5),
    )
    return Table(
        columns,
        tuple((str(n), f"Công chức số {n}", tasks) for n in range(1, rows + 1)),
    )
