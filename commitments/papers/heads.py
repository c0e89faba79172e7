"""Who a paper is from and who signs it: heads and signature blocks of ward bodies.

Papers are Vietnamese whatever the language of the page, so their words stand here.
"""

import re

from commitments.models import Campaign, OfficialDocument, OutsideBody
from wardsecurity.papers.description import (
    DOTS,
    Signature,
    System,
    written_day,
)
from wardsecurity.wards.models import (
    AdministrativeUnit,
    ParticipatingKind,
    ParticipatingUnit,
)

SIGN_HERE = "(Ký, ghi rõ họ tên)"
_KIND = re.compile(r"^(phường|xã|thị trấn|đặc khu)\s+(?=\D)", re.IGNORECASE)
_CITY = re.compile(r"^TP\.\s*", re.IGNORECASE)

# What a reader must know of an example's record, by its basis.
REMARKS = {
    "seed": "Theo bài báo đã đăng.",
    "sample": "Mẫu minh họa, không phải thông tin thật của phường.",
    "drafted": "Lời văn do dự án soạn, không phải văn bản của phường.",
}
SAMPLE_FIGURES = "Số liệu minh họa."


def place_of(ward: AdministrativeUnit) -> str:
    """The place before the date: the ward's own name, "phường" left out.

    A name in figures keeps its kind, "Phường 1" (Nghị định 30/2020/NĐ-CP, annex I).
    """
    return _KIND.sub("", ward.name)


def committee_of(ward: AdministrativeUnit) -> str:
    """The ward's People's Committee in running text."""
    name = ward.name
    return f"UBND {name[:1].lower()}{name[1:]}"


def remarks(campaign: Campaign, *bases: str) -> tuple[str, ...]:
    """What the foot of an example says, each sentence once."""
    said = [REMARKS[basis] for basis in dict.fromkeys(bases) if basis]
    if campaign.is_synthetic:
        said.append(SAMPLE_FIGURES)
    return tuple(said)


def foot(*lines: str) -> tuple[str, ...]:
    """Foot lines that say something."""
    return tuple(line for line in lines if line)


def head_of(
    system: System,
    issuer: ParticipatingUnit | OutsideBody | None,
    ward: AdministrativeUnit,
) -> tuple[str, tuple[str, ...]]:
    """The superior body (or none) and the lines of the issuing body, in capitals.

    The People's Committee has no body above it at the head of its papers; Party papers
    name the Party organisation above (Hướng dẫn 36-HD/VPTW).
    """
    peoples = "ỦY BAN NHÂN DÂN"
    if system == System.PARTY:
        above = _CITY.sub("thành phố ", ward.parent.name) if ward.parent else ""
        name = issuer.name if issuer else f"Đảng ủy {ward.name}"
        return f"Đảng bộ {above}".strip().upper(), (name.upper(),)
    if isinstance(issuer, OutsideBody):
        return "", (issuer.name.upper(),)
    if issuer is None or issuer.kind == ParticipatingKind.PEOPLES_COMMITTEE:
        return "", (peoples, ward.name.upper())
    return committee_of(ward).upper(), (issuer.name.upper(),)


def signature_of(
    system: System, issuer: ParticipatingUnit | OutsideBody | None, position: str
) -> Signature:
    """The signature block of a body's paper; a deputy signs KT. the head (State)."""
    held = _post(position)
    if system == System.PARTY:
        return Signature(held or "BÍ THƯ", ("T/M ĐẢNG ỦY",))
    is_peoples = issuer is None or (
        isinstance(issuer, ParticipatingUnit)
        and issuer.kind == ParticipatingKind.PEOPLES_COMMITTEE
    )
    if not is_peoples:
        return Signature(held or "THỦ TRƯỞNG ĐƠN VỊ")
    authority = ["TM. ỦY BAN NHÂN DÂN"]
    if held.startswith("PHÓ "):
        authority.append(f"KT. {held.removeprefix('PHÓ ')}")
    return Signature(held or "CHỦ TỊCH", tuple(authority))


def _post(position: str) -> str:
    """A position without the body it is in, which stands above it already."""
    for post in ("Phó Chủ tịch", "Chủ tịch", "Phó Bí thư", "Bí thư"):
        if position.casefold().startswith(post.casefold()):
            return post.upper()
    return position.upper()


def cited(document: OfficialDocument, *, name: str) -> str:
    """A document as another one cites it: type, number, day, issuer.

    "Nghị quyết số 15-NQ/ĐU ngày 21 tháng 4 năm 2023 của Đảng ủy phường …"; dots where
    a draft has no number and day yet.
    """
    joint = "-" if document.system == System.PARTY else "/"
    number = document.display or f"{DOTS}{joint}{document.symbol or DOTS}"
    day = written_day(document.issued_on)
    return f"{name} số {number} {day} của {document.issuer.name}"
