"""The steering committee's view: the whole, by category in charge, since last time."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import CommitteeMember
from commitments.selectors.directives import (
    TO_WORK_ON,
    DirectiveRow,
    list_directives,
)
from commitments.selectors.directives import row_of as directive_row
from commitments.selectors.meetings import last_meeting
from criteria.models import Evaluation, Result
from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.selectors.boards import Block, Board, Row, get_board
from criteria.selectors.conclusion import list_recognitions
from criteria.selectors.in_charge import Charges, get_charges
from criteria.selectors.scores import may_change
from criteria.selectors.since_meeting import SinceMeeting, changes_since
from criteria.selectors.steps import locked_words, next_line


@dataclass(frozen=True, slots=True)
class CategoryPart:
    """A category with who answers for it, and what holds it back; each row once."""

    block: Block
    in_charge: list[CommitteeMember]
    words: str  # who is in charge, short; "" for nobody
    late: list[Row]
    unsupported: list[Row]
    behind: list[Row]  # neither late nor unsupported, and still to be done
    failed: list[Row]  # once concluded: verified as neither met nor not applicable

    @property
    def left(self) -> int:
        """How many criteria are still to be done."""
        return len(self.late) + len(self.unsupported) + len(self.behind)


@dataclass(frozen=True, slots=True)
class CommitteeBoard:
    """All the committee needs before it sits down.

    Where the ward has nothing to write (`is_at_work`) nothing is left to be done:
    the state says whose turn it is, and once concluded what was not met and why.
    """

    board: Board
    is_at_work: bool
    is_concluded: bool
    state_words: str  # what comes next, or the decision that was made
    parts: list[CategoryPart]
    since: SinceMeeting | None
    directives: list[DirectiveRow]
    today: dt.date

    @property
    def late_directives(self) -> int:
        """How many of them are overdue."""
        return sum(row.status.code == "overdue" for row in self.directives)

    @property
    def first(self) -> list[Row]:
        """What the ward does first: what was returned, then as the dashboard sorts."""
        missing = [one.row for one in self.board.missing if one.row.writable]
        returned = [row for row in self.board.rows if row.returned and row.writable]
        return [*returned, *(row for row in missing if not row.returned)]

    @property
    def failed(self) -> list[Row]:
        """All that was not met by the verification."""
        return [row for part in self.parts for row in part.failed]


def get_committee_board(
    *, user: Any, evaluation: Evaluation, today: dt.date | None = None
) -> CommitteeBoard:
    """The view of an evaluation that get_evaluation returned. About eleven queries."""
    today = today or timezone.localdate()
    campaign = evaluation.campaign
    board = get_board(user=user, evaluation=evaluation, today=today)
    charges = get_charges(user=user, campaign=campaign)
    meeting = last_meeting(user=user, campaign=campaign, before=today)
    open_ones = list_directives(user=user, campaign=campaign).filter(TO_WORK_ON)
    directives = [directive_row(one, today) for one in open_ones]
    return CommitteeBoard(
        board=board,
        is_at_work=may_change(evaluation),
        is_concluded=evaluation.state in CONCLUDED_STATES,
        state_words=_state_words(user, evaluation),
        parts=[_part(evaluation, block, charges) for block in board.blocks],
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


def _state_words(user: Any, evaluation: Evaluation) -> str:
    """The decision on the year where there is one, else what comes next."""
    if evaluation.state not in CONCLUDED_STATES:
        if evaluation.state == EvaluationState.OPEN and not may_change(evaluation):
            return locked_words(evaluation)
        return next_line(evaluation)
    found = list_recognitions(user=user, evaluation=evaluation)
    standing = next((row for row in found if row.voided_at is None), None)
    if standing is None:
        return next_line(evaluation)
    words = (
        _("Recognised: decision %(number)s of %(body)s, %(day)s")
        if standing.is_recognised
        else _("Not recognised: decision %(number)s of %(body)s, %(day)s")
    )
    return words % {
        "number": standing.number,
        "body": standing.deciding_body,
        "day": f"{standing.decided_on:%d/%m/%Y}",
    }


def _part(evaluation: Evaluation, block: Block, charges: Charges) -> CategoryPart:
    left = [
        row for row in block.rows if row.writable and (row.returned or not row.done)
    ]
    failed = []
    if evaluation.state in CONCLUDED_STATES:
        failed = [row for row in block.rows if not _is_passed(row)]
    return CategoryPart(
        block=block,
        in_charge=charges.by_code.get(block.code, []),
        words=charges.words_for(block.code),
        late=[row for row in left if row.overdue],
        unsupported=[row for row in left if row.unsupported and not row.overdue],
        behind=[row for row in left if not row.overdue and not row.unsupported],
        failed=failed,
    )


def _is_passed(row: Row) -> bool:
    """By the province's result: met, or it does not apply."""
    result = row.assessment.verified_result
    return result in (Result.MET, Result.NOT_APPLICABLE)
