"""The steering committee's view: the whole, by category in charge, since last time."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from commitments.models import CommitteeMember
from commitments.selectors.directives import (
    TO_WORK_ON,
    DirectiveRow,
    list_directives,
)
from commitments.selectors.directives import row_of as directive_row
from commitments.selectors.meetings import last_meeting
from criteria.models import Evaluation, Result
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.boards import Block, Board, Row, get_board
from criteria.selectors.in_charge import Charges, get_charges
from criteria.selectors.since_meeting import SinceMeeting, changes_since, is_met_now


@dataclass(frozen=True, slots=True)
class CategoryPart:
    """A category with who answers for it, and what holds it back; each row once."""

    block: Block
    in_charge: list[CommitteeMember]
    words: str  # who is in charge, short; "" for nobody
    late: list[Row]
    unsupported: list[Row]
    behind: list[Row]  # neither late nor unsupported, and still to be done

    @property
    def left(self) -> int:
        """How many criteria are still to be done."""
        return len(self.late) + len(self.unsupported) + len(self.behind)


@dataclass(frozen=True, slots=True)
class CommitteeBoard:
    """All the committee needs before it sits down."""

    board: Board
    parts: list[CategoryPart]
    since: SinceMeeting | None
    directives: list[DirectiveRow]
    today: dt.date

    @property
    def late_directives(self) -> int:
        """How many of them are overdue."""
        return sum(row.status.code == "overdue" for row in self.directives)


def get_committee_board(
    *, user: Any, evaluation: Evaluation, today: dt.date | None = None
) -> CommitteeBoard:
    """The view of an evaluation that get_evaluation returned. About ten queries."""
    today = today or timezone.localdate()
    campaign = evaluation.campaign
    board = get_board(user=user, evaluation=evaluation, today=today)
    charges = get_charges(user=user, campaign=campaign)
    meeting = last_meeting(user=user, campaign=campaign, before=today)
    open_ones = list_directives(user=user, campaign=campaign).filter(TO_WORK_ON)
    directives = [directive_row(one, today) for one in open_ones]
    return CommitteeBoard(
        board=board,
        parts=[_part(block, charges) for block in board.blocks],
        since=None
        if meeting is None
        else changes_since(
            user=user, evaluation=evaluation, meeting=meeting, rows=board.rows
        ),
        directives=sorted(
            directives,
            key=lambda row: (row.directive.due_on or dt.date.max, row.directive.pk),
        ),
        today=today,
    )


def _is_done(row: Row) -> bool:
    """Nothing is left to do: met, or it does not apply; by whose result counts now."""
    assessment = row.assessment
    if assessment.evaluation.state in CONCLUDED_STATES:
        return is_met_now(row) or assessment.verified_result == Result.NOT_APPLICABLE
    return row.done


def _part(block: Block, charges: Charges) -> CategoryPart:
    left = [row for row in block.rows if not _is_done(row)]
    return CategoryPart(
        block=block,
        in_charge=charges.by_code.get(block.code, []),
        words=charges.words_for(block.code),
        late=[row for row in left if row.overdue],
        unsupported=[row for row in left if row.unsupported and not row.overdue],
        behind=[row for row in left if not row.overdue and not row.unsupported],
    )
