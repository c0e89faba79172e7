"""Taking the snapshot of a decision, for good."""

from django.db import transaction

from criteria.models import DecisionSnapshot, Evaluation
from criteria.selectors.scores import get_score_sheet
from criteria.selectors.snapshot_content import read_content
from criteria.selectors.snapshots import recognition_of
from wardsecurity.audit.services import canonical, digest, lock_chain, record
from wardsecurity.permissions import Mandate


def take_snapshot(
    *, evaluation: Evaluation, kind: str, mandate: Mandate
) -> DecisionSnapshot:
    """Keep what a decision rests on, in the transaction that decides.

    Call it last, when everything of the decision is written: state, results, roll-up,
    recognition, and the decision's own entry of the trail. Its SHA-256 goes into the
    trail, so that content and hash cannot be rewritten together. A handful of queries,
    whatever the size.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("take_snapshot() on its own")
    row = Evaluation.objects.select_related(
        "campaign__ward", "criteria_set__owner"
    ).get(pk=evaluation.pk)
    chain = lock_chain(row)  # its next entry is the snapshot's own
    head = {"seq": chain.seq, "hash": chain.hash}
    content = read_content(row, head=head, sheet=get_score_sheet(row))
    content["kind"] = str(kind)
    content["recognition"] = recognition_of(row)
    text = canonical(content)
    snapshot = DecisionSnapshot.objects.create(
        evaluation=row, kind=kind, round=row.round, content=text, sha256=digest(text)
    )
    record(
        mandate,
        "snapshot_taken",
        snapshot,
        after={"kind": str(kind), "round": row.round, "sha256": snapshot.sha256},
    )
    return snapshot
