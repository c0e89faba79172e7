"""The board of commitments: units × contents, and who has not signed."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentContent,
    CommitmentReview,
    CommitmentText,
    Verdict,
)
from commitments.selectors.pledges import (
    KIND_GROUPS,
    Coverage,
    group_of,
    in_board_order,
    live_commitments,
    required_units,
    score_day,
)
from commitments.selectors.statuses import Status
from wardsecurity.permissions import may
from wardsecurity.wards.models import ParticipatingUnit

_LOOKS = {
    Verdict.GOOD: ("check-circle", "bamboo", False),
    Verdict.DOING: ("pencil-square", "ink", False),
    Verdict.REMIND: ("exclamation-triangle", "turmeric", True),
}


def verdict_status(verdict: str) -> Status:
    """A review in icon and word; "" is: not looked at yet (DESIGN-LANGUAGE §3)."""
    if not verdict:
        return Status("none", _("Not reviewed yet"), "minus-circle", "muted")
    icon, tone, box = _LOOKS[Verdict(verdict)]
    return Status(verdict, str(capfirst(Verdict(verdict).label)), icon, tone, box)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the matrix."""

    order: int
    label: str


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """A unit's line. `counts`: it is among the units that must sign."""

    unit: ParticipatingUnit
    commitment: Commitment | None
    counts: bool
    looks: list[Status]
    lapsed: bool  # its "holds until" is over
    carried_year: int | None  # signed in an earlier campaign, of this year
    may_keep: bool


@dataclass(frozen=True, slots=True)
class PledgeGroup:
    """Units of related kinds, with what is signed of what must be."""

    code: str
    label: str
    coverage: Coverage
    rows: list[PledgeRow]


@dataclass(frozen=True, slots=True)
class PledgeBoard:
    """Everything the board shows."""

    text: CommitmentText | None
    heads: list[Head]
    groups: list[PledgeGroup]
    coverage: Coverage
    unsigned: list[PledgeRow]
    ticks: list[bool]  # one a unit that must sign; true: signed
    span: int  # columns that the sentence of an unsigned unit spans


def board_contents(*, user: Any, campaign: Campaign) -> list[CommitmentContent]:
    """The contents of the newest edition, with their text. One query."""
    texts = CommitmentText.objects.for_user(user).filter(campaign=campaign)
    newest = texts.order_by("-edition").values("pk")[:1]
    rows = CommitmentContent.objects.filter(text=newest).select_related("text")
    return list(rows.order_by("order"))


def get_pledge_board(
    *, user: Any, campaign: Campaign, today: dt.date | None = None
) -> PledgeBoard:
    """The board of a campaign the user may read. Four queries, however many units."""
    day = score_day(campaign, today)
    contents = board_contents(user=user, campaign=campaign)
    live = _live(user, campaign, day)
    required = {unit.pk: unit for unit in required_units(campaign, day)}
    latest = _latest_reviews(user, campaign)
    beyond = [row.unit for row in live.values() if row.unit_id not in required]
    rows = [
        _row(
            user,
            campaign,
            unit,
            live.get(unit.pk),
            latest,
            day=day,
            columns=len(contents),
            counts=unit.pk in required,
        )
        for unit in in_board_order([*required.values(), *beyond])
    ]
    counted = [row for row in rows if row.counts]
    signed = sum(row.commitment is not None for row in counted)
    return PledgeBoard(
        text=contents[0].text if contents else None,
        heads=[
            Head(one.order, one.label or Truncator(one.body_vi).words(6))
            for one in contents
        ],
        groups=_groups(rows),
        coverage=Coverage(signed, len(counted)),
        unsigned=[row for row in counted if row.commitment is None],
        ticks=[place < signed for place in range(len(counted))],
        span=max(len(contents), 1),
    )


def _live(user: Any, campaign: Campaign, day: dt.date) -> dict[int, Commitment]:
    """Standing commitments by their unit's pk."""
    rows = live_commitments(campaign, day).for_user(user)  # type: ignore[attr-defined]
    joined = rows.select_related("unit", "scan", "carried_from__campaign")
    return {row.unit_id: row for row in joined}


def _latest_reviews(user: Any, campaign: Campaign) -> dict[int, dict[int, str]]:
    """The newest verdict of each content, by commitment and the content's place."""
    rows = CommitmentReview.objects.for_user(user).filter(
        commitment__campaign=campaign,
        commitment__withdrawn_at=None,
        commitment__ended_at=None,
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for commitment, order, verdict in rows.order_by("quarter").values_list(
        "commitment_id", "content__order", "verdict"
    ):
        found[commitment][order] = verdict
    return found


def _row(
    user: Any,
    campaign: Campaign,
    unit: ParticipatingUnit,
    commitment: Commitment | None,
    latest: dict[int, dict[int, str]],
    *,
    day: dt.date,
    columns: int,
    counts: bool,
) -> PledgeRow:
    draft = Commitment(campaign=campaign, unit_id=unit.pk)
    may_keep = campaign.closed_at is None and may(user, "keep_records", draft)
    if commitment is None:
        return PledgeRow(unit, None, counts, [], False, None, may_keep)
    verdicts = latest.get(commitment.pk, {})
    carried = commitment.carried_from
    return PledgeRow(
        unit=unit,
        commitment=commitment,
        counts=counts,
        looks=[verdict_status(verdicts.get(n, "")) for n in range(1, columns + 1)],
        lapsed=commitment.valid_to is not None and commitment.valid_to < day,
        carried_year=carried.campaign.year if carried else None,
        may_keep=may_keep,
    )


def _groups(rows: list[PledgeRow]) -> list[PledgeGroup]:
    """The rows under their groups; groups without a unit are left out."""
    found = []
    for group in KIND_GROUPS:
        here = [row for row in rows if group_of(row.unit.kind) is group]
        counted = [row for row in here if row.counts]
        signed = sum(row.commitment is not None for row in counted)
        if here:
            coverage = Coverage(signed, len(counted))
            found.append(PledgeGroup(group.code, str(group.label), coverage, here))
    return found
