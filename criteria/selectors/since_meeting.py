"""What changed on a ward's criteria since a day, from the trail and the evidence."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from commitments.models import Meeting
from criteria.models import Assessment, Evaluation, Evidence, EvidenceLink, Result
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.boards import Row
from wardsecurity.audit.models import TrailEntry

_CLAIMS = ("criterion_assessed", "criterion_restated", "measure_confirmed")
_LINKS = ("evidence_linked", "evidence_unlinked")


@dataclass(frozen=True, slots=True)
class SinceMeeting:
    """Which criteria became met, are no longer met, or gained evidence since."""

    meeting: Meeting
    met_then: int
    became: list[Row]
    lost: list[Row]
    gained: list[Row]

    @property
    def is_quiet(self) -> bool:
        """Nothing of it happened."""
        return not (self.became or self.lost or self.gained)


@dataclass(slots=True)
class _Moves:
    """What the trail says of one criterion since the day."""

    result_then: str | None = None
    linked: frozenset[int] = frozenset()
    unlinked: frozenset[int] = frozenset()


def changes_since(
    *, user: Any, evaluation: Evaluation, meeting: Meeting, rows: Sequence[Row]
) -> SinceMeeting:
    """Compare the end of the meeting's day with now. Two queries, whatever changed.

    Met then: the result was "met" and evidence that was live then counted for it.
    """
    held_on = meeting.held_on
    assert held_on is not None  # noqa: S101 - last_meeting gives held ones
    moves = _moves(user, evaluation, held_on, rows)
    links = _links(evaluation)
    then: set[int] = set()
    gained: list[Row] = []
    for row in rows:
        pk = row.assessment.pk
        move = moves.get(pk, _Moves())
        held = [
            one
            for one in links[pk]
            if _stood(one, held_on) and one.pk not in move.linked
        ]
        result = move.result_then or row.assessment.self_result
        if result == Result.MET and (held or move.unlinked):
            then.add(pk)
        is_new = any(
            one.withdrawn_at is None
            and (one.pk in move.linked or _day(one.recorded_at) > held_on)
            for one in links[pk]
        )
        if is_new and (pk in then or not is_met_now(row)):
            gained.append(row)
    return SinceMeeting(
        meeting=meeting,
        met_then=len(then),
        became=[
            row for row in rows if is_met_now(row) and row.assessment.pk not in then
        ],
        lost=[row for row in rows if not is_met_now(row) and row.assessment.pk in then],
        gained=gained,
    )


def is_met_now(row: Row) -> bool:
    """Whether a criterion counts as met: once concluded, by the province's result."""
    assessment = row.assessment
    if assessment.evaluation.state in CONCLUDED_STATES:
        return assessment.verified_result == Result.MET
    return row.met


def _day(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date()


def _stood(evidence: Evidence, day: dt.date) -> bool:
    """Whether evidence was recorded and live at the end of a day."""
    return (
        _day(evidence.recorded_at) <= day
        and (evidence.withdrawn_at is None or _day(evidence.withdrawn_at) > day)
        and (evidence.expires_on is None or evidence.expires_on >= day)
    )


def _links(evaluation: Evaluation) -> dict[int, list[Evidence]]:
    """Evidence by assessment, withdrawn ones too. One query."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    links = EvidenceLink.objects.filter(assessment__evaluation=evaluation)
    for link in links.select_related("evidence"):
        found[link.assessment_id].append(link.evidence)
    return found


def _moves(
    user: Any, evaluation: Evaluation, held_on: dt.date, rows: Iterable[Row]
) -> dict[int, _Moves]:
    """What the ward's trail says of each criterion after a day. One query."""
    by_number = {row.number: row.assessment.pk for row in rows}
    own = set(by_number.values())
    next_day = dt.datetime.combine(held_on + dt.timedelta(days=1), dt.time.min)
    entries = (
        TrailEntry.objects.for_user(user)
        .filter(
            chain__unit_id=evaluation.campaign.ward_id,
            at__gte=timezone.make_aware(next_day),
            action__in=(*_CLAIMS, *_LINKS),
        )
        .order_by("seq")
        .values_list("action", "target_type", "target_id", "payload")
    )
    label = Assessment._meta.label_lower
    found: dict[int, _Moves] = defaultdict(_Moves)
    for action, target_type, target_id, text in entries:
        payload = json.loads(text)
        before, after = payload["before"], payload["after"]
        pk = target_id
        if target_type != label:  # a measure: the entry names the criterion's number
            pk = by_number.get(after.get("criterion"), 0)
        if pk not in own:
            continue
        move = found[pk]
        if action == "evidence_linked":
            move.linked |= {after["evidence"]}
        elif action == "evidence_unlinked":
            if before["evidence"] not in move.linked:
                move.unlinked |= {before["evidence"]}
        elif move.result_then is None:
            move.result_then = before.get("result") or Result.NOT_ASSESSED
    return found
