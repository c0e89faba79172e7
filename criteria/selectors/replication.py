"""What opening campaigns for many wards would do: sets, templates, wards, gaps."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import Campaign
from criteria.models import Assessment, CriteriaSet, Criterion, Evaluation
from criteria.scoring import due_date
from criteria.selectors.sets import published_for
from wardsecurity.scoping import open_on
from wardsecurity.text import fold
from wardsecurity.wards.models import (
    COMMUNE_LEVEL,
    AdministrativeUnit,
    ParticipatingKind,
    ParticipatingUnit,
)


def wards_below(unit: AdministrativeUnit, day: dt.date) -> QuerySet[AdministrativeUnit]:
    """Wards, communes and special zones of a province that exist on a day."""
    return AdministrativeUnit.objects.filter(
        open_on(day),
        kind__in=COMMUNE_LEVEL,
        seers__viewer=unit,
        seers__read_only=False,
    ).order_by("sort_key", "pk")


def list_replicable_sets(*, user: Any, unit: AdministrativeUnit) -> QuerySet:
    """Published sets every ward of a province may open on, its own first."""
    visible = CriteriaSet.objects.for_user(user)
    return published_for(ward=unit).filter(pk__in=visible.values("pk"))


def list_templates(
    *, user: Any, unit: AdministrativeUnit, year: int
) -> QuerySet[Evaluation]:
    """Years of the province's wards to take assignments and contents from."""
    return (
        Evaluation.objects.for_user(user)
        .filter(
            campaign__ward__seers__viewer=unit,
            campaign__ward__seers__read_only=False,
            campaign__year__in=[year, year - 1],
        )
        .select_related("campaign__ward")
        .order_by("-campaign__year", "campaign__ward__sort_key", "pk")
    )


# --- A template's assignments -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Post:
    """A unit of the template as another ward would know it: its kind and name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a template says of one criterion. `days`: its own due day, as a distance."""

    lead: Post | None
    supporting: tuple[Post, ...] = ()
    days: int | None = None  # from the first day of the period; None: by quarter


def patterns_of(template: Evaluation | None) -> dict[str, Pattern]:
    """A template's assignments by `Criterion.key`. Two queries."""
    if template is None:
        return {}
    campaign, found = template.campaign, {}
    rows = Assessment.objects.filter(evaluation=template).select_related(
        "criterion", "lead_unit"
    )
    for row in rows.prefetch_related("supporting_units"):
        usual = due_date(row.criterion.due_quarter, campaign.period_end)
        days = (row.due_on - campaign.period_start).days
        found[row.criterion.key] = Pattern(
            lead=_post(row.lead_unit) if row.lead_unit else None,
            supporting=tuple(map(_post, row.supporting_units.all())),
            days=None if row.due_on == usual else days,
        )
    return found


def _post(unit: ParticipatingUnit) -> Post:
    return Post(unit.kind, unit.name)


def unit_for(
    post: Post, units: Sequence[ParticipatingUnit]
) -> ParticipatingUnit | None:
    """The ward's own unit in a post: alone of its kind, else of the same name."""
    of_kind = [unit for unit in units if unit.kind == post.kind]
    if len(of_kind) == 1:
        return of_kind[0]
    named = [unit for unit in of_kind if fold(unit.name) == fold(post.name)]
    return named[0] if named else None


@dataclass(frozen=True, slots=True)
class Given:
    """What a criterion gets in one ward."""

    lead: ParticipatingUnit | None
    supporting: tuple[ParticipatingUnit, ...]
    due_on: dt.date | None  # None: as the set has it


@dataclass
class Plan:
    """What a template comes to in one ward: by criterion's number, and the gaps."""

    given: dict[int, Given] = field(default_factory=dict)
    missing: dict[str, list[int]] = field(default_factory=dict)  # kind: numbers

    @property
    def sentences(self) -> list[str]:
        """What could not be assigned, a line for each kind of unit."""
        return [
            _("Criteria %(numbers)s: the ward has no %(kind)s to lead them.")
            % {
                "numbers": ", ".join(map(str, numbers)),
                "kind": ParticipatingKind(kind).label,
            }
            for kind, numbers in self.missing.items()
        ]


def plan_for(
    criteria: Iterable[Criterion],
    patterns: Mapping[str, Pattern],
    units: Sequence[ParticipatingUnit],
    start: dt.date,
    end: dt.date,
) -> Plan:
    """Fit a template to a ward's units; without one, leads go by kind. Pure.

    A criterion the template leaves unassigned is left so.
    """
    plan = Plan()
    for criterion in criteria:
        pattern = patterns.get(criterion.key)
        post = pattern.lead if pattern else Post(criterion.lead_unit_kind, "")
        lead = unit_for(post, units) if post else None
        if post and lead is None:
            plan.missing.setdefault(post.kind, []).append(criterion.number)
        found = [unit_for(one, units) for one in pattern.supporting] if pattern else []
        due_on = None
        if pattern and pattern.days is not None:
            due_on = min(max(start + dt.timedelta(pattern.days), start), end)
        plan.given[criterion.number] = Given(
            lead, tuple(one for one in found if one and one != lead), due_on
        )
    return plan


def units_taking_part(
    wards: Iterable[AdministrativeUnit], day: dt.date
) -> dict[int, list[ParticipatingUnit]]:
    """Participating units of wards on a day, by ward. One query."""
    found: dict[int, list[ParticipatingUnit]] = {ward.pk: [] for ward in wards}
    rows = ParticipatingUnit.objects.filter(open_on(day), ward__in=found)
    for unit in rows.order_by("sort_key", "pk"):
        found[unit.ward_id].append(unit)
    return found


# --- The page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WardLine:
    """A ward to choose, and whether it has a campaign of the year already."""

    ward: AdministrativeUnit
    has_campaign: bool


def list_wards_to_open(*, unit: AdministrativeUnit, year: int, q: str = "") -> list:
    """Wards of a province, those without a campaign of the year first. Two queries."""
    rows = wards_below(unit, dt.date(year, 12, 31))
    if q:
        rows = rows.filter(Q(searched__contains=fold(q)))
    opened = set(
        Campaign.objects.filter(
            year=year, ward__seers__viewer=unit, ward__seers__read_only=False
        ).values_list("ward_id", flat=True)
    )
    lines = [WardLine(ward, ward.pk in opened) for ward in rows]
    return sorted(lines, key=lambda line: line.has_campaign)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """What a ward would get."""

    ward: AdministrativeUnit
    has_campaign: bool
    assigned: int
    open: int  # criteria left without a lead unit
    gaps: list[str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What running the order would do, ward by ward."""

    lines: list[PreviewLine]
    size: int  # criteria of the set

    @property
    def to_open(self) -> int:
        """Wards that would get a campaign."""
        return sum(not line.has_campaign for line in self.lines)

    @property
    def with_gaps(self) -> int:
        """Wards in which something could not be assigned."""
        return sum(bool(line.gaps) for line in self.lines)


def preview_of(
    *,
    wards: Sequence[AdministrativeUnit],
    criteria_set: CriteriaSet,
    template: Evaluation | None,
    start: dt.date,
    end: dt.date,
    today: dt.date,
) -> Preview:
    """What opening would do in each ward, writing nothing. Five queries."""
    criteria = list(criteria_set.criteria.order_by("number"))
    patterns = patterns_of(template)
    units = units_taking_part(wards, min(today, end))
    opened = set(
        Campaign.objects.filter(year=end.year, ward__in=units).values_list(
            "ward_id", flat=True
        )
    )
    lines = []
    for ward in wards:
        plan = plan_for(criteria, patterns, units[ward.pk], start, end)
        has_campaign = ward.pk in opened
        lines.append(
            PreviewLine(
                ward,
                has_campaign,
                sum(one.lead is not None for one in plan.given.values()),
                sum(one.lead is None for one in plan.given.values()),
                [] if has_campaign else plan.sentences,
            )
        )
    return Preview(lines, len(criteria))
