"""The ward dashboard: one evaluation in words, for screen and print."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Campaign
from commitments.selectors.statuses import Status as StateTag
from criteria import scoring
from criteria.models import Assessment, Criterion, Evaluation, ScorePoint
from criteria.models.assessments import Result
from criteria.models.choices import UNCHECKED
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.models.sets import (
    Baseline,
    Direction,
    Kind,
    in_language,
)
from criteria.scoring import FOR_EVER, Standing, Tally
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.returns import is_returned
from criteria.selectors.scores import (
    ScoreSheet,
    get_score_sheet,
    is_open,
    may_change,
    rule_of,
    standing_of,
)
from criteria.selectors.small_numbers import fewer
from criteria.selectors.steps import locked_words, state_tag
from wardsecurity.numbers import shown
from wardsecurity.permissions import may

MONTHS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Status:
    """A state in icon, word and colour (DESIGN-LANGUAGE §3); a box means: act."""

    code: str
    word: str
    icon: str
    tone: str
    box: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion as a list shows it."""

    number: int
    title: str
    url: str
    status: Status
    cell: str
    result: str
    mandatory: bool
    lead: str
    due_on: dt.date
    gap: str
    met: bool
    done: bool
    unsupported: bool
    overdue: bool
    returned: bool  # waits for the ward's answer to the province
    writable: bool
    category_code: str
    reference_only: bool
    standing: Standing
    assessment: Assessment
    unread: int = 0  # comments new to the reader

    @property
    def criterion(self) -> Criterion:
        """The criterion itself."""
        return self.assessment.criterion

    @property
    def urgent(self) -> bool:
        """Whether it is to be done now: returned, overdue, claimed without evidence."""
        return self.returned or self.overdue or self.unsupported


@dataclass(frozen=True, slots=True)
class Block:
    """A category: its name, its sums, its rows."""

    code: str
    name: str
    score: Tally
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Counter:
    """A fact counted, with the filter that opens exactly its rows."""

    code: str
    word: str
    count: int
    url: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of rows."""

    code: str
    label: str
    count: int
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """An unmet criterion and its next step."""

    row: Row
    next_step: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Point:
    """Where the evaluation stood at the end of a month."""

    label: str
    day: dt.date
    met: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the dashboard shows, from one reading of the scores."""

    campaign: Campaign
    evaluation: Evaluation
    sheet: ScoreSheet
    score: Tally
    own: Tally | None  # the ward's own sums, beside the verified ones
    blocks: list[Block]
    rows: list[Row]
    threshold: int | None
    missing_count: int | None
    counters: list[Counter]
    filters: list[Filter]
    show: str
    shown_blocks: list[Block]
    missing: list[Missing]
    simulated: Tally | None
    simulated_count: int
    points: list[Point]
    state: StateTag
    locked_words: str  # "" while the ward writes everywhere
    may_change: bool
    may_lead: bool
    days_left: int
    eligible: bool | None

    @property
    def drafted(self) -> int:
        """Criteria whose text is the project's draft."""
        return count_drafted(self.rows)


def count_drafted(rows: Iterable[Row]) -> int:
    """Criteria whose text is the project's draft, or rests on a rule nobody read."""
    return sum(row.criterion.provenance in UNCHECKED for row in rows)


def _at(name: str, campaign: Campaign, *more: Any) -> str:
    return reverse(f"criteria:{name}", args=[campaign.ward.slug, campaign.year, *more])


def status_of(
    row: Assessment, one: Standing, day: dt.date, overdue_days: int
) -> Status:
    """The one tag of a criterion: the most urgent wins (DESIGN-LANGUAGE §3)."""
    if is_returned(row):
        return Status("returned", _("Returned"), "arrow-uturn-left", "seal", box=True)
    if overdue_days:
        word = ngettext(
            "%(days)s day overdue", "%(days)s days overdue", overdue_days
        ) % {"days": overdue_days}
        return Status("overdue", word, "clock", "seal", box=True)
    if scoring.is_met(one, day):
        word = _("Met")
        if row.days_late:
            word = ngettext(
                "Met, %(days)s day late", "Met, %(days)s days late", row.days_late
            ) % {"days": row.days_late}
        return Status("met", word, "check-circle", "bamboo")
    if not scoring.is_applicable(one, day):
        return Status("not-applicable", _("Not applicable"), "no-symbol", "muted")
    if scoring.is_unsupported(one, day) or one.result == scoring.NOT_APPLICABLE:
        return Status(
            "unsupported",
            _("Evidence missing"),
            "exclamation-triangle",
            "turmeric",
            box=True,
        )
    if one.result == scoring.NOT_MET:
        return Status("not-met", _("Not met"), "x-circle", "turmeric", box=True)
    if row.value is not None or row.explanation or row.supported_until:
        return Status("in-progress", _("In progress"), "pencil-square", "ink")
    return Status("not-started", _("Not started"), "minus-circle", "muted")


def gap_of(row: Assessment) -> str:
    """A measured criterion's figure beside its target, in words; "" without one."""
    criterion = row.criterion
    if row.value is None or not criterion.is_measured:
        return ""
    if row.figure_hidden:
        unit = in_language(criterion, "value_unit")
        return f"{fewer()} {unit}".strip()
    if criterion.has_base and row.base is None:
        if criterion.baseline == Baseline.PREVIOUS_PERIOD:
            return _("figure of the period before is missing")
        return _("total is missing")
    unit = in_language(criterion, "value_unit")
    if criterion.kind == Kind.COUNT_MIN:
        return _("%(value)s of %(target)s %(unit)s") % {
            "value": shown(row.value),
            "target": shown(criterion.target),
            "unit": unit,
        }
    if criterion.kind == Kind.COUNT_MAX:
        value = row.value - (row.base or 0 if criterion.baseline else 0)
        if criterion.baseline:
            return _("%(value)s %(unit)s against the period before") % {
                "value": f"{'+' if value > 0 else ''}{shown(value)}",
                "unit": unit,
            }
        return _("%(value)s %(unit)s, at most %(target)s") % {
            "value": shown(value),
            "unit": unit,
            "target": shown(criterion.target),
        }
    percent = scoring.shown_percent(rule_of(criterion), row.value, row.base or 0)
    if percent is None:
        return _("nothing occurred (total 0)")
    words = (
        _("%(percent)s%%, at most %(target)s%%")
        if criterion.direction == Direction.AT_MOST
        else _("%(percent)s%%, at least %(target)s%%")
    )
    return words % {"percent": shown(percent), "target": shown(criterion.target)}


def row_of(row: Assessment, *, today: dt.date, changes: bool) -> Row:
    """A criterion as lists show it."""
    campaign, criterion = row.evaluation.campaign, row.criterion
    one = standing_of(row)
    day = scoring.score_day(today, campaign.period_end, row.scored_on)
    overdue = scoring.is_overdue(one, today, day, may_change=changes)
    met = scoring.is_met(one, day)
    status = status_of(row, one, day, (today - row.due_on).days if overdue else 0)
    return Row(
        number=criterion.number,
        title=criterion.title,
        url=_at("criterion-detail", campaign, criterion.number),
        status=status,
        # A cell has one picture for both (DESIGN-LANGUAGE §4).
        cell="overdue" if status.code == "returned" else status.code,
        result=one.result,
        mandatory=criterion.mandatory,
        lead=row.lead_unit.name if row.lead_unit else _("unassigned"),
        due_on=row.due_on,
        gap=gap_of(row),
        met=met,
        done=met or not scoring.is_applicable(one, day),
        unsupported=scoring.is_unsupported(one, day),
        overdue=overdue,
        returned=is_returned(row),
        writable=changes and one.writable,
        category_code=criterion.category.code,
        reference_only=criterion.is_reference_only,
        standing=one,
        assessment=row,
        unread=vars(row).get("unread_comments", 0),
    )


def result_status(result: str) -> Status:
    """A result by itself in icon and word: what was verified, or found on site."""
    match result:
        case Result.MET:
            return Status(result, _("Met"), "check-circle", "bamboo")
        case Result.NOT_MET:
            return Status(result, _("Not met"), "x-circle", "turmeric")
        case Result.NOT_APPLICABLE:
            return Status(result, _("Not applicable"), "no-symbol", "muted")
    return Status(result, _("Not assessed"), "minus-circle", "muted")


def as_verified(row: Row) -> Row:
    """The row by what the province verified, as lists show a concluded year.

    What counts is then the verified result; nothing is overdue or unsupported.
    """
    result = row.assessment.verified_result
    if not result:
        return row
    return replace(
        row,
        status=result_status(result),
        cell=result.replace("_", "-"),
        met=result == Result.MET,
        done=result in (Result.MET, Result.NOT_APPLICABLE),
        unsupported=False,
        overdue=False,
    )


def shown_row(row: Assessment, *, today: dt.date, changes: bool) -> Row:
    """A criterion as the ward's pages show it: verified once that is concluded."""
    own = row_of(row, today=today, changes=changes)
    concluded = row.evaluation.state in CONCLUDED_STATES
    return as_verified(own) if concluded else own


def next_step(row: Row) -> str:
    """What to do next for an unmet criterion, in words."""
    criterion = row.criterion
    wanted = criterion.wanted_evidence
    if row.unsupported and wanted:
        return _("Add evidence: %(wanted)s") % {"wanted": wanted[0]}
    if row.gap:
        return row.gap
    if row.result == scoring.NOT_MET and row.assessment.explanation:
        return row.assessment.explanation
    if row.assessment.supported_until and row.result == scoring.NOT_ASSESSED:
        return _("Evidence is there: enter the assessment")
    return _("Needed: %(wanted)s") % {"wanted": wanted[0]} if wanted else ""


def rows_of(*, user: Any, evaluation: Evaluation, today: dt.date) -> list[Row]:
    """All criteria of an evaluation the caller may read, by number. One query."""
    changes = may_change(evaluation)
    return [
        shown_row(row, today=today, changes=changes)
        for row in list_assessments_here(user=user, evaluation=evaluation)
    ]


def get_board(
    *,
    user: Any,
    evaluation: Evaluation,
    show: str = "",
    do: Iterable[int] | None = None,
    today: dt.date | None = None,
) -> Board:
    """The dashboard of an evaluation that get_evaluation returned. Five queries.

    `show` filters the rows; `do` are the numbers ticked in the simulator.
    """
    today = today or timezone.localdate()
    campaign = evaluation.campaign
    sheet = get_score_sheet(evaluation, today=today)
    changes = may_change(evaluation)
    may_record = changes and may(user, "record_evidence", evaluation)
    rows = rows_of(user=user, evaluation=evaluation, today=today)
    blocks = [
        Block(
            code=line.category.code,
            name=line.category.name,
            score=line.tally,
            rows=[row for row in rows if row.category_code == line.category.code],
        )
        for line in sheet.categories
    ]
    unmet = sorted(
        (row for row in rows if not row.done),
        key=lambda row: (
            not row.mandatory,
            row.due_on,
            -row.standing.max_points,
            row.number,
        ),
    )
    threshold = evaluation.criteria_set.min_met
    ticked = set(do or ())
    simulated = _simulate(rows, ticked, evaluation, today) if ticked else None
    choices = {
        "": rows,
        "todo": [row for row in rows if not row.done],
        "overdue": [row for row in rows if row.overdue],
        "unsupported": [row for row in rows if row.unsupported],
        "mandatory": [row for row in rows if row.mandatory and not row.done],
    }
    show = show if show in choices else ""
    shown_numbers = {row.number for row in choices[show]}
    return Board(
        campaign=campaign,
        evaluation=evaluation,
        sheet=sheet,
        score=sheet.total,
        own=_own_sums(rows, evaluation, today) if sheet.basis == "verified" else None,
        blocks=blocks,
        rows=rows,
        threshold=threshold,
        missing_count=None
        if threshold is None
        else max(0, threshold - sheet.total.met),
        counters=_counters(rows, sheet.total, campaign),
        filters=_filters(choices, show, campaign),
        show=show,
        shown_blocks=[
            replace(block, rows=picked)
            for block in blocks
            if (picked := [row for row in block.rows if row.number in shown_numbers])
        ],
        missing=[Missing(row, next_step(row), row.number in ticked) for row in unmet],
        simulated=simulated,
        simulated_count=len(ticked & {row.number for row in unmet}),
        points=_points(evaluation, sheet),
        state=state_tag(evaluation),
        locked_words=_locked_words(evaluation),
        may_change=may_record,
        may_lead=is_open(evaluation) and may(user, "assign", evaluation),
        days_left=(campaign.period_end - today).days,
        eligible=sheet.eligible,
    )


def _own_sums(rows: Sequence[Row], evaluation: Evaluation, today: dt.date) -> Tally:
    """What the ward came to by itself: the twin of the stored sums."""
    return scoring.tally(
        (row.standing for row in rows),
        today=today,
        period_end=evaluation.campaign.period_end,
        may_change=may_change(evaluation),
    )


def _locked_words(evaluation: Evaluation) -> str:
    """Nothing in an open year; of a returned one the state's tag says enough."""
    return "" if may_change(evaluation) else locked_words(evaluation)


def _simulate(
    rows: Sequence[Row], ticked: set[int], evaluation: Evaluation, today: dt.date
) -> Tally:
    """The sums if the ticked criteria were met with evidence."""
    return scoring.tally(
        (
            replace(
                row.standing,
                result=scoring.MET,
                points=row.standing.max_points,
                supported_until=FOR_EVER,
            )
            if row.number in ticked
            else row.standing
            for row in rows
        ),
        today=today,
        period_end=evaluation.campaign.period_end,
        may_change=may_change(evaluation),
    )


def _counters(rows: list[Row], total: Tally, campaign: Campaign) -> list[Counter]:
    here = _at("dashboard", campaign)
    counters = [
        Counter(
            "overdue",
            _("Overdue"),
            total.overdue,
            f"{here}?show=overdue",
            "clock",
            "seal",
        ),
        Counter(
            "unsupported",
            _("Evidence missing"),
            total.unsupported,
            f"{here}?show=unsupported",
            "exclamation-triangle",
            "turmeric",
        ),
    ]
    if any(row.mandatory for row in rows):
        counters.insert(
            0,
            Counter(
                "mandatory",
                _("Mandatory not met"),
                total.mandatory_failed,
                f"{here}?show=mandatory",
                "exclamation-circle",
                "seal",
            ),
        )
    return counters


def _filters(
    choices: dict[str, list[Row]], show: str, campaign: Campaign
) -> list[Filter]:
    here = _at("dashboard", campaign)
    labels = {
        "": _("All"),
        "todo": _("To do"),
        "overdue": _("Overdue"),
        "unsupported": _("Evidence missing"),
        "mandatory": _("Mandatory not met"),
    }
    always = {"", "todo", "overdue", show}
    return [
        Filter(
            code=code,
            label=labels[code],
            count=len(rows),
            url=f"{here}?show={code or 'all'}",
            active=code == show,
        )
        for code, rows in choices.items()
        if code in always
    ]


def _points(evaluation: Evaluation, sheet: ScoreSheet) -> list[Point]:
    """The count at the end of each of the last months, today's last."""
    days = ScorePoint.objects.filter(evaluation=evaluation, day__lte=sheet.day)
    end = evaluation.campaign.period_end
    by_month: dict[tuple[int, int], tuple[dt.date, int]] = {}
    for stored, met in days.values_list("day", "met").order_by("day"):
        # What is written after the period belongs to its last month.
        day = min(stored, end)
        by_month[day.year, day.month] = (day, met)
    last = min(sheet.day, end)
    by_month[last.year, last.month] = (last, sheet.total.met)
    months = sorted(by_month.items())[-MONTHS_SHOWN:]
    return [
        Point(
            label=_("M%(month)s") % {"month": month},
            day=day,
            met=met,
            is_last=day == last,
        )
        for (_year, month), (day, met) in months
    ]
