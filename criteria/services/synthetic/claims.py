"""What an invented ward says of a criterion: figures that reach their target or not.

A draw only aims; what it comes to is decided by scoring.judge, as for anybody.
"""

import math
from dataclasses import dataclass
from random import Random

from criteria import scoring
from criteria.models import Criterion
from criteria.scoring import Claim, Rule
from criteria.selectors.scores import rule_of

MET, NOT_MET = scoring.MET, scoring.NOT_MET
NOT_APPLICABLE = scoring.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion, with what drawing a claim needs to know of it."""

    criterion: Criterion
    rule: Rule
    wanted: tuple[str, ...]  # titles of evidence

    @classmethod
    def of(cls, criterion: Criterion) -> "Asked":
        """Read what is needed from a criterion of the set."""
        wanted = (text.split("(")[0].strip() for text in criterion.evidence_vi)
        return cls(
            criterion, rule_of(criterion), tuple(filter(None, wanted)) or ("Báo cáo",)
        )


def drawn_figure(rule: Rule, random: Random, *, good: bool) -> tuple[int, int | None]:
    """A value and its base (None without one) that aim at or beside the target."""
    target = rule.target or 0
    slack = random.randint(0, 3)
    if rule.kind == scoring.PERCENTAGE:
        base = random.randint(20, 240)
        if rule.baseline:
            change = target * base / 100
            edge = base + (
                math.floor(change) if rule.direction == "at_most" else math.ceil(change)
            )
        elif rule.direction == "at_most":
            edge = math.floor(target * base / 100)
        else:
            edge = math.ceil(target * base / 100)
        return _beside(edge, slack, rule, good=good, most=base), base
    if rule.baseline:
        base = random.randint(8, 40)
        return _beside(base + math.floor(target), slack, rule, good=good), base
    return _beside(math.ceil(target), slack, rule, good=good), None


def _beside(
    edge: int, slack: int, rule: Rule, *, good: bool, most: int | None = None
) -> int:
    """A whole number on the wanted side of `edge`, from 0; at most `most`."""
    at_most = rule.kind == scoring.COUNT_MAX or (
        rule.kind == scoring.PERCENTAGE and rule.direction == "at_most"
    )
    below = edge - slack if good == at_most else edge - 1 - slack
    above = edge + slack if good != at_most else edge + 1 + slack
    value = max(0, below if good == at_most else above)
    return min(value, most) if most is not None and rule.bounded else value


def drawn_claim(
    asked: Asked, random: Random, *, aim: str, units: int
) -> tuple[Claim, list[tuple[int, int | None]]]:
    """A claim, and its parts where `units` units each give a figure of their own."""
    rule = asked.rule
    if aim == NOT_APPLICABLE:
        return Claim(NOT_APPLICABLE), []
    if rule.kind == scoring.YES_NO:
        return Claim(aim), []
    good = aim == MET
    if not asked.criterion.figures_by:
        value, base = drawn_figure(rule, random, good=good)
        return Claim(value=value, base=base), []
    parts = [drawn_figure(rule, random, good=good) for _ in range(units)]
    if not parts:  # nobody to give a figure
        return Claim(complete=False), []
    return Claim(
        value=sum(value for value, _base in parts),
        base=sum(base or 0 for _value, base in parts) if rule.needs_base else None,
    ), parts
