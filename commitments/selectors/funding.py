"""Reading funding lines: the table with its sums per source and in all."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from commitments.models import Campaign, FundingLine, FundingSource
from commitments.selectors.history import HistoryItem, history_of_records, plain_words
from wardsecurity.audit.selectors import Told
from wardsecurity.permissions import may


def share(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent, rounded down to two places; None of nothing.

    Rounded down, so that no share shows a mark it does not reach (RULES "Figures").
    """
    return Decimal(part * 10_000 // whole) / 100 if whole else None


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts added up, in whole đồng."""

    estimated: int
    allocated: int
    spent: int

    @property
    def share(self) -> Decimal | None:
        """Percent of the estimate that was allocated."""
        return share(self.allocated, self.estimated)

    @property
    def spent_share(self) -> Decimal | None:
        """Percent of what was allocated that was spent."""
        return share(self.spent, self.allocated)

    @property
    def width(self) -> int:
        """The allocated share as a length, whole percent up to 100."""
        return min(100, int(self.share or 0))

    @property
    def missing(self) -> int:
        """What the estimate still lacks, in đồng."""
        return max(0, self.estimated - self.allocated)


def add_up(lines: Iterable[FundingLine]) -> Sums:
    """Add amounts up; shares are worked out from sums, never averaged."""
    rows = list(lines)
    return Sums(
        estimated=sum(row.estimated for row in rows),
        allocated=sum(row.allocated for row in rows),
        spent=sum(row.spent for row in rows),
    )


@dataclass(frozen=True, slots=True)
class FundingRow:
    """A line of the table, with what is unusual about it in words."""

    line: FundingLine
    share: Decimal | None
    notes: list[str]


@dataclass(frozen=True, slots=True)
class SourceBlock:
    """The lines of one source and their sums."""

    code: str
    name: str
    rows: list[FundingRow]
    sums: Sums


@dataclass(frozen=True, slots=True)
class FundingTable:
    """The page of funding."""

    blocks: list[SourceBlock]
    total: Sums
    removed: list[FundingLine]
    may_keep: bool

    @property
    def has_community(self) -> bool:
        """Whether money of the community is among it."""
        return any(block.code == FundingSource.COMMUNITY for block in self.blocks)


def _row(line: FundingLine) -> FundingRow:
    notes = []
    if line.allocated > line.estimated:
        notes.append(_("More is allocated than was estimated."))
    if line.spent > line.allocated:
        notes.append(_("More is spent than was allocated."))
    return FundingRow(line, share(line.allocated, line.estimated), notes)


def list_funding(*, user: Any, campaign: Campaign) -> QuerySet[FundingLine]:
    """All lines of a campaign in order, removed ones among them."""
    rows = FundingLine.objects.for_user(user).filter(campaign=campaign)
    return rows.select_related("document")


def get_funding_line(*, user: Any, campaign: Campaign, pk: int) -> FundingLine:
    """A line that stands, if `user` may read it; Http404 otherwise."""
    rows = list_funding(user=user, campaign=campaign).filter(removed_at=None)
    line = get_object_or_404(rows, pk=pk)
    line.campaign = campaign
    return line


def get_funding_table(*, user: Any, campaign: Campaign) -> FundingTable:
    """Lines by source with their sums. One query."""
    lines = list(list_funding(user=user, campaign=campaign))
    standing = [line for line in lines if line.removed_at is None]
    blocks = []
    for source in FundingSource:
        own = [line for line in standing if line.source == source]
        if own:
            rows = [_row(line) for line in own]
            blocks.append(SourceBlock(source, str(source.label), rows, add_up(own)))
    return FundingTable(
        blocks=blocks,
        total=add_up(standing),
        removed=[line for line in lines if line.removed_at is not None],
        may_keep=campaign.closed_at is None and may(user, "keep_records", campaign),
    )


def _words(told: Told) -> str:
    """The line is named, since the history is that of all."""
    what, purpose = plain_words(told), told.texts.get("purpose", "")
    return f"{purpose}: {what}" if purpose else what


def history_of_funding(*, user: Any, pks: Iterable[int]) -> list[HistoryItem]:
    """What was done to lines, newest first. Two queries."""
    return history_of_records(
        user=user, model=FundingLine, pks=pks, words=_words, limit=20
    )
