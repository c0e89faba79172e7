"""What needs no server: the roll-up of a year, and pure scoring.

`python -m benchmarks.inside ROUNDS` measures in the database of DATABASE_URL and prints
medians in seconds as JSON. Rivals take turns within a round.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

import django

# What somebody would write who wants these very sums once, and no day but today.
GROUP_BY = """
SELECT a.evaluation_id, c.category_id, COUNT(*),
  SUM(CASE WHEN a.self_result = 'met' AND a.supported_until >= %(day)s
      THEN 1 ELSE 0 END),
  SUM(CASE WHEN a.self_result = 'not_applicable' AND a.explained_until >= %(day)s
      THEN 0 ELSE 1 END),
  SUM(CASE WHEN a.supported_until >= %(day)s THEN a.self_points ELSE 0 END),
  SUM(a.max_points),
  SUM(CASE WHEN a.self_result = 'met'
      AND (a.supported_until IS NULL OR a.supported_until < %(day)s)
      THEN 1 ELSE 0 END),
  SUM(CASE WHEN e.state = 'open' AND a.due_on < %(day)s
      AND NOT (a.self_result = 'met' AND a.supported_until >= %(day)s)
      THEN 1 ELSE 0 END),
  SUM(CASE WHEN c.mandatory AND a.self_result <> 'met' THEN 1 ELSE 0 END),
  SUM(CASE WHEN a.verified_result = 'met' THEN 1 ELSE 0 END),
  SUM(CASE WHEN a.verified_result <> 'not_applicable' THEN 1 ELSE 0 END),
  SUM(COALESCE(a.verified_points, 0)),
  SUM(CASE WHEN a.verified_result <> 'not_applicable' THEN a.max_points ELSE 0 END),
  SUM(CASE WHEN c.mandatory AND a.verified_result NOT IN ('met', 'not_applicable')
      THEN 1 ELSE 0 END),
  MIN(CASE WHEN a.supported_until >= %(day)s AND a.supported_until < '9999-12-31'
      THEN a.supported_until END),
  MIN(CASE WHEN a.explained_until >= %(day)s AND a.explained_until < '9999-12-31'
      THEN a.explained_until END),
  MIN(CASE WHEN a.due_on >= %(day)s THEN a.due_on END)
FROM criteria_assessment a
JOIN criteria_criterion c ON c.id = a.criterion_id
JOIN criteria_evaluation e ON e.id = a.evaluation_id
JOIN commitments_campaign p ON p.id = e.campaign_id
WHERE p.year = %(year)s
GROUP BY a.evaluation_id, c.category_id
"""


def timed(act: Callable[[], Any]) -> float:
    """Seconds that `act` takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def in_turn(rivals: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Medians of rivals that take turns; each warms up once."""
    for act in rivals.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, act in rivals.items():
            taken[name].append(timed(act))
    return {name: median(times) for name, times in taken.items()}


def roll_ups(rounds: int) -> dict[str, float]:
    """A year's sums: the scoring service, one GROUP BY, an object at a time."""
    from django.db import connection
    from django.utils import timezone

    from criteria import scoring
    from criteria.models import Evaluation, EvidenceLink
    from criteria.selectors.rollup import roll_up
    from criteria.selectors.scores import may_change, rule_of, standing_of
    from criteria.services.scores import claim_of

    today = timezone.localdate()
    evaluations = Evaluation.objects.filter(campaign__year=today.year)

    def service() -> None:
        roll_up(list(evaluations.values_list("pk", flat=True)), today)

    def group_by() -> None:
        with connection.cursor() as cursor:
            cursor.execute(GROUP_BY, {"day": today.isoformat(), "year": today.year})
            cursor.fetchall()

    def objects() -> None:
        for evaluation in evaluations.select_related("campaign"):
            standings = []
            for row in evaluation.assessments.all():
                scoring.judge(rule_of(row.criterion), claim_of(row))
                links = EvidenceLink.objects.filter(assessment=row)
                scoring.supported_until(
                    [
                        scoring.Proof(link.evidence.fact_on, link.evidence.expires_on)
                        for link in links
                    ],
                    evaluation.campaign.period_start,
                    evaluation.campaign.period_end,
                )
                standings.append(standing_of(row))
            scoring.tally(
                standings,
                today=today,
                period_end=evaluation.campaign.period_end,
                may_change=may_change(evaluation),
            )

    found = in_turn({"rollup": service, "group_by": group_by}, rounds * 5)
    start = time.perf_counter()
    objects()
    return found | {"objects": time.perf_counter() - start}


def pure(rounds: int) -> dict[str, float]:
    """One ward scored from its frozen values, and 34 Decimals added up."""
    from django.utils import timezone

    from criteria import scoring
    from criteria.models import Evaluation
    from criteria.selectors.scores import (
        list_assessments,
        may_change,
        standing_of,
        thresholds_of,
    )

    today = timezone.localdate()
    evaluation = Evaluation.objects.select_related("campaign", "criteria_set").first()
    assert evaluation is not None, "an empty database"
    by_category: dict[int, list[scoring.Standing]] = {}
    for row in list_assessments(evaluation):
        category = by_category.setdefault(row.criterion.category_id, [])
        category.append(standing_of(row))
    size = sum(map(len, by_category.values()))
    numbers = [Decimal(place) / 7 for place in range(1, size + 1)]
    thresholds, changes = thresholds_of(evaluation.criteria_set), may_change(evaluation)
    end = evaluation.campaign.period_end

    def score() -> None:
        tallies = [
            scoring.tally(rows, today=today, period_end=end, may_change=changes)
            for rows in by_category.values()
        ]
        scoring.eligible(sum(tallies, scoring.Tally()), tallies, thresholds)

    def add() -> None:
        sum(numbers, Decimal(0))

    def often(act: Callable[[], None]) -> Callable[[], None]:
        def fifty() -> None:
            for _ in range(50):
                act()

        return fifty

    return in_turn({"score": often(score), "decimals": often(add)}, rounds)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()
    ROUNDS = int(sys.argv[1])
    json.dump(roll_ups(ROUNDS) | pure(ROUNDS), sys.stdout)
