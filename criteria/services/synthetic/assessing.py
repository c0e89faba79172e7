"""One assessment of an invented year with its evidence, worked out as services do."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple

from django.utils import timezone

from criteria import scoring
from criteria.models import (
    Assessment,
    AssessmentFigure,
    Evaluation,
    Evidence,
    EvidenceKind,
    Result,
    Review,
)
from criteria.scoring import FOR_EVER, Proof
from criteria.services.evaluations import lead_for
from criteria.services.synthetic.claims import Asked, drawn_claim
from criteria.services.synthetic.years import (
    DAY,
    EXPLANATIONS,
    NOTHING_HERE,
    REASONS,
    Fate,
    Year,
    drawn_fate,
)
from wardsecurity.text import fold, nfc
from wardsecurity.wards.models import ParticipatingUnit

POST = "Cán bộ phường"
SYMBOLS = ("BC-UBND", "KH-UBND", "QĐ-UBND", "TB-UBND", "BC-CAP")
ISSUER = "Ủy ban nhân dân"


class Drawn(NamedTuple):
    """Rows that belong together, none saved yet."""

    assessment: Assessment
    figures: list[AssessmentFigure]
    evidence: list[Evidence]


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return fold(text)


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def _evidence(
    asked: Asked,
    year: Year,
    fate: Fate,
    due_on: dt.date,
    today: dt.date,
    random: Random,
) -> list[Evidence]:
    """Papers with number and date, most of them before the criterion was due."""
    last = min(today, year.end, year.submitted_on or year.end)
    in_time = max(0, (min(due_on, last) - year.start).days)
    made = []
    for place in range(fate.evidence):
        late = random.random() < 0.06
        days = (last - year.start).days if late else in_time
        fact_on = year.start + random.randint(0, max(0, days)) * DAY
        expires_on = None
        if fate.expired:
            expires_on = max(fact_on, last - random.randint(2, 30) * DAY)
        elif random.random() < 0.02 and place == 0 and not year.is_submitted:
            expires_on = last + random.randint(5, 60) * DAY
        title = nfc(asked.wanted[place % len(asked.wanted)])[:300]
        number, symbol = random.randint(1, 180), random.choice(SYMBOLS)
        made.append(
            Evidence(
                kind=EvidenceKind.DOCUMENT,
                title=title,
                number=f"{number:02d}/{symbol}",
                issuer=ISSUER,
                fact_on=fact_on,
                expires_on=expires_on,
                recorded_post=POST,
                searched=f"{_folded(title)} {number:02d}/{_folded(symbol)}"
                f" {_folded(ISSUER)}"[:700],
            )
        )
    return made


def draw_assessment(
    asked: Asked,
    *,
    evaluation: Evaluation,
    year: Year,
    units: Sequence[ParticipatingUnit],
    as_ever: bool,
    pieces: int,
    today: dt.date,
    random: Random,
) -> Drawn:
    """Draw one criterion of one year: claim, evidence, and what follows from both."""
    criterion, fate = asked.criterion, drawn_fate(year, random, pieces, as_ever=as_ever)
    due_on = scoring.due_date(criterion.due_quarter, year.end)
    if not year.is_submitted and random.random() < 0.06:
        near = today + random.randint(-20, 25) * DAY
        due_on = min(max(near, year.start), year.end)
    row = Assessment(
        evaluation=evaluation,
        criterion=criterion,
        lead_unit=lead_for(criterion, units),
        due_on=due_on,
        max_points=criterion.max_points,
        review=fate.review,
        scored_on=None if fate.review == Review.RETURNED else year.submitted_on,
    )
    asked_units = [unit for unit in units if unit.kind in criterion.figures_by]
    evidence = _evidence(asked, year, fate, due_on, today, random)
    figures = []
    if fate.aim == "doing":
        row.explanation = random.choice(EXPLANATIONS)
    elif fate.aim:
        claim, parts = drawn_claim(asked, random, aim=fate.aim, units=len(asked_units))
        row.choice, row.value, row.base = claim.choice, claim.value, claim.base
        figures = [
            AssessmentFigure(assessment=row, unit=unit, value=value, base=base)
            for unit, (value, base) in zip(asked_units, parts, strict=False)
        ]
        judgement = scoring.judge(asked.rule, claim)
        row.self_result, row.self_points = judgement.result, judgement.points
        _explain(row, random, automatic=judgement.automatic)
    if fate.aim:
        row.version, row.assessed_post = 2, POST
        row.assessed_at = _moment(min(today, year.submitted_on or today, year.end))
    _support(row, year, evidence, today)
    _verify(row, fate, random)
    return Drawn(row, figures, evidence)


def _explain(row: Assessment, random: Random, *, automatic: bool) -> None:
    """What is not met, or does not apply, says why."""
    if row.self_result == Result.NOT_MET:
        row.explanation = random.choice(EXPLANATIONS)
    elif row.self_result == Result.NOT_APPLICABLE and not automatic:
        row.explanation = NOTHING_HERE
    if row.self_result in (Result.NOT_MET, Result.NOT_APPLICABLE):
        row.explained_until = FOR_EVER


def _support(
    row: Assessment, year: Year, evidence: Sequence[Evidence], today: dt.date
) -> None:
    proofs = [Proof(one.fact_on, one.expires_on) for one in evidence]
    day = scoring.score_day(today, year.end, row.scored_on)
    row.supported_until = scoring.supported_until(proofs, year.start, year.end)
    row.first_fact_on = scoring.first_fact_on(proofs, year.start, year.end, day)


def _verify(row: Assessment, fate: Fate, random: Random) -> None:
    """What the province decided, where it has."""
    if fate.review == Review.RETURNED:
        row.review_reason = random.choice(REASONS)
    elif fate.review == Review.ADJUSTED and row.self_result == Result.MET:
        row.verified_result, row.verified_points = Result.NOT_MET, 0
        row.review_reason = random.choice(REASONS)
    elif fate.review in (Review.ACCEPTED, Review.ADJUSTED):
        row.review = Review.ACCEPTED
        row.verified_result, row.verified_points = row.self_result, row.self_points
