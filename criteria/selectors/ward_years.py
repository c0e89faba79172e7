"""A ward's years side by side, and those of the units it followed, each in its own
column: nothing is added up or averaged over units.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from criteria import scoring
from criteria.models import (
    Assessment,
    Category,
    CategoryScore,
    Evaluation,
    Recognition,
)
from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.scoring import Tally
from criteria.selectors.boards import Status
from criteria.selectors.evaluations import list_evaluations
from criteria.selectors.province_filters import status_of_state
from criteria.selectors.province_lines import Cell
from criteria.selectors.rollup import roll_up
from criteria.selectors.scores import is_fresh, standing_of, stored_tally
from wardsecurity.wards.models import AdministrativeUnit, UnitSuccession
from wardsecurity.wards.selectors import get_ward, predecessors_of

NOT_THERE = ""  # the criterion is not in that year's set
# Of a year still open: nothing judged yet, with something entered and without.
IN_PROGRESS, NOT_STARTED = "in_progress", "not_started"


@dataclass(frozen=True, slots=True)
class YearColumn:
    """One evaluation: its figures, state and decision."""

    evaluation: Evaluation
    total: Tally
    cells: dict[str, Cell]  # by code of the category
    status: Status
    decision: Recognition | None

    @property
    def year(self) -> int:
        """The year of the campaign."""
        return self.evaluation.campaign.year


@dataclass(frozen=True, slots=True)
class UnitColumns:
    """The years of one unit, the earliest first; of a predecessor how it ended."""

    unit: AdministrativeUnit
    years: list[YearColumn]
    succession: UnitSuccession | None = None

    @property
    def width(self) -> int:
        """How many columns its head spans."""
        return max(len(self.years), 1)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category, and its figure in each column; None where a set has none."""

    code: str
    name: str
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion by its key, and what it came to in each column."""

    key: str
    number: int
    title: str
    results: list[str]

    @property
    def changed(self) -> bool:
        """Whether some columns differ; what is not judged yet differs from nothing."""
        return len(set(self.results) - {IN_PROGRESS, NOT_STARTED}) > 1


@dataclass(frozen=True, slots=True)
class WardYears:
    """Everything the page shows."""

    ward: AdministrativeUnit
    groups: list[UnitColumns]
    categories: list[CategoryRow]
    criteria: list[CriterionRow]
    show_all: bool

    @property
    def columns(self) -> list[YearColumn]:
        """All columns, the ward's own first."""
        return [year for group in self.groups for year in group.years]

    @property
    def span(self) -> int:
        """Columns of the table, its heads of rows among them."""
        return 1 + sum(group.width for group in self.groups)

    @property
    def is_decided(self) -> bool:
        """Whether a decision stands on some year."""
        return any(one.decision for one in self.columns)

    @property
    def changed(self) -> int:
        """Criteria that differ between columns."""
        return sum(row.changed for row in self.criteria)

    @property
    def rows(self) -> list[CriterionRow]:
        """The criteria shown: those that changed, or all."""
        return [row for row in self.criteria if self.show_all or row.changed]


def get_ward_years(*, user: Any, slug: str, show_all: bool = False) -> WardYears:
    """The years of a ward and of its predecessors; Http404 when out of sight.

    Seven queries, one more for each generation of predecessors, and one when stored
    sums are stale; their number does not grow with years.
    """
    ward = get_ward(user=user, slug=slug)
    successions = predecessors_of(user=user, unit=ward)
    units = {ward.pk: ward} | {
        row.predecessor_id: row.predecessor for row in successions
    }
    evaluations = list(
        list_evaluations(user=user)
        .filter(campaign__ward__in=list(units))
        .order_by("campaign__year", "pk")
    )
    columns = _columns(evaluations)
    ended = {row.predecessor_id: row for row in reversed(successions)}
    groups = [
        UnitColumns(
            unit,
            [one for one in columns if one.evaluation.campaign.ward_id == pk],
            ended.get(pk),
        )
        for pk, unit in units.items()
    ]
    # A unit without a year says so in its head and takes no more room than that.
    groups = [group for group in groups if group.years or group.unit == ward]
    shown = [year for group in groups for year in group.years]
    return WardYears(
        ward, groups, _categories(shown), _criteria(shown), show_all=show_all
    )


def _columns(evaluations: Sequence[Evaluation]) -> list[YearColumn]:
    today = timezone.localdate()
    pks = [one.pk for one in evaluations]
    stale = [one.pk for one in evaluations if not is_fresh(one, today)]
    live = roll_up(stale, today)
    stored: dict[int, list[CategoryScore]] = {}
    for row in CategoryScore.objects.filter(evaluation__in=pks):
        stored.setdefault(row.evaluation_id, []).append(row)
    sets = {one.criteria_set_id for one in evaluations}
    codes = dict(
        Category.objects.filter(criteria_set__in=sets).values_list("pk", "code")
    )
    decisions = {
        row.evaluation_id: row
        for row in Recognition.objects.filter(evaluation__in=pks, voided_at=None)
    }
    columns = []
    for one in evaluations:
        basis = "verified" if one.state in CONCLUDED_STATES else "self"
        if one.pk in live:
            parts = {
                codes[sums.category_id]: sums.verified
                if basis == "verified"
                else sums.own
                for sums in live[one.pk]
            }
        else:
            parts = {
                codes[row.category_id]: stored_tally(row, basis)
                for row in stored.get(one.pk, [])
            }
        columns.append(
            YearColumn(
                evaluation=one,
                total=sum(parts.values(), Tally()),
                cells={code: Cell(part.met, part.size) for code, part in parts.items()},
                status=status_of_state(one.state),
                decision=decisions.get(one.pk),
            )
        )
    return columns


def _categories(columns: Sequence[YearColumn]) -> list[CategoryRow]:
    """Categories of every set in use by code, named as the newest set names them."""
    sets = {one.evaluation.criteria_set_id: one.year for one in columns}
    found: dict[str, Category] = {}
    rows = Category.objects.filter(criteria_set__in=sets)
    for row in sorted(rows, key=lambda row: (-sets[row.criteria_set_id], row.order)):
        found.setdefault(row.code, row)
    return [
        CategoryRow(code, row.name, [one.cells.get(code) for one in columns])
        for code, row in found.items()
    ]


def _criteria(columns: Sequence[YearColumn]) -> list[CriterionRow]:
    """Criteria matched by key, by number in the newest set that has them."""
    rows = Assessment.objects.filter(
        evaluation__in=[one.evaluation.pk for one in columns]
    ).select_related("criterion")
    today = timezone.localdate()
    by_key: dict[str, dict[int, Assessment]] = {}
    years = {one.evaluation.pk: one.evaluation for one in columns}
    for row in rows:
        row.evaluation = years[row.evaluation_id]
        by_key.setdefault(row.criterion.key, {})[row.evaluation_id] = row
    newest = sorted(columns, key=lambda one: -one.year)
    found = []
    for key, kept in by_key.items():
        latest = _first(kept, newest)
        found.append(
            CriterionRow(
                key,
                latest.criterion.number,
                latest.criterion.title,
                [_result(kept, one.evaluation, today) for one in columns],
            )
        )
    return sorted(found, key=lambda row: (row.number, row.key))


def _first(kept: dict[int, Assessment], columns: Iterable[YearColumn]) -> Assessment:
    return next(kept[one.evaluation.pk] for one in columns if one.evaluation.pk in kept)


def _result(kept: dict[int, Assessment], evaluation: Evaluation, today: dt.date) -> str:
    """What a criterion came to, on the basis that counts for the year."""
    row = kept.get(evaluation.pk)
    if row is None:
        return NOT_THERE
    if evaluation.state in CONCLUDED_STATES:
        return row.verified_result or scoring.NOT_MET
    one = standing_of(row)
    day = scoring.score_day(today, evaluation.campaign.period_end, row.scored_on)
    if scoring.is_met(one, day):
        return scoring.MET
    if not scoring.is_applicable(one, day):
        return scoring.NOT_APPLICABLE
    is_under_way = evaluation.state == EvaluationState.OPEN and today <= day
    if is_under_way and one.result == scoring.NOT_ASSESSED:
        return IN_PROGRESS if _is_entered(row) else NOT_STARTED
    return scoring.NOT_MET


def _is_entered(row: Assessment) -> bool:
    """Whether something stands there, as status_of has it."""
    return bool(row.value is not None or row.explanation or row.supported_until)
