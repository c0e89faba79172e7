"""The minutes of a meeting, after the model of Nghị định 30/2020/NĐ-CP, annex III."""

from collections.abc import Iterator

from commitments.models import (
    Campaign,
    Contribution,
    Directive,
    DocumentType,
    Meeting,
    MeetingKind,
    OfficialDocument,
)
from commitments.models.meetings import AgendaItem, ContributionKind
from commitments.papers.heads import SIGN_HERE, foot, head_of, remarks
from wardsecurity.papers.description import (
    DOTS,
    LONG_DOTS,
    Block,
    NumberedList,
    Numbering,
    Paper,
    Paragraph,
    Signature,
    System,
    recipients,
    written_day,
)

_ROMAN = ("I", "II", "III", "IV", "V")


def meeting_minutes(campaign: Campaign, meeting: Meeting, *, trail: str) -> Paper:
    """What was said and decided. A draft until its minutes are numbered as a document.

    Minutes carry no place and date at the head; both stand in the text.
    """
    document = _document_of(meeting)
    units = list(meeting.organising_units.all())
    system = System(document.system) if document else System.STATE
    issuer = document.issuer if document else (units[0] if units else None)
    superior, lines = head_of(system, issuer, campaign.ward)
    display = document.display if document and not document.is_draft else ""
    symbol = (document.symbol if document else "") or "BB-UBND"
    return Paper(
        system=system,
        superior=superior,
        issuer=lines,
        numbering=Numbering(symbol, display),
        title="BIÊN BẢN",
        subject=meeting.title,
        body=tuple(_body(meeting)),
        signatures=(
            Signature("THƯ KÝ", note=SIGN_HERE),
            Signature("CHỦ TRÌ", note=SIGN_HERE),
        ),
        recipients=recipients("Thành phần tham dự"),
        remarks=remarks(campaign, meeting.basis),
        foot=foot(trail),
    )


def _document_of(meeting: Meeting) -> OfficialDocument | None:
    """The minutes as a document; a notice of conclusions is another paper."""
    document = meeting.minutes
    if document is None or document.withdrawn_at is not None:
        return None
    return document if document.doc_type == DocumentType.BIEN_BAN else None


def _body(meeting: Meeting) -> Iterator[Block]:
    day = written_day(meeting.held_on)
    yield Paragraph(f"{DOTS} giờ {DOTS}, {day}.", lead="Thời gian bắt đầu:")
    yield Paragraph(meeting.place or LONG_DOTS, lead="Địa điểm:")
    yield Paragraph(_organisers(meeting), lead="Đơn vị tổ chức:")
    sections: list[tuple[str, list[Block]]] = [
        ("THÀNH PHẦN THAM DỰ", list(_attendance(meeting))),
        ("CHƯƠNG TRÌNH", _agenda(meeting)),
        ("THAM LUẬN, Ý KIẾN", list(_contributions(meeting))),
        ("Ý KIẾN CHỈ ĐẠO", _directives(meeting)),
        ("KẾT LUẬN", [Paragraph(meeting.conclusions or LONG_DOTS * 3)]),
    ]
    told = [(title, blocks) for title, blocks in sections if blocks]
    for numeral, (title, blocks) in zip(_ROMAN, told, strict=False):
        yield Paragraph(f"{numeral}. {title}", heading=True)
        yield from blocks
    word = "Hội nghị" if meeting.kind == MeetingKind.LAUNCH_CONFERENCE else "Cuộc họp"
    yield Paragraph(f"{word} kết thúc vào {DOTS} giờ {DOTS}, {day}./.")


def _organisers(meeting: Meeting) -> str:
    names = [
        *(body.name for body in meeting.organising_bodies.all()),
        *(unit.name for unit in meeting.organising_units.all()),
    ]
    return f"{'; '.join(names)}." if names else LONG_DOTS


def _attendance(meeting: Meeting) -> Iterator[Block]:
    lines = [line.strip() for line in meeting.attendance.splitlines() if line.strip()]
    if lines:
        yield NumberedList(tuple(lines), mark="-")
    if meeting.attendance_count is not None:
        yield Paragraph(f"{meeting.attendance_count} người.", lead="Tổng số:")
    if not lines and meeting.attendance_count is None:
        yield Paragraph(LONG_DOTS * 3)


def _agenda(meeting: Meeting) -> list[Block]:
    points = tuple(_point(item) for item in meeting.agenda.all())
    return [NumberedList(points)] if points else []


def _point(item: AgendaItem) -> str:
    if item.document and item.document.display:
        return f"{item.text_vi} (văn bản số {item.document.display})."
    return f"{item.text_vi}."


def _contributions(meeting: Meeting) -> Iterator[Block]:
    for number, one in enumerate(meeting.contributions.all(), 1):
        yield Paragraph(f"{_speaker(one)}: {one.subject}.", lead=f"{number}.")
        if one.text:
            yield Paragraph(one.text)


def _speaker(one: Contribution) -> str:
    what = "Tham luận" if one.kind == ContributionKind.PAPER else "Ý kiến"
    of = one.unit or one.body
    who = ", ".join(
        part for part in (one.speaker_position, of.name if of else "") if part
    )
    return f"{what} của {who}" if who else what


def _directives(meeting: Meeting) -> list[Block]:
    said = tuple(_directive(one) for one in meeting.directives.all())
    return [NumberedList(said)] if said else []


def _directive(one: Directive) -> str:
    """Who said it, what, for whom, by when."""
    body = one.giver_body.name if one.giver_body else ""
    name = f"{one.giver_rank} {one.giver_name}".strip()
    giver = ", ".join(part for part in (name, one.giver_position or body) if part)
    facts = [
        f"giao {one.responsible_unit.name}" if one.responsible_unit else "",
        f"hạn {one.due_on:%d/%m/%Y}" if one.due_on else "",
    ]
    tail = "; ".join(part for part in facts if part)
    text = one.text_vi.rstrip(". \n")
    return f"{giver}{': ' if giver else ''}{text}{f' ({tail})' if tail else ''}."
