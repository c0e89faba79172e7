"""The commitment form of a unit: the wording, who signs, the code to its page."""

from commitments.models import Commitment, CommitmentText, OfficialDocument
from commitments.models.documents import DOC_TYPE_NAMES, DocumentType
from commitments.papers.heads import (
    SIGN_HERE,
    cited,
    committee_of,
    foot,
    place_of,
    remarks,
)
from commitments.selectors.papers import FormFacts
from wardsecurity.papers.description import (
    LONG_DOTS,
    Block,
    NumberedList,
    Paper,
    Paragraph,
    PlaceAndDate,
    QrCode,
    Signature,
    System,
)

TITLE = "Bản cam kết"
SHORT_DOTS = LONG_DOTS[:9]
CAPTION = "Quét mã để mở trang cam kết của đơn vị (cần đăng nhập)."


def commitment_form(facts: FormFacts) -> Paper:
    """One unit's form. Signed, it says who signed and when; unsigned, dots stand there.

    A commitment is no document with a number, so it is never marked as a draft: edition
    and SHA-256 at the foot say which wording was signed.
    """
    campaign, unit, text = facts.campaign, facts.unit, facts.text
    signed = facts.commitment
    bases = [text.basis, *(one.basis for one in text.contents.all())]
    return Paper(
        system=System.STATE,
        superior=committee_of(campaign.ward).upper(),
        issuer=(unit.name.upper(),),
        dated=PlaceAndDate(
            place_of(campaign.ward), signed.signed_on if signed else None
        ),
        title=TITLE.upper(),
        subject=subject_of(text),
        under_title=f"({text.scope})" if text.scope else "",
        body=_body(facts),
        signatures=(
            Signature("", ("ĐẠI DIỆN", _other(facts).upper()), note=SIGN_HERE),
            Signature(
                signed.signer_position.upper() if signed else "",
                ("ĐẠI DIỆN", unit.name.upper()),
                name=signed.signer_name if signed else "",
                note=SIGN_HERE,
            ),
        ),
        qr=QrCode(facts.address, CAPTION) if facts.address else None,
        remarks=remarks(campaign, *bases),
        foot=foot(f"Lời văn lần {text.edition} · SHA-256 {text.sha256}", facts.trail),
    )


def subject_of(text: CommitmentText) -> str:
    """The title without "Bản cam kết", which stands above it."""
    rest = text.title
    if rest.casefold().startswith(TITLE.casefold()):
        rest = rest[len(TITLE) :].strip(" :-–")
    return f"{rest[:1].upper()}{rest[1:]}"


def _body(facts: FormFacts) -> tuple[Block, ...]:
    text, signed = facts.text, facts.commitment
    contents = [one.body_vi for one in text.contents.all()]
    ceremony = signed.ceremony if signed else None
    blocks: list[Block] = [
        Paragraph(f"Căn cứ {cited(one, name=_type_of(one))};", italic=True)
        for one in (facts.campaign.resolution, facts.campaign.plan)
        if one is not None and not one.is_draft and one.withdrawn_at is None
    ]
    blocks += [
        Paragraph(f"{facts.unit.name}.", lead="Đơn vị cam kết:"),
        Paragraph(_signer(signed), lead="Người đại diện:"),
        Paragraph(f"{_other(facts)}.", lead="Bên cùng ký:"),
        Paragraph((ceremony.place if ceremony else "") or LONG_DOTS, lead="Nơi ký:"),
    ]
    if text.parties:
        blocks.append(Paragraph(text.parties, lead="Thành phần ký:"))
    blocks += [
        Paragraph(f"Đơn vị cam kết {len(contents)} nội dung sau:", heading=True),
        NumberedList(tuple(contents)),
    ]
    if signed and signed.valid_to:
        blocks.append(
            Paragraph(f"{signed.valid_to:%d/%m/%Y}.", lead="Có hiệu lực đến hết ngày")
        )
    blocks.append(Paragraph("Hai bên cùng ký tên dưới đây./."))
    return tuple(blocks)


def _type_of(document: OfficialDocument) -> str:
    return DOC_TYPE_NAMES[DocumentType(document.doc_type)]


def _signer(signed: Commitment | None) -> str:
    name = (signed.signer_name if signed else "") or SHORT_DOTS
    position = (signed.signer_position if signed else "") or SHORT_DOTS
    return f"{name}; chức vụ: {position}."


def _other(facts: FormFacts) -> str:
    """As recorded; unsigned, the People's Committee; signed without one, left open."""
    signed = facts.commitment
    if signed is None:
        return committee_of(facts.campaign.ward)
    other = signed.counterparty_unit or signed.counterparty_body
    return other.name if other else LONG_DOTS
