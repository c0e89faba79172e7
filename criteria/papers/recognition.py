"""The recognition sheet: three results side by side, the decision, and the proof.

It carries no number of its own: the number on it is that of the recognising decision,
and it is a draft until there is one. Which body may decide was not found in any text
read (data/domain.md §2), so its name is what was typed in when it was recorded.
"""

import datetime as dt
import re
from collections.abc import Iterator

from django.utils import timezone

from commitments.papers.heads import SIGN_HERE, foot, place_of, remarks
from criteria.models import Assessment, Result, Review
from criteria.selectors.recognition_sheet import SheetFacts, SheetGroup, SheetRow
from wardsecurity.numbers import shown_points
from wardsecurity.papers.description import (
    DOTS,
    Align,
    Block,
    Column,
    NumberedList,
    Paper,
    Paragraph,
    PlaceAndDate,
    QrCode,
    Signature,
    System,
    Table,
    recipients,
    written_day,
)
from wardsecurity.wards.models import AdministrativeUnit

CAPTION = "Quét mã để đối chiếu với hệ thống (cần đăng nhập)."
NONE = "–"
RESULTS = {
    Result.MET: "Đạt",
    Result.NOT_MET: "Chưa đạt",
    Result.NOT_APPLICABLE: "Không áp dụng",
    Result.NOT_ASSESSED: "Chưa đánh giá",
}
_PROVINCE = re.compile(r"^(tỉnh|thành phố)\s+", re.IGNORECASE)


def recognition_sheet(facts: SheetFacts) -> Paper:
    """A ward's year as it was decided; blanks and DỰ THẢO where it is not yet."""
    evaluation, decided = facts.evaluation, facts.recognition
    campaign = evaluation.campaign
    province = campaign.ward.parent
    day = decided.decided_on if decided else None
    return Paper(
        system=System.STATE,
        superior="BỘ CÔNG AN",
        issuer=(f"CÔNG AN {_name(province).upper()}",),
        dated=PlaceAndDate(_place(province), day),
        is_draft=decided is None,
        title="PHIẾU KẾT QUẢ THẨM ĐỊNH, CÔNG NHẬN",
        subject=f"Xây dựng phường điển hình về an ninh, trật tự năm {campaign.year}",
        under_title=f"({campaign.ward.name}, {_name(province)})",
        body=tuple(_body(facts)),
        signatures=(
            Signature("", ("NGƯỜI LẬP PHIẾU",), note=SIGN_HERE),
            Signature("", ("THỦ TRƯỞNG ĐƠN VỊ",), note=SIGN_HERE),
        ),
        recipients=recipients(
            decided.deciding_body if decided else "Cơ quan quyết định công nhận",
            f"UBND {campaign.ward.name[:1].lower()}{campaign.ward.name[1:]}",
        ),
        qr=QrCode(facts.address, CAPTION) if facts.address else None,
        remarks=remarks(campaign),
        foot=foot(_seal(facts), facts.trail),
    )


def _name(unit: AdministrativeUnit | None) -> str:
    return unit.name if unit else DOTS


def _place(unit: AdministrativeUnit | None) -> str:
    """A province's own name, as the place before the date."""
    return _PROVINCE.sub("", place_of(unit)) if unit else ""


def _seal(facts: SheetFacts) -> str:
    """What ties the sheet to what was decided on."""
    if facts.snapshot is None:
        return ""
    return f"Ảnh chụp quyết định SHA-256 {facts.snapshot.sha256}"


def _body(facts: SheetFacts) -> Iterator[Block]:
    evaluation, used = facts.evaluation, facts.evaluation.criteria_set
    campaign = evaluation.campaign
    yield Paragraph(
        f"từ {campaign.period_start:%d/%m/%Y} đến {campaign.period_end:%d/%m/%Y}.",
        lead="Thời gian đánh giá:",
    )
    yield Paragraph(
        f"{used.name_vi} ({used.code}, phiên bản {used.version}, {used.owner.name}), "
        f"{len(facts.rows)} tiêu chí.",
        lead="Bộ tiêu chí:",
    )
    yield Paragraph(_count(facts), lead="Kết quả chung:")
    yield Paragraph(_steps(facts), lead="Nộp, thẩm định:")
    yield Paragraph(_decision(facts), lead="Quyết định:")
    if facts.changes:
        yield Paragraph(
            f"có {facts.changes} chỗ không còn như khi quyết định, phải đối chiếu trên "
            "hệ thống trước khi sử dụng phiếu này.",
            lead="ĐÃ ĐỔI SAU THẨM ĐỊNH:",
        )
    for group in facts.groups:
        yield Paragraph(_group_line(facts, group), heading=True)
        yield _table(group)
    explained = [
        line for row in facts.rows if row.differs for line in [_explained(row)]
    ]
    if explained:
        yield Paragraph("Tiêu chí có kết quả khác với tự đánh giá:", heading=True)
        yield NumberedList(tuple(explained), mark="-")
    found = [
        f"Tiêu chí {row.assessment.criterion.number}: "
        f"{row.assessment.recheck_on:%d/%m/%Y}, {row.assessment.recheck_finding}"
        for row in facts.rows
        if row.recheck_result and row.assessment.recheck_on
    ]
    if found:
        yield Paragraph("Kết quả phúc tra:", heading=True)
        yield NumberedList(tuple(found), mark="-")
    yield Paragraph(
        "Phiếu được lập từ hệ thống; mã SHA-256 cuối trang là của ảnh chụp kết quả và "
        "minh chứng tại thời điểm quyết định./."
        if facts.snapshot
        else "Phiếu được lập từ hệ thống./."
    )


def _of(met: int, rows: int) -> str:
    return f"{met}/{rows}"


def _count(facts: SheetFacts) -> str:
    rows = facts.rows
    own = sum(row.self_result == Result.MET for row in rows)
    said = f"tự đánh giá đạt {_of(own, len(rows))} tiêu chí"
    if not facts.is_verified:
        return f"{said}; thẩm định đạt {DOTS}/{len(rows)} tiêu chí."
    met = sum(row.verified_result == Result.MET for row in rows)
    return f"{said}; thẩm định đạt {_of(met, len(rows))} tiêu chí."


def _steps(facts: SheetFacts) -> str:
    evaluation = facts.evaluation
    submitted, verified = evaluation.submitted_at, evaluation.verified_at
    said = f"nộp {_day(submitted)}"
    if evaluation.submitted_post:
        said += f" ({evaluation.submitted_post})"
    said += f"; thẩm định xong {_day(verified)}"
    if evaluation.verified_post:
        said += f" ({evaluation.verified_post})"
    return f"{said}."


def _day(at: dt.datetime | None) -> str:
    return written_day(timezone.localtime(at).date() if at else None)


def _decision(facts: SheetFacts) -> str:
    decided = facts.recognition
    if decided is None:
        return f"số {DOTS} {written_day(None)} của {DOTS}."
    outcome = "công nhận" if decided.is_recognised else "chưa công nhận"
    said = (
        f"{outcome}; số {decided.number} {written_day(decided.decided_on)} của "
        f"{decided.deciding_body}."
    )
    return f"{said} Lý do: {decided.reason}" if decided.reason else said


def _group_line(facts: SheetFacts, group: SheetGroup) -> str:
    size = len(group.rows)
    said = f"{group.category.code}. {group.category.name_vi}: tự đánh giá "
    verified = _of(group.verified_met, size) if facts.is_verified else f"{DOTS}/{size}"
    return f"{said}{_of(group.met, size)}, thẩm định {verified}"


def _table(group: SheetGroup) -> Table:
    return Table(
        (
            Column("TT", 3, Align.CENTRE),
            Column("Tiêu chí", 20),
            Column("Tự đánh giá", 7, Align.CENTRE),
            Column("Thẩm định", 7, Align.CENTRE),
            Column("Phúc tra", 7, Align.CENTRE),
        ),
        tuple(
            (
                str(row.assessment.criterion.number),
                row.assessment.criterion.title_vi,
                _result(row.self_result),
                _result(row.verified_result),
                _result(row.recheck_result),
            )
            for row in group.rows
        ),
    )


def _result(result: str) -> str:
    return RESULTS[Result(result)] if result else NONE


def _explained(row: SheetRow) -> str:
    one: Assessment = row.assessment
    said = (
        f"Tiêu chí {one.criterion.number}: {_result(row.self_result)} "
        f"({shown_points(one.self_points)} điểm) → {_result(row.verified_result)} "
        f"({shown_points(one.verified_points)} điểm)"
    )
    reason = one.review_reason if one.review == Review.ADJUSTED else ""
    return f"{said}. {reason}" if reason else f"{said}."
