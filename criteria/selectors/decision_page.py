"""The page of a decision: what was kept, and whether it still stands."""

import json
from dataclasses import dataclass
from typing import Any

from commitments.models import Campaign
from criteria.models import DecisionSnapshot, Evaluation, Recognition
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.snapshot_moves import moved_since
from criteria.selectors.snapshots import Difference, compare_snapshot, list_snapshots
from wardsecurity.permissions import may


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A snapshot as the page tells it."""

    snapshot: DecisionSnapshot
    seq: int | None  # of the ward's trail; None where the content cannot be read
    hash: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything the page shows."""

    campaign: Campaign
    evaluation: Evaluation
    is_concluded: bool
    recognition: Recognition | None
    latest: KeptSnapshot | None
    earlier: list[KeptSnapshot]
    differences: list[Difference]
    reopened: str  # when, by whom and why, since the last snapshot; "" if it was not
    may_print_code: bool


def get_decision_page(*, user: Any, evaluation: Evaluation) -> DecisionPage:
    """The snapshots of an evaluation, the last one compared. About ten queries."""
    kept = list(list_snapshots(user=user, evaluation=evaluation))
    recognitions = Recognition.objects.for_user(user).filter(evaluation=evaluation)
    told = [_told(one) for one in kept]
    return DecisionPage(
        campaign=evaluation.campaign,
        evaluation=evaluation,
        is_concluded=evaluation.state in CONCLUDED_STATES,
        recognition=recognitions.filter(voided_at=None).first(),
        latest=told[0] if told else None,
        earlier=told[1:],
        differences=compare_snapshot(kept[0]) if kept else [],
        reopened=moved_since(kept[0]).reopened if kept else "",
        may_print_code=may(user, "keep_records", evaluation.campaign),
    )


def _told(snapshot: DecisionSnapshot) -> KeptSnapshot:
    try:
        head = json.loads(snapshot.content)["trail"]
        return KeptSnapshot(snapshot, int(head["seq"]), str(head["hash"]))
    except (ValueError, TypeError, KeyError):
        return KeptSnapshot(snapshot, None, "")
