"""What differs between two sets, in words: criteria are matched by key, not number."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from criteria.models import Category, CriteriaSet, Criterion
from criteria.services.set_files import SetContent, raw_criterion
from criteria.services.set_tables import CATEGORIES, CRITERIA, HEAD_FIELDS
from wardsecurity.numbers import shown
from wardsecurity.spreadsheets.findings import Column, Type
from wardsecurity.spreadsheets.writing import written

_WORDS = re.compile(r"\S+\s*|\s+")  # a word with the space after it


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: kept, only `before`, or only `after`."""

    text: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after; long texts also word by word."""

    heading: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """A criterion that is in both sets, and what differs."""

    before: Criterion
    after: Criterion
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """A category that was added, taken away or renamed."""

    code: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class SetDiff:
    """All differences; none when both sets say the same."""

    head: tuple[Change, ...] = ()
    categories: tuple[CategoryChange, ...] = ()
    added: tuple[Criterion, ...] = ()
    removed: tuple[Criterion, ...] = ()
    changed: tuple[CriterionChange, ...] = field(default=())
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (
            self.head or self.categories or self.added or self.removed or self.changed
        )


def compare(before: SetContent, after: SetContent) -> SetDiff:
    """Return what `after` says otherwise than `before`. No queries."""
    old = {one.key: one for one in before.criteria}
    new = {one.key: one for one in after.criteria}
    changed = []
    for key, row in new.items():
        if key in old and (changes := changes_of(old[key], row)):
            changed.append(CriterionChange(old[key], row, changes))
    kept = len(old.keys() & new.keys())
    return SetDiff(
        head=_head(before.raw(), after.raw()),
        categories=_categories(before.categories, after.categories),
        added=tuple(row for key, row in new.items() if key not in old),
        removed=tuple(row for key, row in old.items() if key not in new),
        changed=tuple(changed),
        unchanged=kept - len(changed),
    )


def changes_of(
    before: Criterion, after: Criterion, only: Collection[str] = ()
) -> tuple[Change, ...]:
    """What a criterion says otherwise; with `only` in these fields."""
    columns = tuple(one for one in CRITERIA.columns if not only or one.key in only)
    return _changes(columns, raw_criterion(before), raw_criterion(after))


def threshold_changes(before: CriteriaSet, after: CriteriaSet) -> tuple[Change, ...]:
    """What two sets ask for recognition that differs. No queries."""
    start = "recognition."
    columns = tuple(one for one in HEAD_FIELDS if one.key.startswith(start))
    old, new = (
        {one.key: getattr(row, one.key.removeprefix(start)) for one in columns}
        for row in (before, after)
    )
    return _changes(columns, old, new)


def _changes(
    columns: tuple[Column, ...], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Change, ...]:
    found = []
    for column in columns:
        old, new = before.get(column.key), after.get(column.key)
        if old == new or column.key == "key":
            continue
        one, other = said(old, column), said(new, column)
        is_long = column.type == Type.TEXT and min(len(one), len(other)) > 40
        pieces = _pieces(one, other) if is_long else ()
        found.append(Change(heading_of(column), one, other, pieces))
    return tuple(found)


def _head(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Fields of the set itself; the papers it rests on by their number."""
    columns = tuple(one for one in HEAD_FIELDS if one.key != "code")
    changes = list(_changes(columns, _flat(before), _flat(after)))
    if before.get("legal_basis") != after.get("legal_basis"):
        one, other = (
            "; ".join(paper.get("code", "") for paper in raw.get("legal_basis", []))
            for raw in (before, after)
        )
        changes.append(Change(_("Legal basis"), one, other))
    return tuple(changes)


def _flat(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A file's fields by their dotted names."""
    flat = {}
    for column in HEAD_FIELDS:
        value: Any = raw
        for step in column.key.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        flat[column.key] = value or None
    return flat


def _categories(
    before: list[Category], after: list[Category]
) -> tuple[CategoryChange, ...]:
    old, new = ({one.code: one for one in rows} for rows in (before, after))
    names = ("order", "name_vi", "name_en")
    found = []
    for code in [*old, *(one for one in new if one not in old)]:
        one, other = (
            {name: getattr(rows[code], name) for name in names} if code in rows else {}
            for rows in (old, new)
        )
        if changes := _changes(CATEGORIES.columns, one, other):
            found.append(CategoryChange(code, changes))
    return tuple(found)


def heading_of(column: Column) -> str:
    """A column's heading in the language of the page."""
    if (get_language() or "vi").startswith("en") and column.english:
        return column.english[0].upper() + column.english[1:]
    return column.heading


def said(value: Any, column: Column) -> str:
    """A value in words; a dash for nothing."""
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() | Decimal():
            return str(value) if column.key == "year" else shown(value)
    text = str(written(value, column)) if not hasattr(value, "strftime") else ""
    return text.replace("\n", "; ") if text else f"{value:%d/%m/%Y}"


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts laid over each other, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            found.append(Piece("".join(old[a:b])))
            continue
        if a < b:
            found.append(Piece("".join(old[a:b]), "before"))
        if c < d:
            found.append(Piece("".join(new[c:d]), "after"))
    return tuple(found)
