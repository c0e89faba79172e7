"""Evidence that a locked result rests on: its words may change, not what it does."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from criteria import scoring
from criteria.models import Assessment, Evidence
from criteria.selectors.scores import may_change_assessment
from wardsecurity.errors import RuleViolation

if TYPE_CHECKING:
    from criteria.services.evidence import Facts

_DATES = ("fact_on", "expires_on", "period_start", "period_end")


def check_locked(
    evidence: Evidence,
    rows: Iterable[Assessment],
    facts: "Facts",
    remove: Sequence[int],
) -> None:
    """Refuse a correction that would change a criterion that is locked by now.

    `rows` are the criteria the evidence counts for, `remove` the files to be taken off.
    RuleViolation "counts_in_locked", beside the field that was changed (RULES
    "Evaluation": evidence of a locked criterion gains a revision, no more).
    """
    for row in rows:
        if may_change_assessment(row.evaluation, row):
            continue
        field = "remove" if remove else _field_that_counts(evidence, facts, row)
        if field:
            raise RuleViolation(
                _("%(year)s is locked and rests on this: it stays as it is.")
                % {"year": row.evaluation.campaign.year},
                code="counts_in_locked",
                field=field,
            )


def _field_that_counts(evidence: Evidence, facts: "Facts", row: Assessment) -> str:
    """The first changed field that changes what evidence does for a row, or ""."""
    for name in ("kind", "figure"):
        if getattr(evidence, name) != getattr(facts, name):
            return name
    if _effect(evidence, row) == _effect(facts, row):
        return ""
    changed = (one for one in _DATES if getattr(evidence, one) != getattr(facts, one))
    return next(changed, "")


def _effect(
    said: "Evidence | Facts", row: Assessment
) -> tuple[dt.date, dt.date] | None:
    """The fact that evidence shows for a locked row, and the last day it supports it.

    None: it supports nothing. Days after the one the row is scored on do not matter.
    """
    campaign = row.evaluation.campaign
    proof = scoring.Proof(
        said.fact_on, said.expires_on, said.period_start, said.period_end
    )
    until = scoring.supported_until([proof], campaign.period_start, campaign.period_end)
    day = scoring.score_day(timezone.localdate(), campaign.period_end, row.scored_on)
    if until is None or until < day:
        return None
    return said.fact_on, min(until, row.scored_on or campaign.period_end)
