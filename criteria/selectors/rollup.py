"""The SQL twin of scoring.tally: sums only, one query for any number of evaluations.

Raw because the ORM's twin was several times slower over a country (TOOLCHAIN.md), and
because one statement beside one function is easier to hold together. The property test
in tests/criteria/test_rollup_twins.py holds it to scoring.py.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import connection

from commitments.models import Campaign
from criteria.models import (
    Assessment,
    Criterion,
    Evaluation,
    EvaluationState,
    Review,
)
from criteria.scoring import FOR_EVER, Tally
from wardsecurity.wards.models import UnitScope

_FIRST = 2  # behind evaluation and category
_OWN = len(fields(Tally))  # the ward's own sums
_LAST = _FIRST + _OWN + 5  # with the verified ones; what follows are days

# Names of tables and a list of placeholders are all that is formatted in.
_SQL = """
SELECT evaluation_id, category_id,
  COUNT(*),
  SUM(met),
  SUM(applies),
  SUM(CASE WHEN applies = 1 THEN live * self_points ELSE 0 END),
  SUM(applies * max_points),
  SUM(CASE WHEN live = 0 AND (self_result = 'met' OR self_points > 0)
      THEN 1 ELSE 0 END),
  SUM(CASE WHEN writable = 1 AND due_on < %(today)s AND met = 0 AND applies = 1
      THEN 1 ELSE 0 END),
  SUM(CASE WHEN mandatory AND applies = 1 AND met = 0 THEN 1 ELSE 0 END),
  SUM(CASE WHEN verified_result = 'met' THEN 1 ELSE 0 END),
  SUM(CASE WHEN verified_result <> 'not_applicable' THEN 1 ELSE 0 END),
  SUM(CASE WHEN verified_result <> 'not_applicable'
      THEN COALESCE(verified_points, 0) ELSE 0 END),
  SUM(CASE WHEN verified_result <> 'not_applicable' THEN max_points ELSE 0 END),
  SUM(CASE WHEN mandatory AND verified_result NOT IN ('met', 'not_applicable')
      THEN 1 ELSE 0 END),
  MIN(CASE WHEN supported_until >= %(today)s AND supported_until < %(for_ever)s
      THEN supported_until END),
  MIN(CASE WHEN explained_until >= %(today)s AND explained_until < %(for_ever)s
      THEN explained_until END),
  MIN(CASE WHEN due_on >= %(today)s THEN due_on END)
FROM (
  SELECT dated.*, live * CASE WHEN self_result = 'met' THEN 1 ELSE 0 END AS met,
    CASE WHEN self_result = 'not_applicable' AND explained_until >= day
         THEN 0 ELSE 1 END AS applies
  FROM (
    SELECT days.*, CASE WHEN supported_until >= day THEN 1 ELSE 0 END AS live
    FROM (
      SELECT a.evaluation_id, c.category_id, c.mandatory, a.max_points, a.due_on,
        a.self_result, a.self_points, a.supported_until, a.explained_until,
        a.verified_result, a.verified_points,
        CASE WHEN p.closed_at IS NULL AND (e.state = %(open)s
             OR (e.state = %(returned)s AND a.review = %(to_answer)s))
             THEN 1 ELSE 0 END AS writable,
        COALESCE(a.scored_on, CASE WHEN p.period_end < %(today)s
                              THEN p.period_end ELSE %(today)s END) AS day
      FROM {assessment} a
      JOIN {criterion} c ON c.id = a.criterion_id
      JOIN {evaluation} e ON e.id = a.evaluation_id
      JOIN {campaign} p ON p.id = e.campaign_id
      WHERE a.evaluation_id IN ({which})
    ) days
  ) dated
) judged
GROUP BY evaluation_id, category_id
"""

# Those of a unit and below whose stored sums are no longer true.
_STALE = """
SELECT stale.id
FROM {evaluation} stale
JOIN {campaign} run ON run.id = stale.campaign_id
JOIN {scope} scope ON scope.unit_id = run.ward_id
WHERE scope.viewer_id = %(viewer)s AND NOT scope.read_only
  AND stale.fresh_until < %(today)s
"""


@dataclass(frozen=True, slots=True)
class CategorySums:
    """Sums of one category of one evaluation, on both bases.

    Most readers ask for one of the two, so each is made when asked for.
    """

    category_id: int
    sums: tuple[int, ...]  # size, the ward's own, then the verified ones
    fresh_until: dt.date | None  # last day on which they stay true; None: for ever

    @property
    def own(self) -> Tally:
        """What the ward says of itself."""
        return Tally(*self.sums[:_OWN])

    @property
    def verified(self) -> Tally:
        """What the province found."""
        met, applicable, points, most, failed = self.sums[_OWN:]
        return Tally(self.sums[0], met, applicable, points, most, 0, 0, failed)


def roll_up(
    evaluation_ids: Sequence[int], today: dt.date
) -> dict[int, list[CategorySums]]:
    """Sum the assessments of evaluations by category, as of `today`. One query."""
    sums: dict[int, list[CategorySums]] = {pk: [] for pk in evaluation_ids}
    if not sums:
        return sums
    ids = ", ".join(str(int(pk)) for pk in evaluation_ids)
    return sums | _summed(ids, today, {})


def roll_up_stale(unit_id: int, today: dt.date) -> dict[int, list[CategorySums]]:
    """As roll_up, of every evaluation of a unit and below whose stored sums are stale.

    Nothing is written. The caller has read the unit through for_user. One query,
    whatever their number: the database finds them.
    """
    return _summed(_STALE.format(**_tables()), today, {"viewer": unit_id})


def _tables() -> dict[str, str]:
    models = (Assessment, Campaign, Criterion, Evaluation)
    names = {str(model._meta.model_name): model._meta.db_table for model in models}
    return names | {"scope": UnitScope._meta.db_table}


def _summed(
    which: str, today: dt.date, more: dict[str, str | int]
) -> dict[int, list[CategorySums]]:
    """Sums of the evaluations that the SQL `which` names. One query."""
    sums: dict[int, list[CategorySums]] = {}
    sql = _SQL.format(which=which, **_tables())
    days: dict[str, str | int] = {
        "today": today.isoformat(),
        "for_ever": FOR_EVER.isoformat(),
        "open": EvaluationState.OPEN.value,
        "returned": EvaluationState.RETURNED.value,
        "to_answer": Review.RETURNED.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, {**days, **more})
        for row in cursor.fetchall():
            # Days of one database compare with each other, as dates or as text.
            turns = [turn for turn in row[_LAST:] if turn is not None]
            fresh_until = _day(min(turns)) if turns else None
            found = CategorySums(row[1], row[_FIRST:_LAST], fresh_until)
            sums.setdefault(row[0], []).append(found)
    return sums


def _day(value: dt.date | str) -> dt.date:
    """SQLite answers a date computed in SQL as text."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
