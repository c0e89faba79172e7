"""The decision on a verified year, and reopening it."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import (
    Evaluation,
    EvaluationState,
    Recognition,
    SnapshotKind,
)
from criteria.models.evaluations import CONCLUDED_STATES
from criteria.selectors.scores import get_score_sheet
from criteria.services.notices import notify_concluded
from criteria.services.scores import store_rollup
from criteria.services.snapshots import take_snapshot
from criteria.services.steps import check_reason, check_step, lock_year
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit, UnitKind


@transaction.atomic
def recognise(
    *,
    actor: Any,
    evaluation: Evaluation,
    version: int,
    is_recognised: bool,
    deciding_body: str,
    number: str,
    decided_on: dt.date,
    reason: str = "",
) -> Recognition:
    """Record the decision on a verified year: recognised or not; the year is closed.

    A refusal says why; so does recognising a ward that by its set is not eligible. A
    number is used once by a deciding body of one province within a year, however
    they are spelled (criteria/decision_keys.py).

    Raises RuleViolation: "evaluation_moved", "reason_missing", "body_missing",
    "number_missing", "number_used", "decided_in_future", "decided_before_submission",
    "too_long".
    """
    locked, _rows = lock_year(evaluation)
    mandate = require(actor, "verify", locked)
    check_step(locked, (EvaluationState.VERIFIED,), version)
    row = Recognition(
        evaluation=locked,
        is_recognised=is_recognised,
        authority=_authority_over(locked.campaign.ward),
        deciding_body=" ".join(nfc(deciding_body).split()),
        number=" ".join(nfc(number).split()),
        decided_on=decided_on,
        year=decided_on.year,
        reason=nfc(reason).strip(),
        recorded_by_id=mandate.user_id,
        recorded_post=mandate.post,
    )
    _check_named(row)
    _check_day(row)
    _check_why(row)
    _save_once(row)
    locked.state = (
        EvaluationState.RECOGNISED if is_recognised else EvaluationState.NOT_RECOGNISED
    )
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    locked.campaign.closed_at = timezone.now()
    locked.campaign.save(update_fields=["closed_at"])
    store_rollup(locked, timezone.localdate())
    notify_concluded(locked)
    record(
        mandate,
        "evaluation_recognised" if is_recognised else "evaluation_not_recognised",
        locked,
        before={"state": EvaluationState.VERIFIED},
        after={
            "state": locked.state,
            "recognition": row.pk,
            "decided_on": decided_on,
            "met": locked.verified_met,
        },
        texts={
            name: text
            for name in ("number", "deciding_body", "reason")
            if (text := getattr(row, name))
        },
    )
    take_snapshot(evaluation=locked, kind=SnapshotKind.CONCLUDED, mandate=mandate)
    return row


def _authority_over(ward: AdministrativeUnit) -> AdministrativeUnit:
    """The unit whose series the number belongs to: the ward's province."""
    unit = ward
    while unit.kind != UnitKind.PROVINCE and unit.parent is not None:
        unit = unit.parent
    return unit


def _check_named(row: Recognition) -> None:
    """Body and number are there, and fit their columns."""
    for name, longest, code, sentence in (
        ("deciding_body", 200, "body_missing", _("Enter the body that decided.")),
        (
            "number",
            60,
            "number_missing",
            _("Enter the number and symbol of the decision."),
        ),
    ):
        if not getattr(row, name):
            raise RuleViolation(sentence, code=code, field=name)
        if len(getattr(row, name)) > longest:
            raise RuleViolation(
                _("Enter at most %(longest)s characters.") % {"longest": longest},
                code="too_long",
                field=name,
            )


def _check_day(row: Recognition) -> None:
    """A decision is of a day from the submission up to today."""
    today = timezone.localdate()
    submitted_at = row.evaluation.submitted_at
    first = timezone.localdate(submitted_at) if submitted_at else row.decided_on
    if not first <= row.decided_on <= today:
        sentence = (
            _("Only %(start)s can be chosen: submitted that day. Now: %(day)s.")
            if first == today
            else _("Choose a day from %(start)s to %(end)s. Now: %(day)s.")
        )
        raise RuleViolation(
            sentence
            % {
                "start": f"{first:%d/%m/%Y}",
                "end": f"{today:%d/%m/%Y}",
                "day": f"{row.decided_on:%d/%m/%Y}",
            },
            code="decided_before_submission"
            if row.decided_on < first
            else "decided_in_future",
            field="decided_on",
        )


def _check_why(row: Recognition) -> None:
    """RuleViolation "reason_missing" where the decision has to say why."""
    if not row.is_recognised:
        check_reason(row.reason, _("Say why the ward is not recognised."))
    elif get_score_sheet(row.evaluation).eligible is False:
        check_reason(
            row.reason,
            _("By its set the ward is not eligible. Say why it is recognised."),
        )


def _save_once(row: Recognition) -> None:
    """Save, or RuleViolation "number_used", also when two save the number at once."""
    used = RuleViolation(
        _("This number is used already. Check the number and the year."),
        code="number_used",
        field="number",
    )
    row.fill_keys()
    same = Recognition.objects.filter(
        authority=row.authority,
        body_key=row.body_key,
        number_key=row.number_key,
        year=row.year,
        voided_at=None,
    )
    if same.exists():
        raise used
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise used from error


@transaction.atomic
def reopen(
    *, actor: Any, evaluation: Evaluation, version: int, reason: str
) -> Evaluation:
    """Put a concluded year back into verification; every decision stays.

    The recognition is voided with the reason, its number may be used again, and the
    campaign is open to its records again. Only an admin of the province does this.

    Raises RuleViolation: "evaluation_moved", "reason_missing".
    """
    locked, _rows = lock_year(evaluation)
    mandate = require(actor, "reopen", locked)
    check_step(locked, CONCLUDED_STATES, version)
    reason = check_reason(reason, _("Say why the year is reopened."))
    before = locked.state
    voided = list(locked.recognitions.filter(voided_at=None))
    for row in voided:
        row.voided_at = timezone.now()
        row.voided_reason, row.voided_post = reason, mandate.post
        row.save(update_fields=["voided_at", "voided_reason", "voided_post"])
    locked.state = EvaluationState.VERIFYING
    locked.version += 1
    locked.verified_at, locked.verified_by, locked.verified_post = None, None, ""
    locked.save()
    locked.campaign.closed_at = None
    locked.campaign.save(update_fields=["closed_at"])
    store_rollup(locked, timezone.localdate())
    record(
        mandate,
        "evaluation_reopened",
        locked,
        before={"state": before, "recognition": [row.pk for row in voided]},
        after={"state": locked.state, "round": locked.round},
        texts={"reason": reason},
    )
    return locked
