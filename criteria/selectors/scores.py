"""The one reading of scores: pages, JSON, exports and charts all come through here."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from criteria import scoring
from criteria.models import (
    Assessment,
    Category,
    CategoryScore,
    CriteriaSet,
    Criterion,
    DirectiveCriterion,
    DocumentCriterion,
    Evaluation,
    EvidenceLink,
    Review,
)
from criteria.models.evaluations import CONCLUDED_STATES, EvaluationState, RollUp
from criteria.scoring import Tally
from criteria.selectors.rollup import CategorySums, roll_up
from wardsecurity.notices.selectors import counts_of_comments


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """One category and its sums."""

    category: Category
    tally: Tally


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """Where an evaluation stands on a day: the same figures on every surface."""

    evaluation: Evaluation
    day: dt.date
    basis: str  # "self", or "verified" once concluded
    total: Tally
    categories: tuple[CategoryLine, ...]
    eligible: bool | None


def thresholds_of(criteria_set: CriteriaSet) -> scoring.Thresholds:
    """What the set asks for recognition."""
    return scoring.Thresholds(
        criteria_set.min_met,
        criteria_set.min_percent,
        criteria_set.min_percent_per_category,
    )


def rule_of(criterion: Criterion) -> scoring.Rule:
    """How a criterion is judged."""
    return scoring.Rule(
        kind=criterion.kind,
        max_points=criterion.max_points,
        target=criterion.target,
        direction=criterion.direction or "at_least",
        baseline=criterion.baseline,
        rule=criterion.rule,
        floor=criterion.floor,
        bounded=criterion.bounded,
        when_base_zero=criterion.when_base_zero or "error",
    )


def standing_of(assessment: Assessment) -> scoring.Standing:
    """A stored assessment, its evaluation read, as the sums see it."""
    return scoring.Standing(
        result=assessment.self_result,
        points=assessment.self_points,
        max_points=assessment.max_points,
        due_on=assessment.due_on,
        mandatory=assessment.criterion.mandatory,
        supported_until=assessment.supported_until,
        explained_until=assessment.explained_until,
        scored_on=assessment.scored_on,
        verified_result=assessment.verified_result,
        verified_points=assessment.verified_points,
        writable=may_change_assessment(assessment.evaluation, assessment),
    )


def is_open(evaluation: Evaluation) -> bool:
    """Whether nothing was submitted yet: the ward writes everywhere."""
    return (
        evaluation.state == EvaluationState.OPEN
        and evaluation.campaign.closed_at is None
    )


def may_change(evaluation: Evaluation) -> bool:
    """Whether the ward writes anything at all: all of it, or what was returned."""
    return is_open(evaluation) or (
        evaluation.state == EvaluationState.RETURNED
        and evaluation.campaign.closed_at is None
    )


def may_change_assessment(evaluation: Evaluation, assessment: Assessment) -> bool:
    """Whether the ward writes into one criterion: of a returned year the returned."""
    return is_open(evaluation) or (
        may_change(evaluation) and assessment.review == Review.RETURNED
    )


def stored_tally(row: RollUp, basis: str) -> Tally:
    """The stored sums of an evaluation or one of its categories."""
    if basis == "verified":
        return Tally(
            size=row.size,
            met=row.verified_met,
            applicable=row.verified_applicable,
            points=row.verified_points,
            max_points=row.verified_max_points,
            mandatory_failed=row.verified_mandatory_failed,
        )
    return Tally(
        size=row.size,
        met=row.self_met,
        applicable=row.self_applicable,
        points=row.self_points,
        max_points=row.self_max_points,
        unsupported=row.self_unsupported,
        overdue=row.self_overdue,
        mandatory_failed=row.self_mandatory_failed,
    )


def is_fresh(evaluation: Evaluation, today: dt.date) -> bool:
    """Whether the stored roll-up is still true (RULES "Clock")."""
    return evaluation.fresh_until is None or today <= evaluation.fresh_until


def get_score_sheet(
    evaluation: Evaluation, *, today: dt.date | None = None
) -> ScoreSheet:
    """Where an evaluation stands: the stored roll-up, or live when it has gone stale.

    Never writes. The caller read the evaluation through for_user. One query, two when
    stale.
    """
    today = today or timezone.localdate()
    basis = "verified" if evaluation.state in CONCLUDED_STATES else "self"
    if is_fresh(evaluation, today):
        rows = CategoryScore.objects.filter(evaluation=evaluation)
        lines = tuple(
            CategoryLine(row.category, stored_tally(row, basis))
            for row in rows.select_related("category").order_by("category__order")
        )
    else:
        lines = _live_lines(roll_up([evaluation.pk], today)[evaluation.pk], basis)
    total = sum((line.tally for line in lines), Tally())
    return ScoreSheet(
        evaluation=evaluation,
        day=today,
        basis=basis,
        total=total,
        categories=lines,
        eligible=scoring.eligible(
            total,
            [line.tally for line in lines],
            thresholds_of(evaluation.criteria_set),
        ),
    )


def _live_lines(sums: Iterable[CategorySums], basis: str) -> tuple[CategoryLine, ...]:
    by_category = {one.category_id: one for one in sums}
    categories = Category.objects.filter(pk__in=by_category).order_by("order")
    return tuple(
        CategoryLine(
            category,
            by_category[category.pk].verified
            if basis == "verified"
            else by_category[category.pk].own,
        )
        for category in categories
    )


def list_assessments(
    evaluation: Evaluation, *, own: Collection[int] = (), reader: Any = None
) -> list[Assessment]:
    """All assessments of an evaluation the caller may read, by number. One query.

    `own` is the participating unit a contributor serves (at most one): each row then
    knows whether that unit supports it. With a `reader` it knows its `comment_count`,
    how many are `unread_comments` to that person, and whether it `has_directives` and
    `has_documents` beside it.
    """
    rows = Assessment.objects.filter(evaluation=evaluation).select_related(
        "criterion__category", "lead_unit"
    )
    through = Assessment.supporting_units.through.objects.filter(
        assessment_id=OuterRef("pk"), participatingunit_id__in=own
    )
    if own:
        rows = rows.annotate(own_supports=Exists(through))
    if reader is not None:
        rows = rows.annotate(**counts_of_comments(Assessment, reader), **_beside())
    found = list(rows.order_by("criterion__number"))
    for row in found:
        row.evaluation = evaluation
        if len(own) == 1:
            row.supporters = dict.fromkeys(own, row.own_supports)
    return found


def _beside() -> dict[str, Exists]:
    """What a criterion's own page need not ask for where there is nothing."""
    own = {"assessment": OuterRef("pk")}
    return {
        "has_directives": Exists(DirectiveCriterion.objects.filter(**own)),
        "has_documents": Exists(DocumentCriterion.objects.filter(**own)),
    }


def live_evidence(evaluation: Evaluation, day: dt.date) -> Q:
    """Links whose evidence is live for an evaluation on a day, as a filter of links."""
    campaign = evaluation.campaign
    return (
        Q(evidence__withdrawn_at=None, evidence__quarantined_at=None)
        & (Q(evidence__expires_on=None) | Q(evidence__expires_on__gte=day))
        & (
            Q(evidence__period_start=None)
            | Q(evidence__period_start__lte=campaign.period_end)
        )
        & (
            Q(evidence__period_end=None)
            | Q(evidence__period_end__gte=campaign.period_start)
        )
    )


def score_as_json(
    evaluation: Evaluation, *, today: dt.date | None = None
) -> dict[str, Any]:
    """The scores of an evaluation as the contract of `score --json` says."""
    sheet = get_score_sheet(evaluation, today=today)
    rows = list_assessments(evaluation)
    days = {
        row.pk: scoring.score_day(
            sheet.day, evaluation.campaign.period_end, row.scored_on
        )
        for row in rows
    }
    counts: dict[tuple[int, dt.date], int] = {}
    for day in set(days.values()):
        links = (
            EvidenceLink.objects.filter(
                live_evidence(evaluation, day), assessment__evaluation=evaluation
            )
            .values_list("assessment_id")
            .annotate(count=Count("pk"))
        )
        counts |= {(pk, day): count for pk, count in links}
    lines, failed = [], []
    changes = may_change(evaluation)
    for row in rows:
        day, one = days[row.pk], standing_of(row)
        supported = scoring.is_supported(one, day)
        if _fails(one, day, sheet.basis):
            failed.append(row.criterion.number)
        assessed = one.result != scoring.NOT_ASSESSED
        lines.append(
            {
                "number": row.criterion.number,
                "result": one.result,
                "supported": supported,
                "self_points": as_points(scoring.counted_points(one, day))
                if assessed
                else None,
                "verified_points": None
                if one.verified_points is None
                else as_points(one.verified_points),
                "max_points": as_points(one.max_points),
                "evidence": counts.get((row.pk, day), 0),
                "overdue": scoring.is_overdue(one, sheet.day, day, may_change=changes),
            }
        )
    return {
        "ward": evaluation.campaign.ward.slug,
        "year": evaluation.campaign.year,
        "criteria_set": evaluation.criteria_set.code,
        "state": evaluation.state,
        "total": tally_as_json(sheet.total, sheet.basis),
        "categories": [
            {"code": line.category.code, "name": line.category.name_vi}
            | tally_as_json(line.tally, sheet.basis)
            for line in sheet.categories
        ],
        "criteria": lines,
        "mandatory_failed": failed,
        "eligible": sheet.eligible,
    }


def _fails(one: scoring.Standing, day: dt.date, basis: str) -> bool:
    """Whether a mandatory criterion applies and is not met, on the sheet's basis."""
    if not one.mandatory:
        return False
    if basis == "verified":
        return one.verified_result not in (scoring.MET, scoring.NOT_APPLICABLE)
    return scoring.is_applicable(one, day) and not scoring.is_met(one, day)


def as_points(hundredths: int) -> int | float:
    """Hundredths as a JSON number of points."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def tally_as_json(tally: Tally, basis: str) -> dict[str, Any]:
    """Sums as the contract names them."""
    return {
        "met": tally.met,
        "size": tally.size,
        "applicable": tally.applicable,
        "points": as_points(tally.points),
        "max_points": as_points(tally.max_points),
        "percent": None if tally.percent is None else float(tally.percent),
        "unsupported": tally.unsupported,
        "overdue": tally.overdue,
        "basis": basis,
    }


def list_stale(today: dt.date) -> list[int]:
    """Evaluations whose stored scores have gone stale, for `tick`: it has no user.

    The roll-up has, or the fact that says whether a criterion was met in time: its
    evidence expired, and another stands behind the criterion now.
    """
    expired = EvidenceLink.objects.filter(
        Q(assessment__evaluation__state=EvaluationState.OPEN)
        | Q(
            assessment__evaluation__state=EvaluationState.RETURNED,
            assessment__review=Review.RETURNED,
        ),
        assessment__evaluation=OuterRef("pk"),
        assessment__evaluation__campaign__closed_at=None,
        # A score day is never after the period: later expiries change nothing.
        assessment__evaluation__campaign__period_end__gt=F("evidence__expires_on"),
        evidence__expires_on__lt=today,
        evidence__fact_on=F("assessment__first_fact_on"),
    )
    same_fact = EvidenceLink.objects.filter(
        Q(evidence__expires_on=None) | Q(evidence__expires_on__gte=today),
        assessment=OuterRef("assessment"),
        evidence__fact_on=OuterRef("evidence__fact_on"),
        evidence__withdrawn_at=None,
        evidence__quarantined_at=None,
    )
    return list(
        Evaluation.objects.filter(
            Q(fresh_until__lt=today) | Exists(expired.exclude(Exists(same_fact)))
        )
        .order_by(F("fresh_until").asc(), "pk")
        .values_list("pk", flat=True)
    )
