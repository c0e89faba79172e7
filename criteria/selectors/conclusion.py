"""What a verification comes to: three results side by side, sums, thresholds."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from criteria import scoring
from criteria.models import Category, Evaluation, Recognition
from criteria.scoring import Tally
from criteria.selectors.scores import may_change, thresholds_of
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
    rechecked_met: int


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
    mandatory: list[Line]
    mandatory_failed: list[Line]
    differing: list[Line]
    eligible: bool | None


def get_conclusion(
    *, user: Any, evaluation: Evaluation, today: dt.date | None = None
) -> Conclusion:
    """The conclusion of an evaluation as it stands; one query for its rows.

    Verified sums of what is decided so far while the verification goes on.
    """
    today = today or timezone.localdate()
    found = get_verification(user=user, evaluation=evaluation, today=today)
    categories = [
        _sums(group.category, group.lines, found, today) for group in found.groups
    ]
    total = _sums(None, found.lines, found, today)
    limits = thresholds_of(evaluation.criteria_set)
    return Conclusion(
        verification=found,
        categories=categories,
        total=total,
        thresholds=_thresholds(limits, total.verified, categories),
        mandatory=[line for line in found.lines if line.row.mandatory],
        mandatory_failed=[line for line in found.lines if fails(line)],
        differing=[line for line in found.lines if line.differs],
        eligible=scoring.eligible(
            total.verified, [one.verified for one in categories], limits
        ),
    )


def fails(line: Line) -> bool:
    """Whether a mandatory criterion is verified as neither met nor not applicable."""
    passed = (scoring.MET, scoring.NOT_APPLICABLE)
    return line.row.mandatory and line.assessment.verified_result not in passed


def list_recognitions(*, user: Any, evaluation: Evaluation) -> list[Recognition]:
    """Decisions on a year, the standing one first, then those voided. One query."""
    rows = Recognition.objects.for_user(user).filter(evaluation=evaluation)
    return sorted(rows, key=lambda row: (row.voided_at is not None, -row.pk))


def _own(lines: Iterable[Line], found: Verification, day: dt.date) -> Tally:
    """The ward's sums: the twin of the stored ones (scoring.py)."""
    return scoring.tally(
        (line.row.standing for line in lines),
        today=day,
        period_end=found.campaign.period_end,
        may_change=may_change(found.evaluation),
    )


def _sums(
    category: Category | None, lines: list[Line], found: Verification, day: dt.date
) -> Sums:
    return Sums(
        category=category,
        lines=lines,
        own=_own(lines, found, day),
        verified=scoring.tally_verified(line.row.standing for line in lines),
        rechecked=sum(line.rechecked is not None for line in lines),
        rechecked_met=sum(
            line.assessment.recheck_result == scoring.MET for line in lines
        ),
    )


def _thresholds(
    limits: scoring.Thresholds, total: Tally, categories: list[Sums]
) -> list[Threshold]:
    """Each decided threshold in words, with what stands against it."""
    found = []
    if limits.min_met is not None:
        found.append(
            Threshold(
                _("At least %(limit)s criteria met: %(met)s")
                % {"limit": limits.min_met, "met": total.met},
                total.met >= limits.min_met,
            )
        )
    if limits.min_percent is not None:
        found.append(
            Threshold(
                _("At least %(limit)s%% of all points: %(percent)s")
                % {"limit": shown(limits.min_percent), "percent": _share(total)},
                _reaches(total, limits.min_percent),
            )
        )
    if limits.min_percent_per_category is not None:
        found += [
            Threshold(
                _("At least %(limit)s%% of the points of %(category)s: %(percent)s")
                % {
                    "limit": shown(limits.min_percent_per_category),
                    "category": one.category,
                    "percent": _share(one.verified),
                },
                _reaches(one.verified, limits.min_percent_per_category),
            )
            for one in categories
            if one.verified.max_points
        ]
    return found


def _share(tally: Tally) -> str:
    return "–" if tally.percent is None else f"{shown(tally.percent)}%"


def _reaches(tally: Tally, percent: Decimal) -> bool:
    return tally.points * 100 >= percent * tally.max_points
