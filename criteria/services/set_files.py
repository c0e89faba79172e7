"""A criteria set as a file says it: checked field by field, hashed by its content.

One layout and one check serve the file that is loaded, the criterion that is edited and
the set that is published. docs: the comments of criteria/catalog/criteria-34.yaml.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from criteria.measures import KNOWN_SOURCES
from criteria.models import Category, CriteriaSet, Criterion, SetState
from criteria.models.choices import UNCHECKED
from criteria.models.sets import (
    Baseline,
    Direction,
    EvidenceMode,
    Kind,
    PointRule,
    ProvenanceLevel,
    WhenBaseZero,
)
from criteria.services.yaml_files import Fault, Faulty, Fields
from wardsecurity.audit.services import canonical, digest
from wardsecurity.wards.models import ParticipatingKind

MOST_CRITERIA = 999
MOST_POINTS = 10_000
LARGEST_TARGET = Decimal(10) ** 11
LONGEST_TEXT = 10_000  # characters of a requirement or a statement
LONGEST_ITEM = 300  # characters of a wanted piece of evidence
# What a file may call itself. Publishing is an act of somebody in the owning unit, so
# that a file that calls itself published is loaded as a draft.
STATES = (SetState.WORKING, SetState.DRAFT, SetState.PUBLISHED)
STATEMENTS = ("statement", "scoring_note", "left_out", "privacy_rule")

TEXTS = (
    "title_vi",
    "title_en",
    "requirement_vi",
    "requirement_en",
    "unit_vi",
    "unit_en",
    "value_label_vi",
    "value_label_en",
    "value_unit_vi",
    "value_unit_en",
    "base_label_vi",
    "base_label_en",
    "source",
)
LISTS = ("figures_by", "shown_with", "evidence_vi", "evidence_en")
# Fields of a criterion whose name and value are the column's.
AS_COLUMNS = (
    "number",
    "key",
    *TEXTS,
    "kind",
    "mandatory",
    "target",
    "floor",
    "direction",
    "rule",
    "bounded",
    "when_base_zero",
    "baseline",
    "measure_source",
    *LISTS,
    "evidence_mode",
    "lead_unit_kind",
    "due_quarter",
    "provenance",
)


@dataclass(frozen=True, slots=True)
class SetContent:
    """The rows of one set, stored or still to be stored."""

    criteria_set: CriteriaSet
    categories: list[Category]
    criteria: list[Criterion]

    @classmethod
    def of(cls, criteria_set: CriteriaSet) -> "SetContent":
        """Read a stored set. Two queries."""
        return cls(
            criteria_set,
            list(criteria_set.categories.order_by("order")),
            list(criteria_set.criteria.select_related("category").order_by("number")),
        )

    def raw(self) -> dict[str, Any]:
        """The set in the layout of a file; what says nothing is left out."""
        head = self.criteria_set
        return {
            "code": head.code,
            "name_vi": head.name_vi,
            "name_en": head.name_en,
            "year": head.year,
            "provenance": head.provenance,
            "recognition": _saying(
                {
                    "min_met": head.min_met,
                    "min_percent": head.min_percent,
                    "min_percent_per_category": head.min_percent_per_category,
                }
            ),
            "assessment_period": _saying(
                {"start": head.period_start, "end": head.period_end}
            ),
            "legal_basis": head.legal_basis,
            "categories": [
                _saying(
                    {
                        "code": one.code,
                        "order": one.order,
                        "name_vi": one.name_vi,
                        "name_en": one.name_en,
                    }
                )
                for one in self.categories
            ],
            "criteria": [raw_criterion(one) for one in self.criteria],
        }

    @property
    def unchecked(self) -> list[Criterion]:
        """Criteria that still rest on no text of the annex."""
        return [one for one in self.criteria if one.provenance in UNCHECKED]

    @property
    def hash(self) -> str:
        """SHA-256 of the content; state, version and owner are not content."""
        return digest(canonical(self.raw()))


def raw_criterion(row: Criterion) -> dict[str, Any]:
    """A criterion in the layout of a file."""
    raw = {name: getattr(row, name) for name in AS_COLUMNS}
    raw["category"] = row.category.code
    raw["max_points"] = Decimal(row.max_points) / 100
    return _saying(raw)


def _saying(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Only what says something: not blank, not false, no floor of 0."""
    kept = {}
    for name, value in raw.items():
        # By identity: a target of 0 says something, and 0 == False.
        if value is None or value is False or value in ("", []):
            continue
        if name == "floor" and value == 0:
            continue
        kept[name] = (
            value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value
        )
    return kept


def checked_set(raw: Any) -> SetContent:
    """Return the unsaved rows of a file's content; Faulty lists every fault in it."""
    faults: list[Fault] = []
    if not isinstance(raw, Mapping):
        raise Faulty([Fault(_("The file holds no criteria set (name: value)."))])
    fields = Fields(raw, faults)
    head = _head(fields)
    categories, declared = _categories(fields)
    criteria = _criteria(fields, categories)
    _check_counts(fields, declared, criteria)
    _check_used(fields, categories, criteria)
    _recognition(fields, head, len(criteria))
    fields.finish()
    if faults:
        raise Faulty(faults)
    return SetContent(
        head,
        sorted(categories, key=lambda one: one.order),
        sorted(criteria, key=lambda one: one.number),
    )


# --- The set ----------------------------------------------------------------------


def _size(model: type[models.Model], name: str) -> int:
    """How many characters a column takes."""
    return getattr(model._meta.get_field(name), "max_length", None) or LONGEST_TEXT


def _head(fields: Fields) -> CriteriaSet:
    period = fields.mapping("assessment_period")
    start, end = period.day("start"), period.day("end")
    if start and end and end < start:
        period.fault("end", _("The period ends before it starts."))
    period.finish()
    return CriteriaSet(
        code=fields.text("code", _size(CriteriaSet, "code")),
        name_vi=fields.text("name_vi", _size(CriteriaSet, "name_vi")),
        name_en=fields.text("name_en", _size(CriteriaSet, "name_en"), required=False),
        year=fields.whole("year", 2000, 2100),
        state=fields.choice("state", STATES, required=False) or SetState.DRAFT,
        provenance=_provenance(fields.mapping("provenance", required=True)),
        legal_basis=_legal_basis(fields),
        period_start=start,
        period_end=end,
    )


def _provenance(fields: Fields) -> dict[str, Any]:
    """Where the set comes from; the statement is shown wherever a criterion is read."""
    kept: dict[str, Any] = {}
    for name in STATEMENTS:
        for field in (f"{name}_vi", f"{name}_en"):
            required = field == "statement_vi" and bool(fields.source)
            kept[field] = fields.text(field, LONGEST_TEXT, required=required)
    levels = fields.mapping("levels")
    kept["levels"] = {
        level: text
        for level in ProvenanceLevel.values
        if (text := levels.text(level, LONGEST_TEXT, required=False))
    }
    levels.finish()
    day = fields.day("checked_on")
    kept["checked_on"] = day.isoformat() if day else ""
    fields.finish()
    return {name: value for name, value in kept.items() if value}


def _legal_basis(fields: Fields) -> list[dict[str, Any]]:
    rows = []
    for place, source in enumerate(fields.mappings("legal_basis", required=False)):
        item = Fields(source, fields.faults, prefix=f"legal_basis[{place + 1}].")
        day = item.day("date")
        kept = {
            "code": item.text("code", 100),
            "date": day.isoformat() if day else "",
            "name_vi": item.text("name_vi", 500),
            "name_en": item.text("name_en", 500, required=False),
            "url": item.link("url", 500),
        }
        if item.given("annex_available"):
            kept["annex_available"] = item.flag("annex_available")  # type: ignore[assignment]
        item.asked.add("annex_available")
        item.finish()
        rows.append({name: value for name, value in kept.items() if value != ""})
    return rows


def _recognition(fields: Fields, head: CriteriaSet, size: int) -> None:
    """Thresholds; one that is left out is not decided."""
    part = fields.mapping("recognition")
    head.min_met = part.maybe_whole("min_met", 1, max(size, 1))
    for name in ("min_percent", "min_percent_per_category"):
        percent = part.decimal(name, 0, 100, required=False, above=True)
        setattr(head, name, percent)
    part.finish()


def _categories(fields: Fields) -> tuple[list[Category], dict[str, int]]:
    """The categories, and how many criteria the file says each has."""
    rows: list[Category] = []
    declared: dict[str, int] = {}
    for place, source in enumerate(fields.mappings("categories")):
        item = Fields(source, fields.faults, prefix=f"categories[{place + 1}].")
        code = item.text("code", _size(Category, "code"))
        order = item.whole("order", 1, MOST_CRITERIA)
        count = item.maybe_whole("criteria_count", 0, MOST_CRITERIA)
        if code and any(one.code == code for one in rows):
            item.fault("code", _("Another category has this code."))
        if order and any(one.order == order for one in rows):
            item.fault("order", _("Another category has this place."))
        rows.append(
            Category(
                code=code,
                order=order,
                name_vi=item.text("name_vi", _size(Category, "name_vi")),
                name_en=item.text(
                    "name_en", _size(Category, "name_en"), required=False
                ),
            )
        )
        if count is not None:
            declared[code] = count
        item.finish()
    return rows, declared


def _check_counts(
    fields: Fields, declared: Mapping[str, int], criteria: Iterable[Criterion]
) -> None:
    """What the file says of its size is true, and no category is empty."""
    rows = list(criteria)
    whole = fields.maybe_whole("criteria_count", 0, MOST_CRITERIA)
    if whole is not None and whole != len(rows):
        fields.fault("criteria_count", _told_and_found(whole, len(rows)))
    found = Counter(row.category.code for row in rows)
    for code, count in declared.items():
        if count != found[code]:
            _fault_of_category(fields, code, _told_and_found(count, found[code]))


def _check_used(
    fields: Fields, categories: Iterable[Category], criteria: Iterable[Criterion]
) -> None:
    """A category without criteria would show an empty bar for ever."""
    used = {row.category.code for row in criteria}
    for category in categories:
        if used and category.code and category.code not in used:
            _fault_of_category(
                fields, category.code, _("No criterion belongs to this category.")
            )


def _fault_of_category(fields: Fields, code: str, sentence: str) -> None:
    place = _("Category %(code)s") % {"code": code}
    fields.faults.append(Fault(sentence, "criteria_count", place))


def _told_and_found(told: int, found: int) -> str:
    return _("The file says %(told)s criteria; it holds %(found)s.") % {
        "told": told,
        "found": found,
    }


# --- A criterion ------------------------------------------------------------------


def _criteria(fields: Fields, categories: list[Category]) -> list[Criterion]:
    by_code = {one.code: one for one in categories}
    sources = fields.mappings("criteria")
    if len(sources) > MOST_CRITERIA:
        fields.fault("criteria", _("There are more than %(n)s.") % {"n": MOST_CRITERIA})
        return []
    read = []
    for place, source in enumerate(sources, start=1):
        item = _fields_of(source, place, fields.faults)
        read.append((item, _criterion(item, by_code, len(sources))))
    _check_numbers_and_keys(fields, read)
    return [row for _item, row in read]


def _fields_of(source: Any, place: int, faults: list[Fault]) -> Fields:
    """The fields of one criterion, called by its number where it has one."""
    number = source.get("number") if isinstance(source, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**6:
        name = _("Criterion %(number)s") % {"number": number}
        return Fields(source, faults, place=name, number=number, position=place - 1)
    name = _("The criterion in place %(place)s") % {"place": place}
    return Fields(source, faults, place=name, position=place - 1)


def _criterion(
    fields: Fields, categories: Mapping[str, Category], size: int
) -> Criterion:
    """Read one criterion; its fields first, then how they fit together."""
    code = fields.choice("category", [name for name in categories if name])
    row = Criterion(
        category=categories.get(code) or Category(code=""),
        number=fields.whole("number", 1, MOST_CRITERIA),
        key=fields.text("key", _size(Criterion, "key")),
        kind=fields.choice("kind", Kind.values),
        mandatory=fields.flag("mandatory"),
        evidence_mode=fields.choice(
            "evidence_mode", EvidenceMode.values, required=False
        )
        or EvidenceMode.ANY,
        measure_source=fields.choice("measure_source", KNOWN_SOURCES, required=False),
        lead_unit_kind=fields.choice("lead_unit_kind", ParticipatingKind.values),
        due_quarter=fields.whole("due_quarter", 1, 4),
        provenance=fields.choice("provenance", ProvenanceLevel.values),
        figures_by=fields.choices("figures_by", ParticipatingKind.values),
        shown_with=fields.wholes("shown_with", 1, size),
        evidence_vi=fields.texts("evidence_vi", LONGEST_ITEM),
        evidence_en=fields.texts("evidence_en", LONGEST_ITEM, required=False),
    )
    points = fields.decimal("max_points", 0, MOST_POINTS, above=True)
    row.max_points = int(points * 100) if points else 0
    for name in TEXTS:
        required = name in ("title_vi", "requirement_vi")
        text = fields.text(name, _size(Criterion, name), required=required)
        setattr(row, name, text)
    _figure(fields, row)
    if row.evidence_en and len(row.evidence_en) != len(row.evidence_vi):
        fields.fault(
            "evidence_en", _("Write as many items as in evidence_vi, in their order.")
        )
    if row.number in row.shown_with:
        fields.fault("shown_with", _("A criterion is not shown with itself."))
    fields.finish()
    return row


def _figure(fields: Fields, row: Criterion) -> None:
    """The fields that say how a figure is judged, and what they ask of each other."""
    row.target = fields.decimal(
        "target", -LARGEST_TARGET, LARGEST_TARGET, required=False
    )
    floor = fields.decimal("floor", 0, LARGEST_TARGET, required=False)
    row.floor = floor or Decimal("0.00")
    row.direction = fields.choice("direction", Direction.values, required=False)
    row.rule = (
        fields.choice("rule", PointRule.values, required=False) or PointRule.THRESHOLD
    )
    row.bounded = fields.flag("bounded")
    row.when_base_zero = fields.choice(
        "when_base_zero", WhenBaseZero.values, required=False
    )
    row.baseline = fields.choice("baseline", Baseline.values, required=False)
    match row.kind:
        case Kind.YES_NO:
            _check_yes_no(fields)
        case Kind.COUNT_MIN | Kind.COUNT_MAX:
            _check_count(fields, row)
        case Kind.PERCENTAGE:
            _check_percentage(fields, row)
    if row.kind and row.kind != Kind.YES_NO:
        _check_target(fields, row)
    _check_rule(fields, row)


def _refuse(fields: Fields, names: Iterable[str], sentence: str) -> None:
    """Note a fault of each field that says something though it must not."""
    for name in names:
        if fields.given(name) and fields.source[name] is not False:
            fields.fault(name, sentence)


def _check_yes_no(fields: Fields) -> None:
    _refuse(
        fields,
        ("target", "floor", "direction", "bounded", "when_base_zero", "baseline",
         "figures_by"),
        _("A yes-or-no criterion has no figure: leave this out."),
    )  # fmt: skip


def _check_count(fields: Fields, row: Criterion) -> None:
    _refuse(
        fields,
        ("direction", "bounded", "when_base_zero"),
        _("This belongs to percentages only: leave it out."),
    )
    if row.kind == Kind.COUNT_MIN:
        _refuse(
            fields,
            ("baseline",),
            _("Only count_max and percentages compare with the period before."),
        )


def _check_percentage(fields: Fields, row: Criterion) -> None:
    if not fields.given("direction"):
        fields.fault("direction", _("Write at_least or at_most."))
    if row.baseline:
        _refuse(
            fields,
            ("bounded",),
            _("A change against the period before has no bound: leave this out."),
        )
        if row.when_base_zero not in ("", WhenBaseZero.MET_IF_VALUE_ZERO):
            fields.fault(
                "when_base_zero",
                _("With a baseline a base of 0 is met if the value is 0, and only then:"
                  " write met_if_value_zero or leave this out."),
            )  # fmt: skip
    elif not fields.given("when_base_zero"):
        fields.fault(
            "when_base_zero",
            _("Say what base 0 means: not_applicable, met_if_value_zero or error."),
        )


def _check_target(fields: Fields, row: Criterion) -> None:
    if not fields.given("target"):
        fields.fault("target", _("A measured criterion has a target."))
    elif row.target is None:
        return  # said already
    elif row.target < 0 and not row.baseline:
        fields.fault("target", _("Without a baseline a target is 0 or more."))
    elif row.bounded and row.direction == Direction.AT_LEAST and row.target > 100:
        fields.fault("target", _("A share of a whole never exceeds 100."))


def _check_rule(fields: Fields, row: Criterion) -> None:
    """Points in proportion need a target to grow towards (RULES "Figures")."""
    if row.rule != PointRule.PROPORTIONAL:
        _refuse(fields, ("floor",), _("A floor goes with rule: proportional only."))
        return
    grows = row.kind == Kind.COUNT_MIN or (
        row.kind == Kind.PERCENTAGE and row.direction != Direction.AT_MOST
    )
    if row.kind and not grows:
        fields.fault(
            "rule",
            _("Only figures to be reached from below earn points in proportion."),
        )
    elif row.baseline:
        fields.fault("rule", _("With a baseline points are not in proportion."))
    elif row.target is not None and row.target <= 0:
        fields.fault("target", _("Points in proportion need a target above 0."))
    elif row.target is not None and row.floor >= row.target:
        fields.fault("floor", _("The floor is below the target."))


def _check_numbers_and_keys(
    fields: Fields, read: list[tuple[Fields, Criterion]]
) -> None:
    """Numbers run from 1 to n, and no number or key stands twice."""
    numbers, keys = set(), set()
    for item, row in read:
        if row.number and row.number in numbers:
            item.fault("number", _("This number stands twice."))
        if row.key and row.key in keys:
            item.fault("key", _("This key stands twice."))
        numbers.add(row.number)
        keys.add(row.key)
    missing = [str(one) for one in range(1, len(read) + 1) if one not in numbers]
    if missing:
        fields.fault(
            "criteria",
            _("The numbers run from 1 to %(size)s; missing: %(missing)s.")
            % {"size": len(read), "missing": ", ".join(missing)},
        )
