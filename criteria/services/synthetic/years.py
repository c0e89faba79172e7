"""How an invented ward's year went: its state, and what became of each criterion."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from criteria import scoring
from criteria.models import EvaluationState as State
from criteria.models import Review
from criteria.models.evaluations import CONCLUDED_STATES

DAY = dt.timedelta(days=1)

# Shares in hundred. A running year has wards in every state before the conclusion,
# and some that have not opened it; the years before are over.
_RUNNING = (
    ("", 6),
    (State.OPEN, 62),
    (State.SUBMITTED, 10),
    (State.VERIFYING, 9),
    (State.RETURNED, 6),
    (State.VERIFIED, 7),
)
# Which of the two decisions, follows from what was verified.
_OVER = ((State.RECOGNISED, 88), (State.VERIFIED, 12))

REASONS = (
    "Bổ sung văn bản có số và ngày ban hành trong kỳ.",
    "Số liệu chưa khớp với biểu tổng hợp của tổ dân phố.",
    "Minh chứng chưa thể hiện kết quả thực hiện.",
)
EXPLANATIONS = (
    "Đang tiếp tục thực hiện, dự kiến hoàn thành trong quý tới.",
    "Chưa đủ số liệu của các tổ dân phố.",
    "Kinh phí được cấp bổ sung sau kỳ đánh giá.",
)
NOTHING_HERE = "Trong kỳ không phát sinh trên địa bàn."


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one ward, as drawn."""

    number: int  # the year
    start: dt.date
    end: dt.date
    state: str
    quality: float  # 0 to 1: how much of its work is done and stands
    submitted_on: dt.date | None = None
    verified_on: dt.date | None = None

    @property
    def is_submitted(self) -> bool:
        """Whether every criterion had to be assessed, supported and explained."""
        return self.state != State.OPEN

    @property
    def is_concluded(self) -> bool:
        """Whether the province has decided on all of it."""
        return self.state in CONCLUDED_STATES


def _pick(shares: tuple[tuple[str, int], ...], random: Random) -> str:
    names, weights = zip(*shares, strict=True)
    return str(random.choices(names, weights)[0])


def drawn_year(
    number: int, today: dt.date, strength: float, random: Random
) -> Year | None:
    """A calendar year of a ward; None when the ward has not opened this one."""
    start, end = dt.date(number, 1, 1), dt.date(number, 12, 31)
    state = _pick(_OVER if end < today else _RUNNING, random)
    quality = min(0.985, max(0.05, strength + random.uniform(-0.12, 0.12)))
    if not state:
        return None
    if state == State.OPEN and random.random() < 0.08:
        quality = 0.0  # opened, and nothing done since
    last = min(today, end)
    submitted = verified = None
    if state != State.OPEN:
        submitted = max(start, last - random.randint(20, 35) * DAY)
    if state in CONCLUDED_STATES:
        verified = max(start, last - random.randint(2, 15) * DAY)
    return Year(number, start, end, state, quality, submitted, verified)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one criterion."""

    aim: str  # a result, "doing" (a note, no claim) or "" (not begun)
    evidence: int  # how many pieces
    expired: bool = False  # … and they have run out
    review: str = Review.NONE
    is_adjusted: bool = False


def drawn_fate(year: Year, random: Random, pieces: int, *, as_ever: bool) -> Fate:
    """Draw a criterion's fate; `as_ever`: it is one that does not apply here."""
    luck = random.random()
    if as_ever and (year.is_submitted or year.quality > 0):
        fate = Fate(scoring.NOT_APPLICABLE, 0)
    elif luck < year.quality:
        fate = Fate(scoring.MET, pieces)
    elif year.is_submitted or luck < year.quality + (1 - year.quality) * 0.25:
        fate = Fate(scoring.NOT_MET, pieces) if year.quality else Fate("", 0)
    elif luck < year.quality + (1 - year.quality) * 0.55 and year.quality:
        fate = Fate("doing", 1)
    else:
        fate = Fate("", 0)
    if not year.is_submitted and fate.aim == scoring.MET:
        slip = random.random()
        if slip < 0.05:
            fate = Fate(scoring.MET, 0)
        elif slip < 0.08:
            fate = Fate(scoring.MET, 1, expired=True)
    return fate if not year.is_submitted else _reviewed(fate, year, random)


def _reviewed(fate: Fate, year: Year, random: Random) -> Fate:
    """Where the province's look at it stands, by the state of the year."""
    luck, review = random.random(), str(Review.PENDING)
    if year.state == State.RETURNED:
        review = Review.RETURNED if luck < 0.1 else Review.ACCEPTED
    elif year.state == State.VERIFYING:
        review = Review.ACCEPTED if luck < 0.5 else Review.PENDING
    elif year.is_concluded:
        review = Review.ACCEPTED
    adjusted = (
        review == Review.ACCEPTED and fate.aim == scoring.MET and random.random() < 0.04
    )
    if adjusted:
        review = Review.ADJUSTED
    return Fate(fate.aim, fate.evidence, review=review, is_adjusted=adjusted)
