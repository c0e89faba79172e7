"""The page of a province or of the country: many wards beside each other.

One reading (province_lines) stands behind the figures on top, the list, the charts and
the exports, so that they cannot disagree with each other or with the wards' own pages.
The number of queries depends neither on wards nor on years.
"""

import datetime as dt
from collections import Counter as Tallies
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models.evaluations import EvaluationState
from criteria.selectors.boards import Counter
from criteria.selectors.evaluations import nearest_first
from criteria.selectors.missed import (
    Missed,
    most_missed,
    title_of_ranked,
    wards_missing,
)
from criteria.selectors.province_charts import (
    Distribution,
    YearOfWards,
    common_threshold,
    distribution,
    drawn,
    list_years,
)
from criteria.selectors.province_filters import (
    REACHED,
    STUCK,
    Asked,
    filtered,
    in_order,
    list_kinds,
    list_states,
    needs_cells,
)
from criteria.selectors.province_lines import (
    Head,
    Line,
    Lines,
    list_evaluations_of,
    rank,
)
from criteria.selectors.province_rows import (
    Column,
    Region,
    Row,
    columns_of,
    regions_of,
    rows_of,
)
from wardsecurity.permissions import ADMIN_SITE_ROLES
from wardsecurity.scoping import scope_of
from wardsecurity.wards.models import AdministrativeUnit, UnitKind
from wardsecurity.wards.selectors import list_units

PAGE_SIZE = 50
MANY = (UnitKind.PROVINCE, UnitKind.COUNTRY)


def get_many_wards_unit(*, user: Any, slug: str) -> AdministrativeUnit:
    """The province or country of an address.

    Http404 when out of sight, PermissionDenied without a province's role there. A
    predecessor is read by its successor. One query.
    """
    seats = scope_of(user, ADMIN_SITE_ROLES).filter(unit_id=OuterRef("pk"))
    units = list_units(user=user).filter(kind__in=MANY)
    unit = get_object_or_404(units.annotate(may_read=Exists(seats)), slug=slug)
    if not getattr(unit, "may_read", False):
        raise PermissionDenied
    return unit


def latest_year(unit: AdministrativeUnit) -> int:
    """The year a unit's wards are in; this year while there is none. One query."""
    today = timezone.localdate()
    rows = list_evaluations_of(unit).order_by(*nearest_first(today))
    return rows.values_list("campaign__year", flat=True).first() or today.year


@dataclass(frozen=True, slots=True)
class ProvinceBoard:
    """Everything the page shows, from one reading."""

    unit: AdministrativeUnit
    year: int
    asked: Asked
    wards: int  # living on the reference day of the year
    ended: int  # that had a campaign this year, and stand apart
    campaigns: int
    is_sample: bool
    heads: list[Head]
    counters: list[Counter]
    page: Page
    rows: list[Row]
    regions: list[Region]
    found: int
    reaching: int  # of those found
    without: int  # of those found
    threshold: int | None  # of all that have one
    distribution: Distribution
    missed: list[Missed]
    missed_title: str  # of the criterion asked for
    stuck: list[Counter]
    years: list[YearOfWards]
    all_years: list[int]
    states: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    parents: list[tuple[str, str]]
    has_ended: bool
    read_at: dt.datetime

    @property
    def is_country(self) -> bool:
        """Whether the rows may be provinces."""
        return self.unit.kind == UnitKind.COUNTRY

    @property
    def year_to_open(self) -> int:
        """The year to open campaigns of: this one, the next once all wards have it."""
        this_year = timezone.localdate(self.read_at).year
        is_open_everywhere = self.wards > 0 and self.campaigns == self.wards
        is_next = self.year > this_year or (
            self.year == this_year and is_open_everywhere
        )
        return this_year + is_next

    @property
    def is_stuck(self) -> bool:
        """Whether some ward is stuck somewhere."""
        return any(one.count for one in self.stuck)

    @property
    def filter_words(self) -> list[tuple[str, str]]:
        """What filters that have no field of their own ask: words, and the way out."""
        asked = self.asked
        found = [
            (str(one.word), asked.query(stuck=""))
            for one in self.stuck
            if one.code == asked.stuck
        ]
        if asked.miss:
            words = _("Not met: %(title)s") % {"title": self.missed_title}
            found.append((words, asked.query(miss="")))
        return found

    @property
    def columns(self) -> list[Column]:
        """The heads of the list of wards."""
        return columns_of(self.heads, self.asked)

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders that may be asked for."""
        groups = [
            (f"c-{head.code}", _("Category %(code)s") % {"code": head.code})
            for head in self.heads
        ]
        return [
            ("", _("Ranking")),
            ("name", _("Name of the ward")),
            *groups,
            ("overdue", _("Overdue")),
        ]

    @property
    def by_province(self) -> bool:
        """Whether the rows are provinces."""
        return self.is_country and not shows_wards(self.unit, self.asked)


def shows_wards(unit: AdministrativeUnit, asked: Asked) -> bool:
    """A province lists its wards; the country its provinces, until wards are asked."""
    return unit.kind != UnitKind.COUNTRY or asked.rows == "wards" or asked.is_filtered


@dataclass(frozen=True, slots=True)
class OpenedYear:
    """The wards of a unit in a year, all its years, and what may be asked of them."""

    lines: Lines
    years: list[YearOfWards]
    asked: Asked
    missed_title: str


def open_year(unit: AdministrativeUnit, year: int, asked: Asked) -> OpenedYear:
    """A year of a unit; a criterion that it does not rank is not asked for.

    Http404 for a year in which no ward has a campaign, but this one. Two queries, a
    third when a criterion is asked for.
    """
    today = timezone.localdate()
    if not 1900 < year < 2200:  # what a date and a small column can hold
        raise Http404
    title = title_of_ranked(unit, year, asked.miss) if asked.miss else ""
    asked = asked if title else replace(asked, miss="")
    missing = wards_missing(unit, year, today, asked.miss) if asked.miss else None
    lines = Lines(unit, year, today, missing=missing)
    years = list_years(lines)
    if year not in {today.year, *(one.year for one in years)}:
        raise Http404
    return OpenedYear(lines, years, asked, title)


def read_lines(lines: Lines, asked: Asked, *, every_cell: bool = False) -> list[Line]:
    """The wards asked for, ranked among all, in the order asked for.

    With `every_cell` each knows its categories, else only as far as the question asks.
    """
    rank(lines.all)
    if every_cell or needs_cells(asked, [head.code for head in lines.heads]):
        lines.fill(lines.all, everything=True)
    return in_order(filtered(lines.all, asked), asked)


def get_province_board(
    *, unit: AdministrativeUnit, year: int, asked: Asked
) -> ProvinceBoard:
    """The page of a unit that was read by get_many_wards_unit. Six queries."""
    opened = open_year(unit, year, asked)
    lines, years, asked = opened.lines, opened.years, opened.asked
    found = read_lines(lines, asked)
    page = Paginator(found, PAGE_SIZE).get_page(asked.page)
    shown: list[Line] = list(page)
    if not any(line.cells for line in lines.all):
        lines.fill(shown)
    living = [line for line in lines.all if line.counts]
    running = [line for line in living if line.has_campaign]
    threshold = common_threshold(running)
    return ProvinceBoard(
        unit=unit,
        year=year,
        asked=asked,
        wards=len(living),
        ended=len(lines.all) - len(living),
        campaigns=len(running),
        is_sample=any(line.is_sample for line in running),
        heads=lines.heads,
        counters=_counters(running, threshold, asked),
        page=page,
        rows=rows_of(shown, found, lines.heads, threshold, asked, page.start_index()),
        regions=regions_of(lines.all) if unit.kind == UnitKind.COUNTRY else [],
        found=len(found),
        reaching=sum(line.counts and line.reaches for line in found),
        without=sum(not line.has_campaign for line in found),
        threshold=threshold,
        distribution=distribution(running),
        missed=[
            replace(one, url=_clear(asked).query(miss=one.key))
            for one in most_missed(unit, year, lines.today)
        ],
        missed_title=opened.missed_title,
        stuck=_stuck(living, asked),
        years=drawn(years, year),
        all_years=sorted({one.year for one in years} | {year}, reverse=True),
        states=list_states(),
        kinds=list_kinds(lines.all),
        parents=_parents(lines.all, unit),
        has_ended=any(line.ended for line in lines.all),
        read_at=timezone.localtime(),
    )


def _clear(asked: Asked) -> Asked:
    """Nothing asked but the kind of rows: where a figure's own filter starts from."""
    return Asked(rows=asked.rows)


def _counters(
    running: Sequence[Line], threshold: int | None, asked: Asked
) -> list[Counter]:
    """The five figures on top, each with the filter that opens its wards."""
    states = Tallies(line.state for line in running)
    reaching = sum(line.reaches for line in running)
    from_up = (
        _("from the threshold up")
        if threshold is None
        else _("from threshold %(number)s up") % {"number": threshold}
    )
    clear = _clear(asked)
    overdue = sum(line.total.overdue for line in running)
    submitted, verifying = EvaluationState.SUBMITTED, EvaluationState.VERIFYING
    returned = EvaluationState.RETURNED

    def opened(code: str, word: str, count: int, icon: str, tone: str) -> Counter:
        return Counter(code, word, count, clear.query(state=code), icon, tone)

    return [
        opened(REACHED, from_up, reaching, "", ""),
        opened(submitted, _("submitted"), states[submitted], "paper-airplane", ""),
        opened(verifying, _("in verification"), states[verifying], "eye", ""),
        opened(returned, _("returned"), states[returned], "arrow-uturn-left", "seal"),
        Counter(
            "overdue",
            ngettext("criterion overdue", "criteria overdue", overdue),
            overdue,
            clear.query(stuck="overdue"),
            "clock",
            "turmeric",
        ),
    ]


def _stuck(lines: Sequence[Line], asked: Asked) -> list[Counter]:
    clear = _clear(asked)
    return [
        Counter(
            code,
            str(word),
            sum(test(line) for line in lines),
            clear.query(stuck=code),
            icon,
            tone,
        )
        for code, word, icon, tone, test in STUCK
    ]


def _parents(lines: Sequence[Line], unit: AdministrativeUnit) -> list[tuple[str, str]]:
    """Units directly below this one that hold wards; none where there is no choice."""
    if unit.kind == UnitKind.COUNTRY:
        found = {line.province_id: line.province for line in lines}
    else:
        found = {line.parent_id: line.parent for line in lines}
    choices = [(str(pk), name) for pk, name in found.items()]
    return choices if len(choices) > 1 else []
