"""Where every ward of a province stands: one line a ward, from the stored roll-up.

The figures are those of the ward's own pages (selectors/scores.py): the stored sums
while they are true, else the same SQL live; verified once concluded, else the ward's
own. Nothing here adds up criteria, and nothing is written.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import (
    Assessment,
    Category,
    CategoryScore,
    Evaluation,
    Evidence,
)
from criteria.models.assessments import Result
from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.models.sets import in_language
from criteria.scoring import Tally
from criteria.selectors.rollup import CategorySums, roll_up_stale
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    UnitKind,
    UnitScope,
)

QUIET_DAYS = 30  # nothing recorded for so long
WAITING_DAYS = 10  # submitted and not concluded for longer than this

_CONCLUDED = frozenset(CONCLUDED_STATES)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many criteria of a category a ward meets."""

    met: int
    size: int

    @property
    def heat(self) -> int:
        """The heat class: 5 all, 4 from 80 %, 3 from 60, 2 from 40, 1 from 20, else 0.

        In whole arithmetic, so that no cell shows a share it does not reach.
        """
        return self.met * 5 // self.size if self.size else 0


@dataclass(slots=True, kw_only=True)
class Line:
    """One ward in one year. Without a campaign the figures are 0 and state is ""."""

    ward_id: int
    slug: str
    name: str
    sort_key: str
    searched: str
    kind: str
    parent_id: int
    parent: str
    province_id: int
    province: str
    province_slug: str
    ended_on: dt.date | None  # the last day, when it has passed
    counts: bool  # it lives on the reference day of the year: see day_of
    evaluation_id: int | None
    state: str
    submitted_on: dt.date | None
    opened_on: dt.date | None
    threshold: int | None  # criteria to meet; None: not decided
    is_sample: bool
    moved: bool  # something was recorded in the last QUIET_DAYS
    begun: bool  # some criterion has an answer or evidence
    misses: bool  # the criterion asked for is not met
    total: Tally
    rank: int | None = None
    cells: dict[str, Cell] = field(default_factory=dict)  # by code of the category

    @property
    def ended(self) -> bool:
        """Whether the unit is no more today."""
        return self.ended_on is not None

    @property
    def ended_word(self) -> str:
        """That it ended, and in which year."""
        if self.ended_on is None:
            return ""
        return _("Ended in %(year)s") % {"year": self.ended_on.year}

    @property
    def has_campaign(self) -> bool:
        """Whether the ward measures itself this year."""
        return self.evaluation_id is not None

    @property
    def is_open(self) -> bool:
        """Whether the ward is at work."""
        return self.state == EvaluationState.OPEN

    @property
    def reaches(self) -> bool:
        """Whether it meets as many criteria as its own set asks for."""
        return self.threshold is not None and self.total.met >= self.threshold

    def cell(self, code: str) -> Cell | None:
        """Its figure in a category; None where its set has none of this code."""
        return self.cells.get(code)


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the heat map: a category by its code."""

    code: str
    name: str
    size: int | None  # criteria in it; None: the wards' sets differ


def in_scope(unit: AdministrativeUnit, path: str) -> Exists:
    """Rows of a unit and below by the closure, predecessors elsewhere left out.

    `path` leads to the ward's key. The caller has read the unit through for_user: who
    sees a unit for writing sees all below it.
    """
    below = UnitScope.objects.filter(viewer=unit, read_only=False)
    return Exists(below.filter(unit_id=OuterRef(path)))


def list_evaluations_of(unit: AdministrativeUnit) -> QuerySet[Evaluation]:
    """Evaluations of every ward of a unit."""
    return Evaluation.objects.filter(in_scope(unit, "campaign__ward_id")).order_by()


_FIGURES = (
    *("size", "self_met", "self_applicable", "self_points", "self_max_points"),
    *("self_unsupported", "self_overdue", "self_mandatory_failed", "verified_met"),
    *("verified_applicable", "verified_points", "verified_max_points"),
    "verified_mandatory_failed",
)


def tally_of(state: str, figures: tuple[int, ...]) -> Tally:
    """The sums that count in a state, of columns in the order of _FIGURES."""
    if state in _CONCLUDED:
        met, applicable, points, max_points, failed = figures[8:]
        return Tally(
            size=figures[0],
            met=met,
            applicable=applicable,
            points=points,
            max_points=max_points,
            mandatory_failed=failed,
        )
    return Tally(*figures[:8])


def live_tally(state: str, sums: Iterable[CategorySums]) -> Tally:
    """The same of sums just computed."""
    concluded = state in _CONCLUDED
    parts = (one.verified if concluded else one.own for one in sums)
    return sum(parts, Tally())


def _moved(today: dt.date) -> Q:
    first = today - dt.timedelta(days=QUIET_DAYS)
    since = timezone.make_aware(dt.datetime.combine(first, dt.time.min))
    recorded = Evidence.objects.filter(ward=OuterRef("pk"), recorded_at__gte=since)
    assessed = Assessment.objects.filter(
        evaluation=OuterRef("run__evaluation"), assessed_at__gte=since
    )
    return Q(Exists(recorded)) | Q(Exists(assessed))


def _begun() -> Exists:
    answered = ~Q(self_result=Result.NOT_ASSESSED) | Q(supported_until__isnull=False)
    rows = Assessment.objects.filter(evaluation=OuterRef("run__evaluation"))
    return Exists(rows.filter(answered | Q(assessed_at__isnull=False)))


def day_of(year: int, today: dt.date) -> dt.date:
    """The day of a year on which a ward must exist to be counted: today, or its end."""
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return min(max(today, start), end)


class Lines:
    """The wards of a unit in a year. Each query is made once, when first asked for."""

    def __init__(
        self,
        unit: AdministrativeUnit,
        year: int,
        today: dt.date,
        *,
        missing: QuerySet[Assessment] | None = None,
    ) -> None:
        self.unit, self.year, self.today = unit, year, today
        self.missing = missing
        self.day = day_of(year, today)

    def _units(self) -> QuerySet[AdministrativeUnit]:
        """Wards with a campaign this year, and those that exist without one."""
        this_year = Q(campaigns__year=self.year)
        rows = AdministrativeUnit.objects.filter(
            in_scope(self.unit, "pk"), kind__in=COMMUNE_LEVEL
        ).alias(run=FilteredRelation("campaigns", condition=this_year))
        exists = open_on(self.day)
        misses = Value(value=False) if self.missing is None else self._misses()
        return rows.filter(Q(run__isnull=False) | exists).annotate(
            moved=_moved(self.today), begun=_begun(), misses=misses
        )

    def _misses(self) -> Exists:
        assert self.missing is not None  # noqa: S101 - asked by the caller
        return Exists(self.missing.filter(evaluation=OuterRef("run__evaluation")))

    @cached_property
    def stale(self) -> dict[int, list[CategorySums]]:
        """Sums, as of today, of evaluations whose stored ones are no longer true."""
        return roll_up_stale(self.unit.pk, self.today)

    @cached_property
    def all(self) -> list[Line]:
        """Every ward, in Vietnamese order. One row a ward; two queries."""
        rows = self._units().order_by("sort_key", "pk")
        found = rows.values_list(
            *("pk", "slug", "name", "sort_key", "searched", "kind", "valid_to"),
            *("parent_id", "parent__name", "parent__slug", "parent__kind"),
            *("parent__parent_id", "parent__parent__name", "parent__parent__slug"),
            *("run__evaluation__pk", "run__evaluation__state"),
            *("run__evaluation__submitted_at", "run__created_at"),
            *("run__evaluation__criteria_set__min_met", "run__is_example"),
            *("run__is_synthetic", "moved", "begun", "misses"),
            *(f"run__evaluation__{name}" for name in _FIGURES),
        )
        return [self._line(row) for row in found]

    def _line(self, row: tuple[Any, ...]) -> Line:
        (pk, slug, name, sort_key, searched, kind, valid_to), row = row[:7], row[7:]
        (parent, above), row = (row[:3], (row[3], row[4:7])), row[7:]
        (evaluation, state, submitted, opened, threshold), row = row[:5], row[5:]
        (example, synthetic, moved, begun, misses), figures = row[:5], row[5:]
        # Below a district stands the district's province.
        top = above[1] if above[0] == UnitKind.DISTRICT else parent
        if evaluation is None:
            total = Tally()
        elif evaluation in self.stale:
            total = live_tally(state, self.stale[evaluation])
        else:
            total = tally_of(state, figures)
        return Line(
            ward_id=pk,
            slug=slug,
            name=name[:1].upper() + name[1:],
            sort_key=sort_key,
            searched=searched,
            kind=kind,
            parent_id=parent[0],
            parent=parent[1],
            province_id=top[0],
            province=top[1],
            province_slug=top[2],
            ended_on=valid_to if valid_to and valid_to < self.today else None,
            counts=valid_to is None or valid_to >= self.day,
            evaluation_id=evaluation,
            state=state or "",
            submitted_on=submitted and timezone.localdate(submitted),
            opened_on=opened and timezone.localdate(opened),
            threshold=threshold,
            is_sample=bool(example or synthetic),
            moved=moved,
            begun=begun,
            misses=misses,
            total=total,
        )

    @cached_property
    def _categories(self) -> dict[int, tuple[str, str, int, int]]:
        """Categories of the sets in use: code, name, size and place. One query."""
        used = list_evaluations_of(self.unit).filter(
            campaign__year=self.year, criteria_set=OuterRef("criteria_set")
        )
        rows = Category.objects.filter(Exists(used)).annotate(size=Count("criteria"))
        return {
            row.pk: (row.code, in_language(row, "name"), row.size, row.order)
            for row in rows.order_by("order", "code", "pk")
        }

    @cached_property
    def heads(self) -> list[Head]:
        """The columns of the heat map: every code in use, in the sets' order."""
        sizes: dict[str, set[int]] = {}
        names: dict[str, str] = {}
        for code, name, size, _order in self._categories.values():
            sizes.setdefault(code, set()).add(size)
            names.setdefault(code, name)
        return [
            Head(code, names[code], min(found) if len(found) == 1 else None)
            for code, found in sizes.items()
        ]

    def fill(self, lines: Iterable[Line], *, everything: bool = False) -> None:
        """Put the figures of each category into lines: those of a page, or all.

        One query; `everything` finds them by the closure and not by a list of keys.
        """
        states = {line.evaluation_id: line for line in lines if line.has_campaign}
        rows = CategoryScore.objects.all()
        if everything:
            rows = rows.filter(
                in_scope(self.unit, "evaluation__campaign__ward_id"),
                evaluation__campaign__year=self.year,
            )
        else:
            rows = rows.filter(evaluation__in=list(states))
        found = rows.values_list(
            "evaluation_id", "category_id", "size", "self_met", "verified_met"
        )
        for evaluation, category, size, own, verified in found.order_by():
            line = states.get(evaluation)
            if line is None or evaluation in self.stale:
                continue
            met = verified if line.state in _CONCLUDED else own
            line.cells[self._categories[category][0]] = Cell(met, size)
        for line in states.values():
            for sums in self.stale.get(line.evaluation_id or 0, ()):
                part = live_tally(line.state, [sums])
                code = self._categories[sums.category_id][0]
                line.cells[code] = Cell(part.met, part.size)


def rank(lines: Iterable[Line]) -> None:
    """Give each living ward with a campaign its place by criteria met: ties share one.

    1, 1, 1, 1, 5 … A ward that has ended has none: its successor may stand here.
    """
    running = [line for line in lines if line.has_campaign and line.counts]
    running.sort(key=lambda line: -line.total.met)
    for place, line in enumerate(running, start=1):
        before = running[place - 2] if place > 1 else None
        tied = before is not None and before.total.met == line.total.met
        line.rank = before.rank if before is not None and tied else place
