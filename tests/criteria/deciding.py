"""A year that was decided on, for tests of what is kept of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from criteria.models import (
    Assessment,
    DecisionSnapshot,
    Evaluation,
    EvidenceFile,
    Recognition,
    Result,
    Review,
    SnapshotKind,
)
from criteria.services.snapshots import take_snapshot
from tests.factories.criteria import an_evaluation, restated, supported
from tests.factories.files import StoredFileFactory
from wardsecurity.permissions import Mandate, Role

PROVINCE = Mandate(None, "thamdinh", "Thẩm định viên", Role.PROVINCE_VERIFIER)


def snapshot_of(evaluation: Evaluation, kind: str = SnapshotKind.CONCLUDED):
    """Take one, as a service would."""
    with transaction.atomic():
        return take_snapshot(evaluation=evaluation, kind=kind, mandate=PROVINCE)


def recognised(evaluation: Evaluation, **fields) -> DecisionSnapshot:
    """Set a whole year decided: met where supported, recognised, its snapshot taken."""
    now = timezone.now()
    rows = list(evaluation.assessments.select_related("criterion"))
    for row in rows:
        met = row.supported_until is not None
        row.choice = row.self_result = Result.MET if met else Result.NOT_MET
        row.explanation = "" if met else "Chưa làm xong."
        row.self_points = row.max_points if met else 0
        row.scored_on = timezone.localdate()
        row.verified_result, row.verified_points = row.self_result, row.self_points
        row.review = Review.ACCEPTED
    Assessment.objects.bulk_update(
        rows,
        [
            *("choice", "self_result", "self_points", "explanation", "scored_on"),
            *("verified_result", "verified_points", "review"),
        ],
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(
        state="recognised",
        round=1,
        submitted_at=now,
        submitted_post="Chủ tịch UBND phường",
        verified_at=now,
        verified_post="Thẩm định viên",
    )
    type(evaluation.campaign).objects.filter(pk=evaluation.campaign_id).update(
        closed_at=now
    )
    evaluation.refresh_from_db()
    restated(evaluation)
    Recognition.objects.create(
        evaluation=evaluation,
        authority=evaluation.campaign.ward.parent,
        **{
            "is_recognised": True,
            "deciding_body": "UBND tỉnh",
            "number": "120/QĐ-UBND",
            "decided_on": dt.date(evaluation.campaign.year, 12, 20),
            "year": evaluation.campaign.year,
            "reason": "Đủ điều kiện.",
        }
        | fields,
    )
    return snapshot_of(evaluation)


def a_decided_year(size: int = 4, *, ward=None, evidence: int = 1, **files):
    """A recognised year and its snapshot; criterion 1 has evidence with a file."""
    given = {"ward": ward} if ward else {}
    evaluation = an_evaluation(*[{}] * size, **given)
    for _ in range(evidence):
        paper = supported(evaluation, 1, 2, file_count=1, issuer="UBND phường")
        stored = StoredFileFactory(
            unit=evaluation.campaign.ward, **(files or {"missing": True})
        )
        EvidenceFile.objects.create(evidence=paper, stored=stored, name="QĐ.pdf")
    return evaluation, recognised(evaluation)
