"""What a verification comes to: three results side by side, sums, thresholds."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from criteria import scoring
from criteria.models import Category, Evaluation, Recognition
from criteria.scoring import Tally
from criteria.selectors.scores import get_score_sheet, thresholds_of
from criteria.selectors.verification import Line, Verification, get_verification
from wardsecurity.numbers import shown


@dataclass(frozen=True, slots=True)
class Sums:
    """Self and verified sums of a category, or of all of them."""

    category: Category | None
    lines: list[Line]
    own: Tally
    verified: Tally
    rechecked: int  # how many were looked at on site


@dataclass(frozen=True, slots=True)
class Threshold:
    """One thing that recognition asks for, and whether it holds."""

    words: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All that the conclusion shows."""

    verification: Verification
    categories: list[Sums]
    total: Sums
    thresholds: list[Threshold]
    mandatory_failed: list[Line]
    differing: list[Line]
    eligible: bool | None


def get_conclusion(*, user: Any, evaluation: Evaluation) -> Conclusion:
    """The conclusion of an evaluation as it stands. About three queries.

    Verified sums of what is decided so far while the verification goes on.
    """
    found = get_verification(user=user, evaluation=evaluation)
    own = {
        line.category.pk: line.tally for line in get_score_sheet_of_ward(evaluation)
    }
    categories = [
        Sums(
            group.category,
            group.lines,
            own.get(group.category.pk, Tally()),
            _verified(group.lines),
            _rechecked(group.lines),
        )
        for group in found.groups
    ]
    total = Sums(
        None,
        found.lines,
        sum((one.own for one in categories), Tally()),
        sum((one.verified for one in categories), Tally()),
        _rechecked(found.lines),
    )
    failed = [
        line
        for line in found.lines
        if line.row.mandatory
        and line.assessment.verified_result not in (scoring.MET, scoring.NOT_APPLICABLE)
    ]
    tallies = [one.verified for one in categories]
    limits = thresholds_of(evaluation.criteria_set)
    return Conclusion(
        verification=found,
        categories=categories,
        total=total,
        thresholds=_thresholds(limits, total.verified, categories, failed, found),
        mandatory_failed=failed,
        differing=[line for line in found.lines if line.differs],
        eligible=scoring.eligible(total.verified, tallies, limits),
    )
