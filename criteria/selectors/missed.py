"""Which criteria are not met, asked of the database for many wards at once.

The same rule as scoring.is_met and scoring.is_applicable, on the basis that counts:
the province's results once concluded, else the ward's own. A test holds the two
together.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import (
    Case,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commitments.models import Campaign
from criteria.models import Assessment, Criterion, Evaluation
from criteria.models.assessments import Result
from criteria.models.choices import EvidenceMode
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.province_lines import day_of, in_scope
from wardsecurity.wards.models import AdministrativeUnit, UnitScope

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


def title_of_ranked(unit: AdministrativeUnit, year: int, key: str) -> str:
    """The title of a ranked criterion by its key; "" of any other. One query."""
    rows = Assessment.objects.filter(
        RANKED,
        in_scope(unit, "evaluation__campaign__ward_id"),
        evaluation__campaign__year=year,
        criterion__key=key,
    ).order_by("criterion__title_vi")
    return rows.values_list("criterion__title_vi", flat=True).first() or ""


def wards_missing(
    unit: AdministrativeUnit, year: int, today: dt.date, key: str
) -> QuerySet[Assessment]:
    """The assessments, not met, of one criterion of the ranking."""
    rows = list_missing(unit, year, today)
    return rows.filter(RANKED, Q(missed=1), criterion__key=key)


# The same in one hand-written statement, for the whole country at once: the ORM's took
# four times as long. A test holds the two, and scoring.py, together.
_SQL = """
SELECT c.key, MIN(c.number), MIN(c.title_vi), SUM(counted.missed), SUM(counted.applies)
FROM (
  SELECT a.criterion_id,
    SUM(CASE WHEN {concluded}
        THEN CASE WHEN a.verified_result IN ('met', 'not_applicable') THEN 0 ELSE 1 END
        WHEN a.self_result = 'met'
          AND a.supported_until >= COALESCE(a.scored_on, e.day) THEN 0
        WHEN a.self_result = 'not_applicable'
          AND a.explained_until >= COALESCE(a.scored_on, e.day) THEN 0
        ELSE 1 END) AS missed,
    SUM(CASE WHEN {concluded}
        THEN CASE WHEN a.verified_result = 'not_applicable' THEN 0 ELSE 1 END
        WHEN a.self_result = 'not_applicable'
          AND a.explained_until >= COALESCE(a.scored_on, e.day) THEN 0
        ELSE 1 END) AS applies
  FROM (
    SELECT run.id, run.state, CASE WHEN p.period_end < %(today)s
                              THEN p.period_end ELSE %(today)s END AS day
    FROM {evaluation} run
    JOIN {campaign} p ON p.id = run.campaign_id
    JOIN {scope} s ON s.unit_id = p.ward_id
    JOIN {administrativeunit} u ON u.id = p.ward_id
    WHERE s.viewer_id = %(viewer)s AND NOT s.read_only AND p.year = %(year)s
      AND (u.valid_to IS NULL OR u.valid_to >= %(lives)s)
  ) e
  JOIN {assessment} a ON a.evaluation_id = e.id
  GROUP BY a.criterion_id
) counted
JOIN {criterion} c ON c.id = counted.criterion_id
WHERE c.evidence_mode <> 'reference_only' AND {alone}
GROUP BY c.key
HAVING SUM(counted.missed) > 0
ORDER BY 4 DESC, 2, 1
LIMIT %(limit)s
"""
# A JSON column is text on SQLite and jsonb on PostgreSQL.
_ALONE = {"sqlite": "c.shown_with = '[]'", "postgresql": "c.shown_with = '[]'::jsonb"}


def most_missed(
    unit: AdministrativeUnit, year: int, today: dt.date, *, limit: int = 5
) -> list[Missed]:
    """The criteria that most living wards do not meet, the most missed first.

    One query.
    """
    concluded = ", ".join(f"'{state.value}'" for state in CONCLUDED_STATES)
    models = (AdministrativeUnit, Assessment, Campaign, Criterion, Evaluation)
    sql = _SQL.format(
        concluded=f"e.state IN ({concluded})",
        alone=_ALONE[connection.vendor],
        scope=UnitScope._meta.db_table,
        **{str(model._meta.model_name): model._meta.db_table for model in models},
    )
    asked: dict[str, str | int] = {
        "today": today.isoformat(),
        "lives": day_of(year, today).isoformat(),
        "viewer": unit.pk,
        "year": year,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        rows = cursor.fetchall()
    return [
        Missed(key, number, title, int(count), int(of))
        for key, number, title, count, of in rows
    ]
