"""What the recognition sheet prints: each result beside the other, and the proof."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from criteria import scoring
from criteria.models import (
    Assessment,
    Category,
    DecisionSnapshot,
    Evaluation,
    Recognition,
    Result,
)
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.scores import standing_of
from criteria.selectors.snapshots import compare_snapshot, latest_snapshot
from wardsecurity.papers.selectors import printed_addresses, trail_line


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A criterion with its results; "" where none is decided yet."""

    assessment: Assessment
    self_result: str
    verified_result: str
    recheck_result: str

    @property
    def differs(self) -> bool:
        """Whether the province decided otherwise than the ward said."""
        verified = self.verified_result
        return bool(verified) and (
            verified != self.self_result
            or self.assessment.verified_points != self.assessment.self_points
        )


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """A category, its criteria, and how many are met on each side."""

    category: Category
    rows: list[SheetRow]

    @property
    def met(self) -> int:
        """By the ward's own account."""
        return sum(row.self_result == Result.MET for row in self.rows)

    @property
    def verified_met(self) -> int:
        """By the province's."""
        return sum(row.verified_result == Result.MET for row in self.rows)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Everything of one sheet."""

    evaluation: Evaluation
    groups: list[SheetGroup]
    is_verified: bool
    recognition: Recognition | None
    snapshot: DecisionSnapshot | None
    trail: str
    address: str  # of the printed code; "" without one
    changes: int  # how much changed beneath the decision; a sheet says so

    @property
    def rows(self) -> list[SheetRow]:
        """All criteria, by number."""
        found = [row for group in self.groups for row in group.rows]
        return sorted(found, key=lambda row: row.assessment.criterion.number)


def decision_page(evaluation: Evaluation) -> str:
    """The page a sheet's code leads to."""
    campaign = evaluation.campaign
    return reverse("criteria:decision", args=[campaign.ward.slug, campaign.year])


def get_sheet(*, user: Any, evaluation: Evaluation) -> SheetFacts:
    """What stands on the sheet of an evaluation that get_evaluation returned."""
    rows = list_assessments_here(user=user, evaluation=evaluation)
    groups: dict[int, SheetGroup] = {}
    for row in rows:
        category = row.criterion.category
        group = groups.setdefault(category.pk, SheetGroup(category, []))
        group.rows.append(_row(evaluation, row))
    path = decision_page(evaluation)
    ward = evaluation.campaign.ward
    addresses = printed_addresses(user=user, unit=ward, paths=[path])
    recognitions = Recognition.objects.for_user(user).filter(evaluation=evaluation)
    concluded = evaluation.state in CONCLUDED_STATES
    snapshot = latest_snapshot(evaluation) if concluded else None
    return SheetFacts(
        evaluation=evaluation,
        groups=sorted(groups.values(), key=lambda group: group.category.order),
        is_verified=concluded,
        recognition=recognitions.filter(voided_at=None).first(),
        snapshot=snapshot,
        changes=len(compare_snapshot(snapshot)) if snapshot else 0,
        trail=trail_line(user=user, unit=ward),
        address=addresses.get(path, ""),
    )


def _row(evaluation: Evaluation, row: Assessment) -> SheetRow:
    """Met counts only with evidence, on paper as on every page (RULES "Support")."""
    one = standing_of(row)
    day = row.scored_on or evaluation.campaign.period_end
    own = row.self_result
    if own == Result.MET and not scoring.is_supported(one, day):
        own = Result.NOT_MET
    return SheetRow(
        assessment=row,
        self_result=own,
        verified_result=row.verified_result
        if evaluation.state in CONCLUDED_STATES
        else "",
        recheck_result=row.recheck_result,
    )
