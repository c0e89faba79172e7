"""The table: a row, its ratio, its target, and SHORT where it misses it."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_QUERIES = 12
GROWTH = 1.15  # a page over a hundred wards may take this much of its time over one


@dataclass(frozen=True, slots=True)
class Line:
    """One row of one database. `small` and `large`: the ratio over 1 and 100 wards."""

    name: str
    small: float | None
    large: float | None
    target: float
    queries: tuple[int, int] | None = None
    at_least: bool = False  # the ratio is to be this much, not at most
    most_queries: int | None = None
    growth: float | None = None  # its time over 100 wards, of that over one

    @property
    def is_short(self) -> bool:
        """Whether it misses its target."""
        ratios = [ratio for ratio in (self.small, self.large) if ratio is not None]
        if any(
            ratio < self.target if self.at_least else ratio > self.target
            for ratio in ratios
        ):
            return True
        if self.queries is not None:
            first, then = self.queries
            if first != then or (self.most_queries and then > self.most_queries):
                return True
        return self.growth is not None and self.growth > GROWTH


def as_text(database: str, lines: Iterable[Line]) -> str:
    """The table of one database."""
    head = (
        f"{database:<38} {'1 ward':>8} {'100':>8} {'target':>8} {'100 / 1':>8}"
        f" {'queries':>9}"
    )
    return "\n".join([head, "-" * len(head), *map(_row, lines)])


def _row(line: Line) -> str:
    sign = "≥" if line.at_least else "≤"
    queries = f"{line.queries[0]} / {line.queries[1]}" if line.queries else ""
    growth = f"{line.growth:.2f}" if line.growth is not None else ""
    return (
        f"{line.name:<38} {_number(line.small):>8} {_number(line.large):>8}"
        f" {sign + format(line.target, 'g'):>8} {growth:>8} {queries:>9}"
        f"{'  SHORT' if line.is_short else ''}"
    )


def _number(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
