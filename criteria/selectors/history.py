"""The trail of one criterion in words: who, in which post, what, before and after."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from criteria.models import (
    Assessment,
    DecisionSnapshot,
    Evaluation,
    Evidence,
    EvidenceLink,
)
from criteria.selectors.history_words import words_for
from criteria.selectors.small_numbers import (
    counts_people,
    hides_small,
    without_small,
)
from wardsecurity.audit.models import TrailEntry
from wardsecurity.audit.selectors import (
    Asked,
    Told,
    history_of,
    list_of_unit,
    told_of,
)

Targets = list[tuple[str, Iterable[Any]]]  # label, and pks or a query for them


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of the history."""

    what: str
    who: str
    when: dt.datetime


def history_of_criterion(
    *,
    user: Any,
    assessment: Assessment,
    evidence_ids: Iterable[int],
    limit: int = 50,
    hides: bool = False,
) -> list[HistoryItem]:
    """What was done to a criterion and its evidence, newest first. One query.

    The year's own steps stand in it too: submitted, returned, concluded. With `hides`
    small numbers of people are left out.
    """
    told = history_of(
        user=user,
        targets=[
            (Assessment._meta.label_lower, [assessment.pk]),
            (Evaluation._meta.label_lower, [assessment.evaluation_id]),
            (Evidence._meta.label_lower, evidence_ids),
        ],
        limit=limit,
    )
    hides = hides and counts_people(assessment.criterion)
    return [item_of(one, hides=hides) for one in told]


def whole_history(*, user: Any, assessment: Assessment) -> QuerySet[TrailEntry]:
    """All that was ever done to a criterion, newest first, for paging.

    Also to evidence that was taken off it since, and the year's steps and snapshots.
    Two queries, and one a page.
    """
    evaluation = assessment.evaluation
    asked = Asked(
        targets=[
            *targets_of(assessment),
            (Evaluation._meta.label_lower, [evaluation.pk]),
            (
                DecisionSnapshot._meta.label_lower,
                DecisionSnapshot.objects.filter(evaluation=evaluation).values("pk"),
            ),
        ]
    )
    return list_of_unit(user=user, unit=evaluation.campaign, asked=asked)


def targets_of(assessment: Assessment) -> Targets:
    """A criterion and all evidence that counts or once counted for it. One query."""
    label = Assessment._meta.label_lower
    taken_off = TrailEntry.objects.filter(
        target_type=label, target_id=assessment.pk, action="evidence_unlinked"
    ).values_list("payload", flat=True)
    former = [json.loads(payload)["before"]["evidence"] for payload in taken_off]
    links = EvidenceLink.objects.filter(assessment=assessment).values("evidence_id")
    return [
        (label, [assessment.pk]),
        (Evidence._meta.label_lower, links),
        (Evidence._meta.label_lower, former),
    ]


def history_of_evidence(*, user: Any, evidence: Evidence) -> list[HistoryItem]:
    """What was done to a piece of evidence, newest first."""
    told = history_of(user=user, targets=[(Evidence._meta.label_lower, [evidence.pk])])
    return [item_of(one) for one in told]


def last_assigned(*, user: Any, assessment: Assessment) -> HistoryItem | None:
    """Who gave a criterion to its units last. Two queries."""
    told = history_of(
        user=user, targets=[(Assessment._meta.label_lower, [assessment.pk])], limit=50
    )
    given = (one for one in told if one.entry.action == "criterion_assigned")
    return next(map(item_of, given), None)


def items_of(
    *, user: Any, assessment: Assessment, entries: Iterable[TrailEntry]
) -> list[HistoryItem]:
    """Entries of whole_history in words, for this reader."""
    hides = counts_people(assessment.criterion) and hides_small(user, assessment)
    return [item_of(told_of(entry), hides=hides) for entry in entries]


def item_of(told: Told, *, hides: bool = False) -> HistoryItem:
    """One entry in words; with `hides` without small figures."""
    return HistoryItem(
        what=words_for(without_small(told) if hides else told),
        who=told.who,
        when=timezone.localtime(told.entry.at),
    )
