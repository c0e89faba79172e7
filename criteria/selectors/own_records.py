"""Which criteria a person assessed or recorded evidence for (RULES "Evaluation").

Nobody verifies those. Asked of the stored columns and of the trail, which keeps who
corrected, linked, took away or entered a part of a figure when the columns name a
later person. Taking evidence away shapes what is verified as much as adding it.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from criteria.models import Assessment, Evaluation, Evidence, EvidenceLink
from wardsecurity.audit.models import TrailEntry

# What a person did to a criterion, and to its evidence, that makes it the own record.
_ASSESSED = ("criterion_assessed", "evidence_linked", "evidence_unlinked")
_RECORDED = (
    *("evidence_recorded", "evidence_edited", "evidence_withdrawn"),
    "measure_confirmed",
)


def own_record_ids(*, user: Any, evaluation: Evaluation) -> set[int]:
    """Assessments (pks) of an evaluation that are the person's own record. One query.

    Empty for a system actor: commands have no account.
    """
    user_id = getattr(user, "pk", None)
    if user_id is None:
        return set()
    by_them = TrailEntry.objects.filter(actor_id=user_id)
    acted = by_them.filter(
        target_type=Assessment._meta.label_lower,
        target_id=OuterRef("pk"),
        action__in=_ASSESSED,
    )
    touched = by_them.filter(
        target_type=Evidence._meta.label_lower,
        target_id=OuterRef("evidence_id"),
        action__in=_RECORDED,
    )
    evidence = EvidenceLink.objects.filter(
        Q(evidence__recorded_by=user_id) | Exists(touched),
        assessment=OuterRef("pk"),
    )
    rows = Assessment.objects.filter(
        Q(assessed_by=user_id) | Exists(acted) | Exists(evidence),
        evaluation=evaluation,
    )
    return set(rows.values_list("pk", flat=True))
