"""Which criteria are not met, asked of the database for many wards at once.

The same rule as scoring.is_met and scoring.is_applicable, on the basis that counts:
the province's results once concluded, else the ward's own. A test holds the two
together.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from criteria.models import Assessment
from criteria.models.assessments import Result
from criteria.models.choices import EvidenceMode
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.province_lines import in_scope
from wardsecurity.wards.models import AdministrativeUnit

# Never ranked, never "most missed": taken on trust, or a figure that counts against
# who reports (RULES "Support").
RANKED = Q(criterion__shown_with=[]) & ~Q(
    criterion__evidence_mode=EvidenceMode.REFERENCE_ONLY
)


@dataclass(frozen=True, slots=True)
class Missed:
    """A criterion, by its key in every version of a set, and how many miss it."""

    key: str
    number: int
    title: str
    count: int  # wards that do not meet it
    of: int  # wards it applies to
    url: str = ""  # of the list of these wards


def list_missing(
    unit: AdministrativeUnit, year: int, today: dt.date
) -> QuerySet[Assessment]:
    """Assessments of a unit's wards in a year, each with `missed`: 1, 0, or null.

    Null where the criterion does not apply. The caller has read the unit.
    """
    ends = F("evaluation__campaign__period_end")
    day = Coalesce(
        "scored_on",
        Case(
            When(evaluation__campaign__period_end__lt=today, then=ends),
            default=Value(today, output_field=DateField()),
            output_field=DateField(),
        ),
        output_field=DateField(),
    )
    concluded = Q(evaluation__state__in=CONCLUDED_STATES)
    met = Q(concluded, verified_result=Result.MET) | Q(
        ~concluded, self_result=Result.MET, supported_until__gte=F("score_day")
    )
    out = Q(concluded, verified_result=Result.NOT_APPLICABLE) | Q(
        ~concluded,
        self_result=Result.NOT_APPLICABLE,
        explained_until__gte=F("score_day"),
    )
    rows = Assessment.objects.filter(
        in_scope(unit, "evaluation__campaign__ward_id"), evaluation__campaign__year=year
    )
    return rows.alias(score_day=day).annotate(
        missed=Case(
            When(met, then=Value(0)),
            When(out, then=Value(None)),
            default=Value(1),
            output_field=IntegerField(),
        )
    )


def wards_missing(
    unit: AdministrativeUnit, year: int, today: dt.date, key: str
) -> QuerySet[Assessment]:
    """The assessments, not met, of one criterion of the ranking."""
    rows = list_missing(unit, year, today)
    return rows.filter(RANKED, Q(missed=1), criterion__key=key)


def most_missed(
    unit: AdministrativeUnit, year: int, today: dt.date, *, limit: int = 5
) -> list[Missed]:
    """The criteria that most wards do not meet, the most missed first. One query."""
    rows = (
        list_missing(unit, year, today)
        .filter(RANKED)
        .order_by()
        .values("criterion__key")
        .annotate(
            count=Sum("missed"),
            of=Count("missed"),
            number=Min("criterion__number"),
            title=Min("criterion__title_vi"),
        )
        .filter(count__gt=0)
        .order_by("-count", "number", "criterion__key")
    )
    return [
        Missed(row["criterion__key"], row["number"], row["title"], *_of(row))
        for row in rows[:limit]
    ]


def _of(row: dict[str, int]) -> tuple[int, int]:
    return row["count"], row["of"]
