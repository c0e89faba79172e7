"""The rows of a province's list: wards with their tags, or the country's provinces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState
from criteria.selectors.boards import Status
from criteria.selectors.province_charts import median_share
from criteria.selectors.province_filters import Asked, state_of
from criteria.selectors.province_lines import Cell, Head, Line
from wardsecurity.text import sort_key


@dataclass(frozen=True, slots=True)
class Row:
    """A ward in the list."""

    line: Line
    cells: list["HeatCell | None"]
    attention: Status | None
    state: Status
    is_first_below: bool = False  # the first below the threshold
    is_first_without: bool = False  # the first without a campaign
    is_first_ended: bool = False  # the first that no longer counts


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A figure of the heat map, in the words of its cell."""

    label: str  # the category, and its size where all wards have the same
    heat: int
    met: int
    of: int | None  # the ward's own size, where the wards' differ


def _heat_cell(head: Head, cell: Cell | None) -> HeatCell | None:
    if cell is None:
        return None
    label = f"{head.code}/{head.size}" if head.size else head.code
    return HeatCell(label, cell.heat, cell.met, None if head.size else cell.size)


@dataclass(frozen=True, slots=True)
class Column:
    """A head of the list; with an address it orders the list by itself."""

    kind: str  # rank, name, heat, count, tag
    label: str
    url: str = ""
    order: str = ""  # "ascending" or "descending" while the list is in this order
    title: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A province in the list of the country."""

    slug: str
    name: str
    wards: int
    campaigns: int
    submitted: int
    verified: int
    recognised: int
    overdue: int
    median: int | None  # percent, rounded down

    @property
    def heat(self) -> int:
        """As Cell.heat, of the median."""
        return (self.median or 0) // 20


def columns_of(heads: Sequence[Head], asked: Asked) -> list[Column]:
    """The heads of the list of wards."""
    now = asked.sort if is_sorted(asked, heads) else ""

    def ordering(kind: str, label: str, code: str, way: str, **more: Any) -> Column:
        order = way if now == code else ""
        return Column(kind, label, asked.query(sort=code), order, **more)

    return [
        ordering("rank", _("Ranking"), "", "ascending"),
        ordering("name", _("Ward"), "name", "ascending"),
        *(
            ordering(
                "heat",
                head.code,
                f"c-{head.code}",
                "descending",
                title=head.name,
                size=head.size,
            )
            for head in heads
        ),
        Column("count", _("Met")),
        ordering("tag", _("Needs attention"), "overdue", "descending"),
        Column("tag", _("State")),
    ]


def attention_of(line: Line) -> Status | None:
    """What to look at first in a ward: one tag, the most urgent wins."""
    total = line.total
    if total.mandatory_failed:
        return Status(
            "mandatory", _("Mandatory not met"), "exclamation-circle", "seal", box=True
        )
    if total.overdue:
        word = ngettext("%(n)s overdue", "%(n)s overdue", total.overdue)
        return Status("overdue", word % {"n": total.overdue}, "clock", "turmeric")
    if total.unsupported:
        word = ngettext(
            "%(n)s without evidence", "%(n)s without evidence", total.unsupported
        )
        return Status(
            "unsupported",
            word % {"n": total.unsupported},
            "exclamation-triangle",
            "turmeric",
        )
    return None


def rows_of(
    shown: Sequence[Line],
    found: Sequence[Line],
    heads: Sequence[Head],
    threshold: int | None,
    asked: Asked,
    first: int,
) -> list[Row]:
    """The rows of a page; by rank, the threshold stands between two of them."""
    by_rank = not is_sorted(asked, heads)
    rows = []
    for place, line in enumerate(shown, start=first - 1):
        before = found[place - 1] if place > 0 else None
        starts_below = (
            by_rank
            and threshold is not None
            and _is_below(line, threshold)
            and (before is None or not _is_below(before, threshold))
        )
        is_without = line.counts and not line.has_campaign
        starts_without = is_without and (
            by_rank and (before is None or before.has_campaign)
        )
        starts_ended = not line.counts and (before is None or before.counts)
        rows.append(
            Row(
                line,
                [_heat_cell(head, line.cell(head.code)) for head in heads],
                attention_of(line),
                state_of(line),
                is_first_below=starts_below,
                is_first_without=starts_without,
                is_first_ended=starts_ended,
            )
        )
    return rows


def _is_below(line: Line, threshold: int) -> bool:
    """Whether a ranked ward stands below the line, whatever its own set asks for."""
    return line.has_campaign and line.counts and line.total.met < threshold


def is_sorted(asked: Asked, heads: Sequence[Head]) -> bool:
    """Whether the list is in another order than by rank."""
    return asked.sort in ("name", "overdue", *(f"c-{head.code}" for head in heads))


_HANDED_IN = frozenset(EvaluationState.values) - {EvaluationState.OPEN}


def regions_of(lines: Sequence[Line]) -> list[Region]:
    """The provinces of the country, in Vietnamese order, each from its living wards."""
    by_province: dict[int, list[Line]] = {}
    for line in lines:
        by_province.setdefault(line.province_id, []).append(line)
    found = []
    for group in sorted(
        by_province.values(), key=lambda group: sort_key(group[0].province)
    ):
        living = [line for line in group if line.counts]
        found.append(
            Region(
                slug=group[0].province_slug,
                name=group[0].province,
                wards=len(living),
                campaigns=sum(line.has_campaign for line in living),
                submitted=sum(line.state in _HANDED_IN for line in living),
                verified=sum(line.state in CONCLUDED_STATES for line in living),
                recognised=sum(
                    line.state == EvaluationState.RECOGNISED for line in living
                ),
                overdue=sum(line.total.overdue for line in living),
                median=median_share(living),
            )
        )
    return found
