"""Scores that rest on the figures of a ward's units follow when those units change."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from criteria.models import Assessment, EvaluationState
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from wardsecurity.audit.services import record
from wardsecurity.permissions import Mandate
from wardsecurity.wards.models import AdministrativeUnit
from wardsecurity.wards.signals import participating_units_changed


@receiver(participating_units_changed, dispatch_uid="criteria.restate_units_figures")
@transaction.atomic
def restate_units_figures(
    *, ward: AdministrativeUnit, mandate: Mandate, **_signal: Any
) -> None:
    """Work out again the figures that a ward's units give, in its open campaigns.

    Runs in the transaction that changes the units, the ward locked; what changes is
    trailed under the same mandate.
    """
    wanted = Assessment.objects.filter(
        evaluation__campaign__ward=ward, evaluation__state=EvaluationState.OPEN
    ).exclude(criterion__figures_by=[])
    found = list(wanted.values_list("pk", "evaluation_id"))
    evaluations = lock_evaluations(evaluation_id for _pk, evaluation_id in found)
    rows = lock_assessments([pk for pk, _evaluation_id in found], evaluations)
    before = {row.pk: _told(row) for row in rows}
    save_restated(rows, timezone.localdate())
    for row in rows:
        if before[row.pk] != _told(row):
            record(
                mandate,
                "criterion_restated",
                row,
                before=before[row.pk],
                after=_told(row),
            )


def _told(row: Assessment) -> dict[str, Any]:
    return {"result": row.self_result, "value": row.value, "base": row.base}
