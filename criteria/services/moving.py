"""Moving a live evaluation to another version of its set, by `Criterion.key`.

Criteria found in both keep their lead, due date, claim, evidence and history. What the
evaluation said before is kept word for word in an EvaluationMove, for good; what cannot
come along is listed before and after (RULES "Sets").
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import (
    Assessment,
    AssessmentFigure,
    CriteriaSet,
    Criterion,
    Evaluation,
    EvaluationMove,
    EvaluationState,
    EvidenceLink,
    MemberCategory,
    Result,
    SetState,
)
from criteria.scoring import due_date
from criteria.services.evaluations import check_open, lead_for
from criteria.services.move_records import record_of
from criteria.services.notices import path_of_number
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from criteria.services.set_diffs import (
    Change,
    CriterionChange,
    changes_of,
    threshold_changes,
)
from wardsecurity.audit.services import digest, record
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.models import Notice
from wardsecurity.permissions import SystemActor, require
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingUnit

_CLAIM = ("choice", "value", "base")
# What decides a result, its points, or what has to be done for them.
_WEIGHED = frozenset(
    {
        "requirement_vi",
        "kind",
        "max_points",
        "mandatory",
        "target",
        "floor",
        "direction",
        "rule",
        "bounded",
        "when_base_zero",
        "baseline",
        "evidence_mode",
    }
)
_MOVED = ["criterion", "max_points", "self_points", "version", *_CLAIM]


@dataclass(frozen=True, slots=True)
class Pair:
    """An assessment and the criterion it goes over to."""

    assessment: Assessment
    before: Criterion
    after: Criterion
    keeps_claim: bool


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What moving would do. `seen` travels with the page that shows it."""

    evaluation: Evaluation
    pairs: tuple[Pair, ...]
    left: tuple[Assessment, ...]  # no criterion of the new version has their key
    added: tuple[Criterion, ...]
    charges_left: tuple[MemberCategory, ...]
    thresholds: tuple[Change, ...]  # of recognition, that the versions say otherwise
    changed: tuple[CriterionChange, ...]  # in what decides a result or its points
    other_owner: bool  # the version belongs to another unit than the one it replaces
    seen: str

    @property
    def cleared(self) -> list[Pair]:
        """Criteria judged otherwise by now: claims that have to be made anew."""
        return [one for one in self.pairs if not one.keeps_claim]

    @property
    def replaces_own(self) -> bool:
        """Whether the ward's own set gives way to that of a unit above it."""
        used = self.evaluation.criteria_set
        return self.other_owner and used.owner_id == self.evaluation.campaign.ward_id

    @property
    def renumbered(self) -> list[Pair]:
        """Criteria that stand at another number."""
        return [one for one in self.pairs if one.before.number != one.after.number]


def plan_move(*, evaluation: Evaluation, criteria_set: CriteriaSet) -> MovePlan:
    """What moving an evaluation would come to. Writes nothing.

    Raises RuleViolation as move_evaluation does.
    """
    _check(evaluation, criteria_set)
    rows = Assessment.objects.filter(evaluation=evaluation)
    return _plan(
        evaluation,
        criteria_set,
        list(rows.select_related("criterion__category", "lead_unit").order_by("pk")),
    )


@transaction.atomic
def move_evaluation(
    *,
    actor: Any,
    evaluation: Evaluation,
    criteria_set: CriteriaSet,
    seen: str | None = None,
) -> EvaluationMove:
    """Move an open evaluation that was never submitted to another version of its set.

    `seen` is that of the plan whoever moves was shown. Raises RuleViolation
    "evaluation_locked", "evaluation_submitted", "set_same", "set_not_published",
    "set_elsewhere", "no_common_key", "move_changed".
    """
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    mandate = require(actor, "move_evaluation", locked)
    target = CriteriaSet.objects.select_for_update(of=("self",)).get(pk=criteria_set.pk)
    readable = CriteriaSet.objects.filter(pk=target.pk)
    if not isinstance(actor, SystemActor) and not readable.for_user(actor).exists():
        raise PermissionDenied("move_evaluation: set out of sight")
    _check(locked, target)
    pks = Assessment.objects.filter(evaluation=locked).values_list("pk", flat=True)
    plan = _plan(locked, target, lock_assessments(pks, evaluations))
    if seen is not None and seen != plan.seen:
        raise RuleViolation(
            _("The year went on to another version meanwhile. Look at the list again."),
            code="move_changed",
        )
    source = locked.criteria_set
    content = record_of(plan, target)
    _write(locked, target, plan)
    move = EvaluationMove.objects.create(
        evaluation=locked,
        from_set=source,
        to_set=target,
        content=content,
        sha256=digest(content),
        moved_by_id=mandate.user_id,
        moved_post=mandate.post,
    )
    record(
        mandate,
        "evaluation_moved",
        locked,
        before={"set": source.pk, "version": source.version},
        after={
            "set": target.pk,
            "version": target.version,
            "move": move.pk,
            "sha256": move.sha256,
            "moved": len(plan.pairs),
            "cleared": [one.after.number for one in plan.cleared],
            "left": [one.criterion.number for one in plan.left],
            "added": [one.number for one in plan.added],
        },
    )
    return move


def _check(evaluation: Evaluation, target: CriteriaSet) -> None:
    """The rules of moving, whoever moves."""
    check_open(evaluation)
    if evaluation.state != EvaluationState.OPEN or evaluation.round:
        raise RuleViolation(
            _(
                "This year was submitted already: it is judged on the version it was"
                " submitted on."
            ),
            code="evaluation_submitted",
        )
    if evaluation.criteria_set_id == target.pk:
        raise RuleViolation(_("The year is on this version already."), code="set_same")
    campaign = evaluation.campaign
    if target.state != SetState.PUBLISHED and not (
        target.state == SetState.WORKING and campaign.is_sample
    ):
        raise RuleViolation(
            _("Choose a published set: this one is still to be checked."),
            code="set_not_published",
        )
    if not target.owner.seen.filter(unit=campaign.ward, read_only=False).exists():
        raise RuleViolation(
            _("This set belongs neither to the ward nor to a unit above it."),
            code="set_elsewhere",
        )


def _plan(
    evaluation: Evaluation, target: CriteriaSet, rows: Sequence[Assessment]
) -> MovePlan:
    criteria = {
        one.key: one
        for one in target.criteria.select_related("category").order_by("number")
    }
    pairs = [
        Pair(
            row, row.criterion, criteria[row.criterion.key], _keeps_claim(row, criteria)
        )
        for row in rows
        if row.criterion.key in criteria
    ]
    if not pairs:
        raise RuleViolation(
            _("No criterion of this set has the key of a criterion of the year."),
            code="no_common_key",
        )
    matched = {one.after.key for one in pairs}
    codes = set(target.categories.values_list("code", flat=True))
    charges = MemberCategory.objects.filter(
        member__committee__campaign=evaluation.campaign
    ).select_related("member", "category")
    return MovePlan(
        evaluation,
        tuple(sorted(pairs, key=lambda one: one.after.number)),
        tuple(
            sorted(
                (row for row in rows if row.criterion.key not in criteria),
                key=lambda one: one.criterion.number,
            )
        ),
        tuple(one for key, one in criteria.items() if key not in matched),
        tuple(one for one in charges if one.category.code not in codes),
        threshold_changes(evaluation.criteria_set, target),
        tuple(_changed(pairs)),
        evaluation.criteria_set.owner_id != target.owner_id,
        f"{evaluation.criteria_set_id}:{target.pk}:{target.content_hash}",
    )


def _changed(pairs: Iterable[Pair]) -> Iterator[CriterionChange]:
    """Criteria that are judged or counted otherwise, by their new number."""
    for pair in sorted(pairs, key=lambda one: one.after.number):
        if changes := changes_of(pair.before, pair.after, _WEIGHED):
            yield CriterionChange(pair.before, pair.after, changes)


def _keeps_claim(row: Assessment, criteria: dict[str, Criterion]) -> bool:
    """Whether the claim still answers what is asked; no claim is kept as it is."""
    old, new = row.criterion, criteria[row.criterion.key]
    if not row.choice and row.value is None and row.base is None:
        return True
    return row.choice == Result.NOT_APPLICABLE or (
        (old.kind, old.has_base, sorted(old.figures_by))
        == (new.kind, new.has_base, sorted(new.figures_by))
    )


# --- Writing ----------------------------------------------------------------------


def _write(evaluation: Evaluation, target: CriteriaSet, plan: MovePlan) -> None:
    """Take assessments over, leave out what has no place, add what is new."""
    today = timezone.localdate()
    _rewire_evidence(plan.pairs)
    for pair in plan.pairs:
        _take_over(pair)
    rows = [pair.assessment for pair in plan.pairs]
    Assessment.objects.bulk_update(rows, _MOVED)
    Assessment.objects.filter(pk__in=[one.pk for one in plan.left]).delete()
    evaluation.criteria_set = target
    evaluation.version += 1
    evaluation.save(update_fields=["criteria_set", "version"])
    evaluation.category_scores.all().delete()
    rows += _added(evaluation, plan.added)
    _rewire_charges(evaluation, target)
    _rewire_notices(evaluation, plan.pairs)
    save_restated(rows, today)


def _take_over(pair: Pair) -> None:
    row = pair.assessment
    row.criterion, row.max_points = pair.after, pair.after.max_points
    row.self_points = 0  # worked out again below; never above the new maximum
    row.version += 1  # whoever has its form open is told
    if not pair.keeps_claim:
        row.choice, row.value, row.base = "", None, None
        AssessmentFigure.objects.filter(assessment=row).delete()


def _rewire_evidence(pairs: Iterable[Pair]) -> None:
    """Evidence stays linked; what it shows is found in the new list by its words."""
    changed = []
    by_pk = {one.assessment.pk: one for one in pairs}
    links = EvidenceLink.objects.filter(assessment__in=by_pk, wanted__isnull=False)
    for link in links:
        pair = by_pk[link.assessment_id]
        old, new = pair.before.evidence_vi, pair.after.evidence_vi
        place = link.wanted if link.wanted is not None else len(old)
        words = old[place] if place < len(old) else None
        found = new.index(words) if words in new else None
        if found != link.wanted:
            link.wanted = found
            changed.append(link)
    EvidenceLink.objects.bulk_update(changed, ["wanted"])


def _added(evaluation: Evaluation, criteria: Iterable[Criterion]) -> list[Assessment]:
    """Assessments of criteria that are new, as a campaign begins with them."""
    campaign = evaluation.campaign
    day = min(timezone.localdate(), campaign.period_end)
    units = list(ParticipatingUnit.objects.filter(open_on(day), ward=campaign.ward))
    return Assessment.objects.bulk_create(
        Assessment(
            evaluation=evaluation,
            criterion=criterion,
            lead_unit=lead_for(criterion, units),
            due_on=due_date(criterion.due_quarter, campaign.period_end),
            max_points=criterion.max_points,
        )
        for criterion in criteria
    )


def _rewire_notices(evaluation: Evaluation, pairs: Iterable[Pair]) -> None:
    """Notices lead to the same criterion as before, whatever its number is now."""
    campaign = evaluation.campaign
    moved = {
        path_of_number(campaign, pair.before.number): path_of_number(
            campaign, pair.after.number
        )
        for pair in pairs
        if pair.before.number != pair.after.number
    }
    notices = list(Notice.objects.filter(unit=campaign.ward, path__in=moved))
    for notice in notices:
        notice.path = moved[notice.path]
    Notice.objects.bulk_update(notices, ["path"])


def _rewire_charges(evaluation: Evaluation, target: CriteriaSet) -> None:
    """Committee members stay in charge of the category with the same code."""
    new = {one.code: one for one in target.categories.all()}
    charges = MemberCategory.objects.filter(
        member__committee__campaign=evaluation.campaign
    ).select_related("category")
    for charge in charges:
        if charge.category.code in new:
            charge.category = new[charge.category.code]
            charge.save(update_fields=["category"])
        else:
            charge.delete()
