"""The list of the steering committee, an annex to the decision that established it."""

import datetime as dt

from commitments.models import (
    Campaign,
    CommitteeMember,
    CommitteeRole,
    SteeringCommittee,
)
from commitments.papers.heads import (
    cited,
    committee_of,
    foot,
    head_of,
    place_of,
    remarks,
    signature_of,
)
from wardsecurity.papers.description import (
    DOTS,
    Align,
    Column,
    Paper,
    Paragraph,
    PlaceAndDate,
    System,
    Table,
    recipients,
    written_day,
)

ROLE_NAMES: dict[CommitteeRole, str] = {
    CommitteeRole.HEAD: "Trưởng ban",
    CommitteeRole.STANDING_DEPUTY: "Phó Trưởng ban Thường trực",
    CommitteeRole.DEPUTY: "Phó Trưởng ban",
    CommitteeRole.MEMBER: "Ủy viên",
    CommitteeRole.SECRETARY: "Ủy viên - Thư ký",
}


def committee_list(
    campaign: Campaign, committee: SteeringCommittee, *, trail: str
) -> Paper:
    """Who serves on the day of record, in order: position, role, unit, tasks.

    `committee.serving` holds the members. A draft until the decision has its number.
    """
    serving: list[CommitteeMember] = committee.serving  # type: ignore[attr-defined]
    decision = committee.decision
    stands = decision is not None and not decision.is_draft
    system = System(decision.system) if decision else System.STATE
    issuer = decision.issuer if decision else None
    superior, lines = head_of(system, issuer, campaign.ward)
    position = decision.signer_position if decision else ""
    changed_on = _changed_on(committee, serving)
    dated_on = decision.issued_on if decision and changed_on is None else None
    return Paper(
        system=system,
        superior=superior,
        issuer=lines,
        is_draft=not stands or bool(decision and decision.withdrawn_at),
        dated=PlaceAndDate(place_of(campaign.ward), dated_on),
        title="DANH SÁCH",
        subject=committee.name,
        under_title=f"(Tính đến {written_day(changed_on)})"
        if changed_on
        else f"(Kèm theo {_decision(campaign, committee)})",
        body=(_table(serving), Paragraph(f"Danh sách có {len(serving)} người./.")),
        signatures=(signature_of(system, issuer, position),),
        recipients=recipients("Thành viên Ban Chỉ đạo"),
        remarks=remarks(campaign, committee.basis, *(one.basis for one in serving)),
        foot=foot(trail),
    )


def _changed_on(
    committee: SteeringCommittee, serving: list[CommitteeMember]
) -> dt.date | None:
    """The last day a member began after the decision; None while it is as decided."""
    decided = committee.decision and committee.decision.issued_on
    begun = [one.valid_from for one in serving if one.valid_from]
    latest = max(begun, default=None)
    return latest if decided and latest and latest > decided else None


def _decision(campaign: Campaign, committee: SteeringCommittee) -> str:
    if committee.decision:
        return cited(committee.decision, name="Quyết định")
    number, day = f"{DOTS}/QĐ-UBND", written_day(None)
    return f"Quyết định số {number} {day} của {committee_of(campaign.ward)}"


def _table(serving: list[CommitteeMember]) -> Table:
    """Columns in which nobody has anything to say are left out."""
    columns = [
        (Column("TT", 2, Align.CENTRE), [str(n) for n in range(1, len(serving) + 1)]),
        (Column("Chức vụ, họ tên", 11), [_held(one) for one in serving]),
        (
            Column("Chức danh trong Ban Chỉ đạo", 8),
            [ROLE_NAMES[CommitteeRole(one.role)] for one in serving],
        ),
        (Column("Đơn vị", 8), [one.unit.name if one.unit else "" for one in serving]),
        (Column("Nhiệm vụ", 11), [one.tasks for one in serving]),
    ]
    kept = [(column, cells) for column, cells in columns if any(cells)] or columns[:3]
    return Table(
        tuple(column for column, _cells in kept),
        tuple(zip(*(cells for _column, cells in kept), strict=True)),
    )


def _held(member: CommitteeMember) -> str:
    """The position first; the name where it is given."""
    return f"{member.position}: {member.name}" if member.name else member.position
