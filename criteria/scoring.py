"""Scoring, pure: no request, no database (RULES "Figures", "Support", "Totals").

Points are whole hundredths, figures whole numbers, comparisons exact. Python decides
result, points and support of one assessment (`judge`, `supported_until`); sums over
assessments stand here (`tally`) and in SQL (selectors/rollup.py), and a property test
holds the two together.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FOR_EVER = dt.date(9999, 12, 31)

# Values as in criteria.models; repeated so that this module stands on nothing.
YES_NO, COUNT_MIN, COUNT_MAX = "yes_no", "count_min", "count_max"
PERCENTAGE = "percentage"
NOT_ASSESSED, MET, NOT_MET = "not_assessed", "met", "not_met"
NOT_APPLICABLE = "not_applicable"


# --- One criterion ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """How a criterion is judged: its fields from the set."""

    kind: str
    max_points: int  # hundredths, > 0
    target: Decimal | None = None  # percent for percentages
    direction: str = "at_least"
    baseline: str = ""  # "previous_period": base holds the figure of that period
    rule: str = "threshold"
    floor: Decimal = Decimal(0)
    bounded: bool = False
    when_base_zero: str = "error"

    @property
    def needs_base(self) -> bool:
        """Whether a denominator or the previous figure is asked for."""
        return self.kind == PERCENTAGE or bool(self.baseline)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a ward says: a choice, or a figure, whole numbers from 0."""

    choice: str = ""  # met, not_met (yes_no only), not_applicable, or ""
    value: int | None = None
    base: int | None = None
    complete: bool = True  # every unit asked for its part has given it


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the claim comes to, before evidence is asked for."""

    result: str
    points: int = 0  # hundredths
    automatic: bool = False  # not applicable because nothing occurred (base 0)


def figure_fault(rule: Rule, value: int | None, base: int | None) -> str:
    """Return why a figure is refused: "value_above_base", "base_zero", or ""."""
    if value is None or base is None or not rule.needs_base or rule.baseline:
        return ""
    if base == 0 and rule.when_base_zero == "error":
        return "base_zero"
    if rule.bounded and value > base:
        return "value_above_base"
    return ""


def reached(rule: Rule, value: int, base: int | None) -> bool:
    """Whether a figure reaches its target, in exact whole arithmetic.

    A percentage of base 0 without baseline is the caller's to decide.
    """
    target = Fraction(rule.target or 0)
    if rule.kind == COUNT_MIN:
        return value >= target
    if rule.kind == COUNT_MAX:
        return value - (base or 0 if rule.baseline else 0) <= target
    assert base is not None  # noqa: S101 - judge asks for it
    if rule.baseline:
        if base == 0:
            return value == 0
        value -= base
    if rule.direction == "at_most":
        return value * 100 <= target * base
    return value * 100 >= target * base


def judge(rule: Rule, claim: Claim) -> Judgement:
    """Decide result and points of one claim.

    A measured result is computed; a person may only choose not_applicable instead. A
    figure that is missing, incomplete or refused leaves the criterion not assessed.
    """
    if claim.choice == NOT_APPLICABLE:
        return Judgement(NOT_APPLICABLE)
    if rule.kind == YES_NO:
        if claim.choice == MET:
            return Judgement(MET, rule.max_points)
        return Judgement(claim.choice or NOT_ASSESSED)
    value, base = claim.value, claim.base
    if value is None or (rule.needs_base and base is None) or not claim.complete:
        return Judgement(NOT_ASSESSED)
    if figure_fault(rule, value, base):
        return Judgement(NOT_ASSESSED)
    if rule.kind == PERCENTAGE and base == 0 and not rule.baseline:
        if rule.when_base_zero == NOT_APPLICABLE:
            return Judgement(NOT_APPLICABLE, automatic=True)
        met = value == 0
    else:
        met = reached(rule, value, base)
    if met:
        return Judgement(MET, rule.max_points)
    return Judgement(NOT_MET, _points_in_proportion(rule, value, base))


def _points_in_proportion(rule: Rule, value: int, base: int | None) -> int:
    """Hundredths earned short of the target; 0 unless the rule is proportional."""
    if rule.rule != "proportional" or rule.target is None:
        return 0
    figure = Fraction(value)
    if rule.kind == PERCENTAGE:
        if not base:
            return 0
        figure = Fraction(value * 100, base)
    floor, target = Fraction(rule.floor), Fraction(rule.target)
    if figure < floor:
        return 0
    earned = rule.max_points * (figure - floor) / (target - floor)
    # Half up, once per criterion.
    return (2 * earned.numerator + earned.denominator) // (2 * earned.denominator)


def shown_percent(rule: Rule, value: int, base: int) -> Decimal | None:
    """Return the percentage to show, rounded away from the target to two places.

    94,996 towards 95 shows 94,99: nothing shows its target without reaching it. None
    when the base is 0.
    """
    if base == 0:
        return None
    amount = (value - base if rule.baseline else value) * 10_000
    if rule.direction == "at_most":
        return Decimal(-(-amount // base)) / 100
    return Decimal(amount // base) / 100


# --- Support ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proof:
    """What scoring needs to know of a piece of evidence linked to a criterion."""

    fact_on: dt.date
    expires_on: dt.date | None = None  # the last day it counts
    period_start: dt.date | None = None  # None: the campaign's
    period_end: dt.date | None = None
    out: bool = False  # withdrawn or quarantined


def counts_for(proof: Proof, period_start: dt.date, period_end: dt.date) -> bool:
    """Whether evidence that has not expired counts for a campaign's period."""
    return (
        not proof.out
        and (proof.period_start or period_start) <= period_end
        and (proof.period_end or period_end) >= period_start
    )


def supported_until(
    proofs: Iterable[Proof], period_start: dt.date, period_end: dt.date
) -> dt.date | None:
    """The last day on which any evidence is live; None when there is none."""
    return max(
        (
            proof.expires_on or FOR_EVER
            for proof in proofs
            if counts_for(proof, period_start, period_end)
        ),
        default=None,
    )


def first_fact_on(
    proofs: Iterable[Proof], period_start: dt.date, period_end: dt.date, day: dt.date
) -> dt.date | None:
    """The earliest fact among evidence live on `day`: later than due means late."""
    return min(
        (
            proof.fact_on
            for proof in proofs
            if counts_for(proof, period_start, period_end)
            and (proof.expires_on or FOR_EVER) >= day
        ),
        default=None,
    )


# --- Sums -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """One assessment as the sums see it; dates as stored with it."""

    result: str
    points: int
    max_points: int
    due_on: dt.date
    mandatory: bool = False
    supported_until: dt.date | None = None
    explained_until: dt.date | None = None
    scored_on: dt.date | None = None
    verified_result: str = ""
    verified_points: int | None = None
    writable: bool = True  # whether the ward may still change it


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over criteria; points in hundredths."""

    size: int = 0
    met: int = 0
    applicable: int = 0
    points: int = 0
    max_points: int = 0
    unsupported: int = 0
    overdue: int = 0
    mandatory_failed: int = 0

    @property
    def percent(self) -> Decimal | None:
        """Points of the points that can be had, in percent, rounded down; None at 0."""
        if not self.max_points:
            return None
        return Decimal(self.points * 10_000 // self.max_points) / 100

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            *(getattr(self, name) + getattr(other, name) for name in self.__slots__)
        )


def due_date(quarter: int, period_end: dt.date) -> dt.date:
    """Last day of a quarter of the year the period ends in, not after the period."""
    month = quarter * 3
    last = calendar.monthrange(period_end.year, month)[1]
    return min(dt.date(period_end.year, month, last), period_end)


def score_day(
    today: dt.date, period_end: dt.date, scored_on: dt.date | None = None
) -> dt.date:
    """The day evidence must live on: today, never after the period, then frozen."""
    return scored_on or min(today, period_end)


def has_evidence(standing: Standing, day: dt.date) -> bool:
    """Whether live evidence stands behind the assessment on `day`."""
    return standing.supported_until is not None and standing.supported_until >= day


def is_explained(standing: Standing, day: dt.date) -> bool:
    """Whether an explanation (or the paper that stands for one) holds on `day`."""
    return standing.explained_until is not None and standing.explained_until >= day


def is_met(standing: Standing, day: dt.date) -> bool:
    """Whether it counts as met: claimed, and supported."""
    return standing.result == MET and has_evidence(standing, day)


def is_unsupported(standing: Standing, day: dt.date) -> bool:
    """Whether something is claimed that no live evidence supports."""
    claims = standing.result == MET or standing.points > 0
    return claims and not has_evidence(standing, day)


def is_supported(standing: Standing, day: dt.date) -> bool:
    """Whether the assessment stands as it is: with evidence, or explained."""
    if standing.result in (NOT_MET, NOT_APPLICABLE):
        return is_explained(standing, day) and not is_unsupported(standing, day)
    return is_met(standing, day)


def is_applicable(standing: Standing, day: dt.date) -> bool:
    """Whether it stays in numerator and denominator."""
    return not (standing.result == NOT_APPLICABLE and is_explained(standing, day))


def is_overdue(
    standing: Standing, today: dt.date, day: dt.date, *, may_change: bool
) -> bool:
    """Whether the ward may still act, the due date has passed and work is not done."""
    return (
        may_change
        and standing.writable
        and standing.due_on < today
        and not is_met(standing, day)
        and is_applicable(standing, day)
    )


def counted_points(standing: Standing, day: dt.date) -> int:
    """Hundredths that count: none without live evidence."""
    return standing.points if has_evidence(standing, day) else 0


def tally(
    standings: Iterable[Standing],
    *,
    today: dt.date,
    period_end: dt.date,
    may_change: bool,
) -> Tally:
    """Add up a ward's own results.

    One pass that asks each question of a standing once: what is_met, is_applicable,
    is_unsupported, is_overdue and counted_points say of one, added up.
    """
    size = met = applicable = points = most = unsupported = overdue = failed = 0
    usual = score_day(today, period_end)
    for one in standings:
        size += 1
        day = one.scored_on or usual
        result, until = one.result, one.supported_until
        live = until is not None and until >= day
        claims = result == MET or one.points > 0
        unsupported += claims and not live
        if result == NOT_APPLICABLE and is_explained(one, day):
            continue
        applicable += 1
        most += one.max_points
        if live:
            points += one.points
            if result == MET:
                met += 1
                continue
        failed += one.mandatory
        overdue += may_change and one.writable and one.due_on < today
    return Tally(size, met, applicable, points, most, unsupported, overdue, failed)


def tally_verified(standings: Iterable[Standing]) -> Tally:
    """Add up what the province verified."""
    total = Tally()
    for one in standings:
        applies = one.verified_result != NOT_APPLICABLE
        met = one.verified_result == MET
        total += Tally(
            size=1,
            met=int(met),
            applicable=int(applies),
            points=(one.verified_points or 0) if applies else 0,
            max_points=one.max_points if applies else 0,
            mandatory_failed=int(one.mandatory and applies and not met),
        )
    return total


def fresh_until(standings: Iterable[Standing], today: dt.date) -> dt.date | None:
    """The LAST day on which the sums of today stay true; None: for ever.

    `explained_until` turns where `supported_until` does whenever it turns at all (a
    reference-only paper); asked for too, so that this holds without knowing why.
    """
    return min(
        (
            day
            for one in standings
            for day in (one.supported_until, one.explained_until, one.due_on)
            if day is not None and today <= day < FOR_EVER
        ),
        default=None,
    )


# --- Eligibility ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What recognition asks for; None where the set decides nothing."""

    min_met: int | None = None
    min_percent: Decimal | None = None
    min_percent_per_category: Decimal | None = None

    @property
    def decided(self) -> bool:
        """Whether any threshold is set."""
        return any(
            limit is not None
            for limit in (
                self.min_met,
                self.min_percent,
                self.min_percent_per_category,
            )
        )


def _reaches(one: Tally, percent: Decimal) -> bool:
    return one.points * 100 >= Fraction(percent) * one.max_points


def eligible(
    total: Tally, categories: Sequence[Tally], thresholds: Thresholds
) -> bool | None:
    """False if a mandatory criterion fails; None if no threshold is decided ("chưa
    quy định"); else whether all decided thresholds hold.

    A category in which nothing applies cannot fail its threshold.
    """
    if total.mandatory_failed:
        return False
    if not thresholds.decided:
        return None
    if thresholds.min_met is not None and total.met < thresholds.min_met:
        return False
    if thresholds.min_percent is not None and not (
        total.max_points and _reaches(total, thresholds.min_percent)
    ):
        return False
    return thresholds.min_percent_per_category is None or all(
        _reaches(one, thresholds.min_percent_per_category)
        for one in categories
        if one.max_points
    )
