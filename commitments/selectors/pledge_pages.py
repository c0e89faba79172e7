"""What the page of one unit shows: what stands, what stood before, how it is kept."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentContent,
    CommitmentReview,
    OfficialDocument,
)
from commitments.selectors.history import HistoryItem, history_of_records, plain_words
from commitments.selectors.pledge_board import verdict_status
from commitments.selectors.pledge_quarters import QUARTERS
from commitments.selectors.pledges import score_day
from commitments.selectors.statuses import Status
from wardsecurity.audit.selectors import Told
from wardsecurity.permissions import may
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Look:
    """A review of one content in one quarter."""

    quarter: int
    status: Status
    review: CommitmentReview | None


@dataclass(frozen=True, slots=True)
class ContentLooks:
    """A content of the text that was signed, with its four quarters."""

    content: CommitmentContent
    looks: list[Look]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit's page: what stands, what stood before, how it is kept."""

    unit: ParticipatingUnit
    standing: Commitment | None
    before: list[Commitment]
    contents: list[ContentLooks]
    history: list[HistoryItem]
    may_keep: bool
    may_review: bool
    lapsed: bool


def list_signings(*, user: Any, unit: ParticipatingUnit) -> QuerySet[Commitment]:
    """All commitments of a unit, of every year, newest first. One query."""
    rows = Commitment.objects.for_user(user).filter(unit=unit)
    return rows.select_related(
        "campaign__ward", "text", "unit", "scan", "ceremony", "counterparty_unit",
        "counterparty_body", "carried_from__campaign", "renews",
    ).order_by("-campaign__year", "-pk")  # fmt: skip


def may_keep_pledge(*, user: Any, campaign: Campaign, unit: ParticipatingUnit) -> bool:
    """Whether the person signs and scans for a unit: the ward's staff, or its own."""
    return may(user, "keep_records", draft_pledge(campaign=campaign, unit=unit))


def may_review_pledge(*, user: Any, campaign: Campaign) -> bool:
    """Whether the person reviews commitments: a unit does not review itself."""
    draft = CommitmentReview(commitment=Commitment(campaign=campaign))
    return may(user, "keep_records", draft)


def draft_pledge(*, campaign: Campaign, unit: ParticipatingUnit) -> Commitment:
    """A commitment that is not written yet, to ask rights by."""
    return Commitment(campaign=campaign, unit=unit)


def history_of_pledge(*, user: Any, commitment: Commitment) -> list[HistoryItem]:
    """What was done to a commitment, newest first."""
    return history_of_records(
        user=user, model=Commitment, pks=[commitment.pk], words=commitment_words
    )


def get_unit_page(
    *, user: Any, campaign: Campaign, unit: ParticipatingUnit
) -> UnitPage:
    """One unit in one campaign. Some six queries, however long its history."""
    signings = list(list_signings(user=user, unit=unit))
    standing = next(
        (row for row in signings if row.is_live and row.campaign_id == campaign.pk),
        None,
    )
    open_now = campaign.closed_at is None
    until = standing.valid_to if standing else None
    return UnitPage(
        unit=unit,
        standing=standing,
        before=[row for row in signings if row is not standing],
        contents=_contents(user, standing) if standing else [],
        history=history_of_records(
            user=user,
            model=Commitment,
            pks=[row.pk for row in signings],
            words=commitment_words,
        ),
        may_keep=open_now and may_keep_pledge(user=user, campaign=campaign, unit=unit),
        may_review=open_now and may_review_pledge(user=user, campaign=campaign),
        lapsed=until is not None and until < score_day(campaign),
    )


def _contents(user: Any, standing: Commitment) -> list[ContentLooks]:
    reviews = CommitmentReview.objects.for_user(user).filter(commitment=standing)
    there = {
        (one.content_id, one.quarter): one for one in reviews.select_related("proof")
    }
    return [
        ContentLooks(content, [_look(there, content, one) for one in QUARTERS])
        for content in standing.text.contents.all()
    ]


def _look(
    there: dict[tuple[int, int], CommitmentReview],
    content: CommitmentContent,
    quarter: int,
) -> Look:
    review = there.get((content.pk, quarter))
    return Look(quarter, verdict_status(review.verdict if review else ""), review)


def reviews_of_quarter(
    *, user: Any, commitment: Commitment, quarter: int
) -> dict[int, CommitmentReview]:
    """What was seen in a quarter, by the content's pk. One query."""
    rows = CommitmentReview.objects.for_user(user).filter(
        commitment=commitment, quarter=quarter
    )
    return {row.content_id: row for row in rows}


def list_proofs(
    *, user: Any, campaign: Campaign, kept: Iterable[int | None] = ()
) -> list[OfficialDocument]:
    """Documents of the year that may prove a review, newest first. One query.

    `kept` are those that reviews name already, which may have been withdrawn since.
    """
    rows = OfficialDocument.objects.for_user(user).filter(campaign=campaign)
    return list(rows.filter(Q(withdrawn_at=None) | Q(pk__in=[pk for pk in kept if pk])))


def commitment_words(told: Told) -> str:
    """What was done to a commitment, in words."""
    what = plain_words(told)
    match told.entry.action:
        case "commitment_signed" | "commitment_renewed":
            day = dt.date.fromisoformat(told.after["signed_on"])
            return _("%(what)s: %(day)s, %(position)s") % {
                "what": what,
                "day": f"{day:%d/%m/%Y}",
                "position": told.texts.get("position", ""),
            }
        case "commitment_reviewed":
            return _("%(what)s: quarter %(quarter)s") % {
                "what": what,
                "quarter": told.after["quarter"],
            }
        case "commitment_scanned" if told.before:
            return _("Scan replaced; before: %(name)s") % {
                "name": told.texts.get("name_before", "")
            }
    return what
