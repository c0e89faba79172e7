"""Keeping stored scores true, in the transaction of every write (RULES "Clock").

Lock order everywhere: campaigns, evaluations (by pk), assessments, evidence, trail
chains. The sum runs after the evaluation is locked, so two officers who save different
criteria at once never lose a roll-up.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from criteria import scoring
from criteria.models import (
    Assessment,
    CategoryScore,
    Evaluation,
    EvidenceLink,
    ScorePoint,
)
from criteria.models.evaluations import CONCLUDED_STATES, RollUp
from criteria.scoring import FOR_EVER, Claim, Proof, Tally
from criteria.selectors.assessments import units_asked
from criteria.selectors.rollup import roll_up
from criteria.selectors.scores import list_stale, may_change_assessment, rule_of
from wardsecurity.audit.services import record
from wardsecurity.permissions import require

_SELF = {
    "self_met": "met",
    "self_applicable": "applicable",
    "self_points": "points",
    "self_max_points": "max_points",
    "self_unsupported": "unsupported",
    "self_overdue": "overdue",
    "self_mandatory_failed": "mandatory_failed",
}
_VERIFIED = {
    "verified_met": "met",
    "verified_applicable": "applicable",
    "verified_points": "points",
    "verified_max_points": "max_points",
    "verified_mandatory_failed": "mandatory_failed",
}
ROLLUP_FIELDS = ["size", *_SELF, *_VERIFIED]


def lock_evaluations(
    pks: Iterable[int], *, related: Sequence[str] = ("campaign__ward", "criteria_set")
) -> dict[int, Evaluation]:
    """Lock evaluations in the order of their pks; their campaigns come along."""
    rows = (
        Evaluation.objects.select_for_update(of=("self",))
        .filter(pk__in=set(pks))
        .select_related(*related)
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def lock_assessments(
    pks: Iterable[int],
    evaluations: dict[int, Evaluation],
    *,
    related: Sequence[str] = ("criterion__category", "lead_unit"),
) -> list[Assessment]:
    """Lock assessments of locked evaluations, in the order of their pks."""
    rows = list(
        Assessment.objects.select_for_update(of=("self",))
        .filter(pk__in=set(pks), evaluation__in=evaluations)
        .select_related(*related)
        .order_by("pk")
    )
    for row in rows:
        row.evaluation = evaluations[row.evaluation_id]
    return rows


# --- One assessment ---------------------------------------------------------------


def claim_of(assessment: Assessment) -> Claim:
    """The ward's claim; parts of a figure are added up, and asked for from all."""
    kinds = assessment.criterion.figures_by
    if not kinds:
        return Claim(assessment.choice, assessment.value, assessment.base)
    parts = {row.unit_id: row for row in assessment.figures.all()}
    asked = [unit.pk for unit in units_asked(assessment)]
    needs_base = assessment.criterion.has_base
    given = [
        parts[pk]
        for pk in asked
        if pk in parts
        and parts[pk].value is not None
        and (parts[pk].base is not None or not needs_base)
    ]
    return Claim(
        choice=assessment.choice,
        value=sum(row.value or 0 for row in given) if given else None,
        base=sum(row.base or 0 for row in given) if given and needs_base else None,
        complete=bool(asked) and len(given) == len(asked),
    )


def proofs_of(assessments: Iterable[Assessment]) -> dict[int, list[Proof]]:
    """Linked evidence of assessments as scoring sees it. One query."""
    proofs: dict[int, list[Proof]] = {row.pk: [] for row in assessments}
    links = EvidenceLink.objects.filter(assessment__in=proofs).values_list(
        "assessment_id",
        "evidence__fact_on",
        "evidence__expires_on",
        "evidence__period_start",
        "evidence__period_end",
        "evidence__withdrawn_at",
        "evidence__quarantined_at",
    )
    for assessment_id, fact, expires, start, end, withdrawn, quarantined in links:
        proofs[assessment_id].append(
            Proof(fact, expires, start, end, out=bool(withdrawn or quarantined))
        )
    return proofs


def restate(assessments: Sequence[Assessment], today: dt.date) -> list[Assessment]:
    """Work out again what follows from claim and evidence; return those that changed.

    The rows are locked and saved by the caller (`save_restated`). Rows that are
    locked keep what they were locked with (RULES "Score day").
    """
    proofs = proofs_of(assessments)
    changed = []
    for row in assessments:
        if not may_change_assessment(row.evaluation, row):
            continue
        before = _derived(row)
        campaign = row.evaluation.campaign
        period = (campaign.period_start, campaign.period_end)
        day = scoring.score_day(today, campaign.period_end, row.scored_on)
        claim = claim_of(row)
        row.value, row.base = claim.value, claim.base
        judgement = scoring.judge(rule_of(row.criterion), claim)
        row.self_result, row.self_points = judgement.result, judgement.points
        row.supported_until = scoring.supported_until(proofs[row.pk], *period)
        row.first_fact_on = scoring.first_fact_on(proofs[row.pk], *period, day)
        row.explained_until = None
        if judgement.result in (scoring.NOT_MET, scoring.NOT_APPLICABLE):
            if judgement.automatic or row.explanation.strip():
                row.explained_until = FOR_EVER
            elif row.criterion.is_reference_only:
                row.explained_until = row.supported_until
        if _derived(row) != before:
            changed.append(row)
    return changed


_DERIVED = [
    "value",
    "base",
    "self_result",
    "self_points",
    "supported_until",
    "explained_until",
    "first_fact_on",
]


def _derived(row: Assessment) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _DERIVED}


def save_restated(assessments: Sequence[Assessment], today: dt.date) -> None:
    """Restate locked assessments, save what changed and store their roll-ups."""
    changed = restate(assessments, today)
    if changed:
        Assessment.objects.bulk_update(changed, _DERIVED)
    for evaluation in {
        row.evaluation_id: row.evaluation for row in assessments
    }.values():
        store_rollup(evaluation, today)


# --- The roll-up ------------------------------------------------------------------


def fill_sums(row: RollUp, own: Tally, verified: Tally) -> None:
    """Put sums into the columns that store them; the caller saves."""
    row.size = own.size
    for column, name in _SELF.items():
        setattr(row, column, getattr(own, name))
    for column, name in _VERIFIED.items():
        setattr(row, column, getattr(verified, name))


def store_rollup(evaluation: Evaluation, today: dt.date) -> None:
    """Sum a locked evaluation and store the sums, its fresh_until and today's point."""
    sums = roll_up([evaluation.pk], today)[evaluation.pk]
    own = sum((one.own for one in sums), Tally())
    verified = sum((one.verified for one in sums), Tally())
    fill_sums(evaluation, own, verified)
    evaluation.fresh_until = min(
        (one.fresh_until for one in sums if one.fresh_until), default=None
    )
    evaluation.save(update_fields=[*ROLLUP_FIELDS, "fresh_until"])
    rows = []
    for one in sums:
        row = CategoryScore(evaluation=evaluation, category_id=one.category_id)
        fill_sums(row, one.own, one.verified)
        rows.append(row)
    CategoryScore.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["evaluation", "category"],
        update_fields=ROLLUP_FIELDS,
    )
    concluded = evaluation.state in CONCLUDED_STATES
    ScorePoint.objects.bulk_create(
        [
            ScorePoint(
                evaluation=evaluation,
                day=today,
                met=verified.met if concluded else own.met,
            )
        ],
        update_conflicts=True,
        unique_fields=["evaluation", "day"],
        update_fields=["met"],
    )


# --- The clock, and repairs -------------------------------------------------------


def tick(*, today: dt.date | None = None) -> int:
    """Store again every roll-up that has gone stale; return how many.

    One transaction an evaluation, so that it can be stopped and run again.
    """
    today = today or timezone.localdate()
    done = 0
    for pk in list_stale(today):
        with transaction.atomic():
            evaluations = lock_evaluations([pk])
            rows = lock_assessments(_assessments_of(pk), evaluations)
            save_restated(rows, today)
        done += 1
    return done


def _assessments_of(evaluation_id: int) -> list[int]:
    rows = Assessment.objects.filter(evaluation=evaluation_id)
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def recompute(
    *, actor: Any, evaluation: Evaluation, today: dt.date | None = None
) -> list[str]:
    """Repair an evaluation's stored scores; return each difference found, in words.

    Assessments are restated from claim and evidence, and the roll-up is compared with
    sums made afresh. Differences are trailed under the command's name.
    """
    today = today or timezone.localdate()
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    mandate = require(actor, "maintain", locked)
    rows = lock_assessments(_assessments_of(locked.pk), evaluations)
    before = {row.pk: _derived(row) for row in rows}
    stored = _stored(locked)
    stored_fresh = locked.fresh_until
    expired = _expired_facts(rows, today)
    differences = [
        f"{row.criterion.number}: {name} {before[row.pk][name]} → {getattr(row, name)}"
        for row in restate(rows, today)
        for name in _DERIVED
        if before[row.pk][name] != getattr(row, name)
        # What went stale by the clock is no difference.
        and not (name == "first_fact_on" and before[row.pk][name] in expired[row.pk])
    ]
    save_restated(_as_stored(rows, before), today)
    if stored_fresh is None or today <= stored_fresh:
        # A roll-up that went stale by the clock is no difference.
        differences += [
            f"{place}: {name} {stored.get(place, {}).get(name)} → {value}"
            for place, sums in _stored(locked).items()
            for name, value in sums.items()
            if stored.get(place, {}).get(name) != value
        ]
    if differences:
        record(
            mandate,
            "scores_repaired",
            locked,
            after={"differences": differences},
        )
    return differences


def _expired_facts(
    rows: Sequence[Assessment], today: dt.date
) -> dict[int, set[dt.date]]:
    """Facts, by assessment, that were the earliest until their evidence expired."""
    proofs = proofs_of(rows)
    facts: dict[int, set[dt.date]] = {}
    for row in rows:
        campaign = row.evaluation.campaign
        day = scoring.score_day(today, campaign.period_end, row.scored_on)
        facts[row.pk] = {
            proof.fact_on
            for proof in proofs[row.pk]
            if scoring.counts_for(proof, campaign.period_start, campaign.period_end)
            and (proof.expires_on or FOR_EVER) < day
        }
    return facts


def _as_stored(
    rows: list[Assessment], before: dict[int, dict[str, Any]]
) -> list[Assessment]:
    """Put the stored values back on the rows, for save_restated to see the change."""
    for row in rows:
        for name, value in before[row.pk].items():
            setattr(row, name, value)
    return rows


def _stored(evaluation: Evaluation) -> dict[str, dict[str, int]]:
    """The stored sums by place: "total" and each category's code."""
    places: dict[str, RollUp] = {"total": evaluation}
    for row in evaluation.category_scores.select_related("category"):
        places[row.category.code] = row
    return {
        place: {name: getattr(row, name) for name in ROLLUP_FIELDS}
        for place, row in places.items()
    }
