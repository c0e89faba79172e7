"""What of a ward's own results blocks its submission (RULES "Evaluation")."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from django.utils import timezone

from criteria import scoring
from criteria.models import Assessment
from criteria.selectors.scores import standing_of


class Block(StrEnum):
    """The kinds of block, in the order in which a ward clears them."""

    NOT_ASSESSED = "not_assessed"
    UNSUPPORTED = "unsupported"
    UNEXPLAINED = "unexplained"


def blocking(
    rows: Iterable[Assessment], today: dt.date | None = None
) -> dict[Block, list[Assessment]]:
    """Criteria that block, by kind; kinds without any are left out. No query.

    The rows know their evaluation and criterion. One criterion blocks once: what is
    claimed without evidence is not asked for an explanation as well.
    """
    today = today or timezone.localdate()
    found: dict[Block, list[Assessment]] = {}
    for row in rows:
        kind = _block_of(row, today)
        if kind is not None:
            found.setdefault(kind, []).append(row)
    return {kind: found[kind] for kind in Block if kind in found}


def _block_of(row: Assessment, today: dt.date) -> Block | None:
    one = standing_of(row)
    day = scoring.score_day(today, row.evaluation.campaign.period_end, row.scored_on)
    if one.result == scoring.NOT_ASSESSED:
        return Block.NOT_ASSESSED
    if scoring.is_unsupported(one, day):
        return Block.UNSUPPORTED
    if not scoring.is_supported(one, day):
        return Block.UNEXPLAINED
    return None
