"""What the charts of a province show: figures in whole numbers, and their geometry.

Each chart is drawn by the server from the rows of its own table, so that picture and
table cannot differ.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.scoring import Tally
from criteria.selectors.province_lines import (
    Line,
    Lines,
    list_evaluations_of,
    live_tally,
)

MOST_BINS = 6
YEARS_SHOWN = 6
_WIDE = 150  # units of the longest bar
_ROW, _GAP = 34, 28  # units of a bar, and of the gap that the threshold stands in


def quantile(shares: Sequence[Fraction], part: Fraction) -> Fraction | None:
    """The value below which `part` of sorted shares lie, halfway between two; exact.

    The median is `Fraction(1, 2)`. None of nothing.
    """
    if not shares:
        return None
    place = (len(shares) - 1) * part
    low = int(place)
    high = min(low + 1, len(shares) - 1)
    return shares[low] + (shares[high] - shares[low]) * (place - low)


def share_of(total: Tally) -> Fraction | None:
    """Criteria met of the ward's own set; None of an empty set."""
    return Fraction(total.met, total.size) if total.size else None


def as_percent(share: Fraction | None) -> int | None:
    """A share in whole percent, rounded down: no figure shows what it misses."""
    return None if share is None else int(share * 100)


def median_share(lines: Iterable[Line]) -> int | None:
    """The median share of criteria met, in whole percent; None without campaigns."""
    shares = sorted(
        share
        for line in lines
        if line.has_campaign and (share := share_of(line.total)) is not None
    )
    return as_percent(quantile(shares, Fraction(1, 2)))


# --- Distribution -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bin:
    """A span of the count (or of the share, in percent) and the wards in it."""

    low: int
    high: int
    label: str
    count: int
    reaches: bool  # from the threshold up
    y: int
    width: int
    end: int  # where the bar's figure stands


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many wards meet how many criteria, the lowest first."""

    bins: list[Bin]
    threshold: int | None
    by_share: bool
    height: int
    line_y: int | None  # where the threshold lies, in a gap between two bars
    unlimited: int  # wards whose set has no threshold, where others have one


def common_threshold(lines: Iterable[Line]) -> int | None:
    """The threshold of all that have one; None where they differ or none has."""
    limits = {line.threshold for line in lines} - {None}
    return next(iter(limits)) if len(limits) == 1 else None


def distribution(lines: Iterable[Line]) -> Distribution:
    """Count the wards with a campaign by criteria met.

    By count where all measure on sets of one size, by share of the own set otherwise.
    A span begins at the threshold, where all that have one have the same.
    """
    running = [line for line in lines if line.has_campaign and line.total.size]
    sizes = {line.total.size for line in running}
    limit = common_threshold(running)
    unlimited = 0 if limit is None else sum(one.threshold is None for one in running)
    by_share = len(sizes) > 1
    if by_share:
        spans = [(low, min(low + 19, 99)) for low in range(0, 100, 20)]
        spans.append((100, 100))
        values = [line.total.met * 100 // line.total.size for line in running]
        limit, unlimited = None, 0
    else:
        spans = _spans(next(iter(sizes), 0), limit)
        values = [line.total.met for line in running]
    counts = [sum(low <= one <= high for one in values) for low, high in spans]
    most = max([*counts, 1])
    bins: list[Bin] = []
    line_y = None
    y = 0
    for (low, high), count in zip(spans, counts, strict=True):
        reaches = limit is not None and low >= limit
        if reaches and line_y is None:
            line_y, y = y + _GAP // 2, y + _GAP
        width = max(count * _WIDE // most, 2 if count else 0)
        label = _label(low, high, is_first=not bins, by_share=by_share)
        bins.append(Bin(low, high, label, count, reaches, y, width, width + 8))
        y += _ROW
    return Distribution(bins, limit, by_share, y, line_y, unlimited)


def _label(low: int, high: int, *, is_first: bool, by_share: bool) -> str:
    unit = "%" if by_share else ""
    if is_first and low == 0 and high > 0:
        return _("below %(limit)s") % {"limit": f"{high + 1}{unit}"}
    if low == high:
        return f"{low}{unit}"
    return f"{low}–{high}{unit}"


def _spans(size: int, limit: int | None) -> list[tuple[int, int]]:
    """At most seven spans of 0..size; one begins at the limit."""
    limit = limit if limit is not None and 0 < limit <= size else None
    width = max(1, -(-size // MOST_BINS))
    if limit is not None and size - limit + 1 < width:
        width = size - limit + 1
    start = limit if limit is not None else size - width + 1
    highs = list(range(start + width - 1, size, width)) if start <= size else []
    spans = []
    low = start
    for high in [*highs, size]:
        if low <= high:
            spans.append((low, high))
            low = high + 1
    while len(spans) < MOST_BINS - 1 and spans and spans[0][0] - width > 0:
        first = spans[0][0]
        spans.insert(0, (first - width, first - 1))
    if spans and spans[0][0] > 0:
        spans.insert(0, (0, spans[0][0] - 1))
    return spans or [(0, size)]


# --- Year over year ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearOfWards:
    """What a unit's wards reached in one year; shares in whole percent, down."""

    year: int
    campaigns: int
    recognised: int
    low: int | None
    median: int | None
    high: int | None
    is_shown: bool  # the year of the page
    x: int = 0
    rise: int = 0


def _lives(today: dt.date) -> Q:
    """Whether the ward lives on the reference day (day_of) of its campaign's year."""
    end, year = "campaign__ward__valid_to", F("campaign__year")
    lasts = Q(**{f"{end}__year": year, f"{end}__month": 12, f"{end}__day": 31})
    past = Q(campaign__year__lt=today.year) & (Q(**{f"{end}__year__gt": year}) | lasts)
    now = Q(**{"campaign__year": today.year, f"{end}__gte": today})
    ahead = Q(**{"campaign__year__gt": today.year, f"{end}__year__gte": year})
    return Q(**{f"{end}__isnull": True}) | past | now | ahead


def _counts(lines: Lines) -> dict[int, list[tuple[str, Tally, int]]]:
    """How many evaluations of each year have the same state and figures. One query.

    A year in which only wards had one that have ended is there, and empty.
    Those whose stored sums are stale come one by one, to be taken live.
    """
    is_stale = Q(fresh_until__lt=lines.today)
    concluded = Q(state__in=CONCLUDED_STATES)
    rows = (
        list_evaluations_of(lines.unit)
        .annotate(
            stale=Case(When(is_stale, then=F("pk"))),
            met=Case(
                When(is_stale, then=0),
                When(concluded, then=F("verified_met")),
                default=F("self_met"),
                output_field=IntegerField(),
            ),
            lives=Case(When(_lives(lines.today), then=1), default=Value(0)),
        )
        .values_list("campaign__year", "state", "size", "met", "stale", "lives")
        .annotate(count=Count("pk"))
    )
    found: dict[int, list[tuple[str, Tally, int]]] = {}
    for year, state, size, met, stale, lives, count in rows.order_by("campaign__year"):
        groups = found.setdefault(year, [])
        if not lives:
            continue
        total = Tally(size=size, met=met)
        if stale is not None:
            total = live_tally(state, lines.stale.get(stale, ()))
        groups.append((state, total, count))
    return found


def list_years(lines: Lines) -> list[YearOfWards]:
    """Every year in which a ward of the unit has a campaign, the earliest first."""
    found = []
    for year, groups in _counts(lines).items():
        shares = sorted(
            share
            for _state, total, count in groups
            if (share := share_of(total)) is not None
            for _one in range(count)
        )
        quarter, half = Fraction(1, 4), Fraction(1, 2)
        found.append(
            YearOfWards(
                year=year,
                campaigns=sum(count for _state, _total, count in groups),
                recognised=sum(
                    count
                    for state, _total, count in groups
                    if state == EvaluationState.RECOGNISED
                ),
                low=as_percent(quantile(shares, quarter)),
                median=as_percent(quantile(shares, half)),
                high=as_percent(quantile(shares, 3 * quarter)),
                is_shown=year == lines.year,
            )
        )
    return found


def drawn(years: Sequence[YearOfWards], year: int) -> list[YearOfWards]:
    """The last years up to the one of the page, with their places in the chart."""
    shown = [one for one in years if one.year <= year][-YEARS_SHOWN:]
    return [
        YearOfWards(
            one.year,
            one.campaigns,
            one.recognised,
            one.low,
            one.median,
            one.high,
            one.is_shown,
            x=place * 48,
            rise=(one.median or 0) * 12 // 10,
        )
        for place, one in enumerate(shown)
    ]
