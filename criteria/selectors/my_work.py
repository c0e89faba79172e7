"""My work: what waits for this person in one campaign, the most urgent first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Campaign, Directive
from commitments.selectors.directives import giver_of, list_due, status_of
from commitments.selectors.statuses import Status as DirectiveStatus
from criteria.models import Evaluation, EvaluationState
from criteria.selectors.assessments import those_of_units
from criteria.selectors.boards import (
    Board,
    Row,
    Status,
    get_board,
    next_step,
    rows_of,
)
from criteria.selectors.scores import is_fresh
from wardsecurity.permissions import may
from wardsecurity.wards.selectors import units_served_here

SOON = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do, with the one button that does it."""

    row: Row
    tag: Status
    date_line: str
    missing: str
    action_label: str
    action_url: str
    primary: bool


@dataclass(frozen=True, slots=True)
class DirectiveWork:
    """A directive to be carried out, with the button that says what came of it."""

    directive: Directive
    tag: DirectiveStatus
    date_line: str
    giver: str
    url: str
    action_url: str
    primary: bool


@dataclass(frozen=True, slots=True)
class MyWork:
    """A person's page of work."""

    campaign: Campaign
    today: dt.date
    urgent: list[Work]
    soon: list[Work]
    urgent_directives: list[DirectiveWork]
    soon_directives: list[DirectiveWork]
    unassigned: list[Work]
    later_count: int
    total: int
    urgent_count: int
    soon_count: int
    next_due: dt.date | None
    board: Board


def _date_line(day: dt.date, today: dt.date) -> str:
    due = f"{day:%d/%m/%Y}"
    left = (day - today).days
    if left < 0:
        return _("Due %(due)s") % {"due": due}
    return ngettext(
        "Due %(due)s, %(days)s day left", "Due %(due)s, %(days)s days left", left
    ) % {"due": due, "days": left}


def _work(row: Row, today: dt.date, campaign: Campaign, *, primary: bool) -> Work:
    """The button does the thing: record what is missing, else assess."""
    args = [campaign.ward.slug, campaign.year, row.number]
    has_evidence = row.assessment.supported_until is not None
    if row.returned:
        label, url = _("Add what is asked for"), row.url
    elif has_evidence and not row.unsupported:
        label = _("Assess")
        url = reverse("criteria:criterion-detail", args=args) + "#assess"
    else:
        label = _("Record evidence")
        url = reverse("criteria:evidence-create", args=args)
    return Work(
        row=row,
        tag=row.status,
        date_line=_date_line(row.due_on, today),
        missing=_asked(row) if row.returned else next_step(row),
        action_label=label,
        action_url=url,
        primary=primary,
    )


def _asked(row: Row) -> str:
    """What the province asks for, quoted."""
    return _("“%(reason)s”") % {"reason": row.assessment.review_reason}


def _directives(
    *, user: Any, campaign: Campaign, own: set[int], today: dt.date
) -> list[Directive]:
    """Directives due within 30 days or overdue that the person carries out."""
    if campaign.closed_at is not None:
        return []
    if not own and not may(user, "follow_directive", campaign):
        return []
    return list_due(
        user=user, campaign=campaign, until=today + SOON, unit_ids=own or None
    )


def _directive_work(
    row: Directive, today: dt.date, *, primary: bool = False
) -> DirectiveWork:
    args = [row.campaign.ward.slug, row.campaign.year, row.pk]
    assert row.due_on is not None  # noqa: S101 - list_due asks for it
    return DirectiveWork(
        directive=row,
        tag=status_of(row, today),
        date_line=_date_line(row.due_on, today),
        giver=giver_of(row),
        url=reverse("commitments:directive-detail", args=args),
        action_url=reverse("commitments:directive-follow", args=args),
        primary=primary,
    )


def waiting_for(*, user: Any, evaluation: Evaluation, rows: Sequence[Row]) -> list[Row]:
    """Criteria that wait for a person: the ward's, or a contributor's own.

    Before the submission those unmet, afterwards those the province returned.
    """
    open_rows = [row for row in rows if row.writable and (row.returned or not row.done)]
    if units := units_served_here(user=user, ward=evaluation.campaign.ward):
        theirs = those_of_units((row.assessment for row in open_rows), units)
        return [row for row in open_rows if row.assessment in theirs]
    return open_rows if may(user, "record_evidence", evaluation) else []


def count_urgent(
    *, user: Any, evaluation: Evaluation, rows: Sequence[Row] | None = None
) -> int:
    """What My work calls urgent for this person: the badge beside it.

    `rows` are the page's, if it has them. Without them no query as long as the stored
    roll-up says that nothing is, else one. Directives were counted with the evaluation
    (selectors.evaluations).
    """
    today = timezone.localdate()
    directives = _count_overdue_directives(user=user, evaluation=evaluation)
    if rows is None:
        stored = evaluation.self_overdue + evaluation.self_unsupported
        has_returns = evaluation.state == EvaluationState.RETURNED
        if is_fresh(evaluation, today) and not (stored or has_returns):
            return directives
        rows = rows_of(user=user, evaluation=evaluation, today=today)
    waiting = waiting_for(user=user, evaluation=evaluation, rows=rows)
    return directives + sum(row.urgent for row in waiting)


def _count_overdue_directives(*, user: Any, evaluation: Evaluation) -> int:
    """As `_directives` has them, of the evaluation's own counts; 0 where none is."""
    campaign = evaluation.campaign
    counts = vars(evaluation)
    overdue, own = (
        counts.get(name, 0) for name in ("overdue_directives", "own_overdue_directives")
    )
    if campaign.closed_at is not None or not (overdue or own):
        return 0
    if units_served_here(user=user, ward=campaign.ward):
        return own
    return overdue if may(user, "follow_directive", campaign) else 0


def get_my_work(
    *, user: Any, evaluation: Evaluation, today: dt.date | None = None
) -> MyWork:
    """What waits for a person: all of the ward's, or a contributor's own unit's.

    Urgent: returned, overdue, or claimed without evidence. Soon: due within 30 days.
    Unassigned: no lead unit, for who may assign. Directives go with the urgent or the
    soon by their due dates.
    """
    today = today or timezone.localdate()
    campaign = evaluation.campaign
    board = get_board(user=user, evaluation=evaluation, today=today)
    rows = waiting_for(user=user, evaluation=evaluation, rows=board.rows)
    rows.sort(
        key=lambda row: (not row.returned, not row.mandatory, row.due_on, row.number)
    )
    urgent = [row for row in rows if row.urgent]
    soon = [
        row for row in rows if row not in urgent and today <= row.due_on <= today + SOON
    ]
    unassigned = [
        row for row in board.rows if row.assessment.lead_unit_id is None
    ] * board.may_lead
    own = {unit.pk for unit in units_served_here(user=user, ward=campaign.ward)}
    directives = _directives(user=user, campaign=campaign, own=own, today=today)
    overdue = [row for row in directives if row.days_overdue(today)]
    waiting = [row for row in rows if row not in urgent and row not in soon]
    assign_url = reverse(
        "criteria:assignments", args=[campaign.ward.slug, campaign.year]
    )
    return MyWork(
        campaign=campaign,
        today=today,
        urgent=[
            _work(row, today, campaign, primary=place == 0)
            for place, row in enumerate(urgent)
        ],
        soon=[_work(row, today, campaign, primary=False) for row in soon],
        urgent_directives=[
            _directive_work(row, today, primary=not urgent and place == 0)
            for place, row in enumerate(overdue)
        ],
        soon_directives=[
            _directive_work(row, today) for row in directives if row not in overdue
        ],
        unassigned=[
            Work(
                row=row,
                tag=row.status,
                date_line=_date_line(row.due_on, today),
                missing=_("No lead unit yet."),
                action_label=_("Assign"),
                action_url=f"{assign_url}#c{row.number}",
                primary=False,
            )
            for row in unassigned
        ],
        later_count=len(waiting),
        total=len(rows) + len(directives),
        urgent_count=len(urgent) + len(overdue),
        soon_count=len(soon) + len(directives) - len(overdue),
        next_due=min((row.due_on for row in waiting), default=None),
        board=board,
    )
