"""A criterion's figure beside its target, and beside what the ward's records say."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from commitments.models import Campaign
from commitments.selectors.facts import ward_facts
from criteria import scoring
from criteria.measures import SOURCES, Reading, takes_measure, words_of
from criteria.models import Assessment, Criterion, Evidence
from criteria.models.sets import Direction, Kind, in_language
from criteria.selectors.scores import rule_of
from wardsecurity.numbers import shown

# --- A figure beside its target ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure beside its target; widths in whole percent of the bar."""

    display: str
    need: str
    percent_width: int
    target_at: int
    gap: str
    reached: bool


def measure_of(
    criterion: Criterion, value: int | None, base: int | None
) -> Measure | None:
    """A figure of a measured criterion as a bar; None without a figure."""
    if not criterion.is_measured or value is None:
        return None
    if criterion.has_base and base is None:
        return None
    rule = rule_of(criterion)
    target = criterion.target or Decimal(0)
    unit = in_language(criterion, "value_unit")
    at_most = criterion.kind == Kind.COUNT_MAX or (
        criterion.direction == Direction.AT_MOST
    )
    if criterion.kind == Kind.PERCENTAGE:
        percent = scoring.shown_percent(rule, value, base or 0)
        if percent is None:
            return None
        figure, display, goal = percent, f"{shown(percent)}%", f"{shown(target)}%"
    else:
        change = base or 0 if criterion.baseline else 0
        figure = Decimal(value - change)
        display, goal = f"{shown(figure)} {unit}", f"{shown(target)} {unit}"
    met = scoring.judge(rule, scoring.Claim(value=value, base=base))
    full = max(figure, target, Decimal(1))
    if criterion.kind == Kind.PERCENTAGE and not criterion.baseline:
        full = max(full, Decimal(100))
    words = _("at most %(goal)s") if at_most else _("at least %(goal)s")
    return Measure(
        display=display,
        need=words % {"goal": goal},
        percent_width=int(max(figure, Decimal(0)) * 100 / full),
        target_at=int(max(target, Decimal(0)) * 100 / full),
        gap=_shortfall(criterion, value, base or 0, unit),
        reached=met.result == scoring.MET,
    )


def _shortfall(criterion: Criterion, value: int, base: int, unit: str) -> str:
    """What is missing to the target, in units of the figure."""
    target = criterion.target or Decimal(0)
    if criterion.kind == Kind.COUNT_MIN and value < target:
        missing = int(target) - value
    elif (
        criterion.kind == Kind.PERCENTAGE
        and criterion.direction != Direction.AT_MOST
        and not criterion.baseline
        and value * 100 < target * base
    ):
        # The smallest whole figure that reaches the target, minus what is there.
        missing = -int(-(target * base) // 100) - value
    else:
        return ""
    return _("%(missing)s %(unit)s short of the target.") % {
        "missing": shown(missing),
        "unit": unit,
    }


# --- What the ward's records say --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The figure a person confirmed last, and on which day it stood."""

    words: str
    day: dt.date
    url: str


@dataclass(frozen=True, slots=True)
class WardMeasure:
    """What the records say of a criterion today, and what was confirmed of it."""

    words: str
    bar: Measure | None  # of a measured criterion
    holds: bool  # whether the fact reaches what the criterion asks
    missing: str
    as_of: dt.date
    records_url: str
    confirmed: Confirmed | None
    differs: bool  # from the confirmed figure
    typed: str  # the figure of the assessment where it is another than the confirmed
    may_confirm: bool
    version: int
    value: int
    base: int | None


def get_reading(assessment: Assessment, as_of: dt.date) -> Reading:
    """What the records say of a criterion that takes a measure. One query."""
    source = SOURCES[assessment.criterion.measure_source]
    return source.read(ward_facts(assessment.evaluation.campaign, as_of))


def why_not(criterion: Criterion, reading: Reading) -> str:
    """Why a fact cannot be confirmed as it stands, in words; "" when it can.

    A yes-or-no criterion takes a fact that answers yes; a share needs its base. Any
    other figure can be confirmed, also one short of the target.
    """
    if not criterion.is_measured:
        return "" if reading.holds else reading.missing
    fault = scoring.figure_fault(
        rule_of(criterion), reading.value, reading.base if criterion.has_base else None
    )
    return reading.missing if fault == "base_zero" else ""


def measure_for(
    *,
    assessment: Assessment,
    evidence: Iterable[Evidence],
    today: dt.date,
    may_confirm: bool,
) -> WardMeasure | None:
    """The ward's own figure of a criterion; None where it takes none. One query.

    `evidence` is what is linked to it. Reading changes nothing: when the records move
    on after a figure was confirmed, that is said and the score stays.
    """
    criterion = assessment.criterion
    if not takes_measure(criterion):
        return None
    campaign = assessment.evaluation.campaign
    day = scoring.score_day(today, campaign.period_end, assessment.scored_on)
    reading = get_reading(assessment, day)
    source = criterion.measure_source
    words = words_of(source, *reading.figure)
    bar = measure_of(criterion, reading.value, reading.base)
    last = last_confirmed(evidence, source)
    differs = last is not None and reading.figure != (
        last.measure_value,
        last.measure_base,
    )
    typed = _typed(assessment, last)
    refused = why_not(criterion, reading)
    at = [campaign.ward.slug, campaign.year]
    is_done = last is not None and not differs and not typed and _claimed(assessment)
    return WardMeasure(
        words=words,
        bar=replace(bar, display=words) if bar else None,
        holds=bar.reached if bar else reading.holds,
        missing=refused,
        as_of=day,
        records_url=reverse(SOURCES[source].page, args=at),
        confirmed=None
        if last is None
        else Confirmed(
            words=words_of(source, last.measure_value or 0, last.measure_base),
            day=last.fact_on,
            url=reverse("criteria:evidence-detail", args=[*at, last.pk]),
        ),
        differs=differs,
        typed=typed,
        may_confirm=may_confirm and not refused and not is_done,
        version=assessment.version,
        value=reading.value,
        base=reading.base,
    )


def last_confirmed(evidence: Iterable[Evidence], source: str) -> Evidence | None:
    """The measure of a source that stands among a criterion's evidence."""
    standing = [
        one
        for one in evidence
        if one.is_measure and one.measure_source == source and one.withdrawn_at is None
    ]
    return max(standing, key=lambda one: one.pk, default=None)


def records_url(evidence: Evidence, campaign: Campaign) -> str:
    """The page of the records a measure was taken from; "" for other evidence."""
    source = SOURCES.get(evidence.measure_source)
    at = [campaign.ward.slug, campaign.year]
    return reverse(source.page, args=at) if source else ""


def _claimed(assessment: Assessment) -> bool:
    """Whether the assessment holds a claim that a confirmed figure could be behind."""
    if assessment.criterion.is_measured:
        return assessment.value is not None and not assessment.choice
    return assessment.choice == scoring.MET


def _typed(assessment: Assessment, last: Evidence | None) -> str:
    """The assessment's figure, where somebody typed another than the confirmed one."""
    criterion = assessment.criterion
    if last is None or not criterion.is_measured or assessment.value is None:
        return ""
    confirmed = (last.measure_value, last.measure_base if criterion.has_base else None)
    if (assessment.value, assessment.base) == confirmed:
        return ""
    figure = shown(assessment.value)
    return f"{figure} / {shown(assessment.base)}" if criterion.has_base else figure
