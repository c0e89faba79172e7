"""Confirming a figure that the ward's own records give (RULES "Figures")."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commitments.selectors.facts import fact_records
from commitments.services.campaigns import check_writable, lock_campaign
from criteria import scoring
from criteria.measures import Reading, takes_measure, words_of
from criteria.models import Assessment, Evidence, EvidenceKind, EvidenceLink, Result
from criteria.selectors.measures import get_reading, why_not
from criteria.services.assessments import EditConflict, check_figure, told
from criteria.services.evaluations import check_open_for
from criteria.services.scores import (
    lock_assessments,
    lock_evaluations,
    save_restated,
)
from wardsecurity.audit.services import canonical, digest, record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require

Seen = tuple[int, int | None]


def _in_vietnamese(words: Callable[[], str]) -> str:
    """Words for the record: the ward's, whatever the language of the page."""
    with override(settings.LANGUAGE_CODE):
        return words()


@transaction.atomic
def confirm_measure(
    *,
    actor: Any,
    assessment: Assessment,
    version: int | None = None,
    seen: Seen | None = None,
) -> Evidence:
    """Take the figure of the ward's records into the assessment, with its evidence.

    The fact is read anew under the campaign's lock, which every writer of its records
    takes first. `version` and `seen` (value, base) are what the page showed: when
    either moved on, nothing is written. The figure is set (a yes-or-no criterion: met),
    and evidence of kind measure holds source, figure, day, record ids and a hash over
    them; an earlier measure of the same criterion is withdrawn.

    Raises EditConflict, and RuleViolation: "campaign_closed", "evaluation_locked",
    "no_measure", "fact_changed", "fact_missing", and those of a figure.
    """
    campaign = lock_campaign(assessment.evaluation.campaign)
    check_writable(campaign)
    evaluations = lock_evaluations([assessment.evaluation_id])
    (row,) = lock_assessments([assessment.pk], evaluations)
    mandate = require(actor, "assess", row)
    require(actor, "record_evidence", row)
    check_open_for(row)
    if version is not None and row.version != version:
        raise EditConflict(row)
    today = timezone.localdate()
    as_of = scoring.score_day(today, campaign.period_end, row.scored_on)
    reading = _checked_reading(row, as_of, seen)
    before = told(row)
    _claim(row, reading)
    row.assessed_by_id, row.assessed_post = mandate.user_id, mandate.post
    row.assessed_at = timezone.now()
    row.version += 1
    row.save()
    superseded = _supersede(row, mandate)
    evidence = _evidence(row, reading, as_of, mandate)
    save_restated([row], today)
    for old in superseded:
        record(
            mandate,
            "evidence_withdrawn",
            old,
            after={"criteria": [row.criterion.number]},
            texts={"title": old.title, "reason": old.withdrawn_reason},
        )
    record(
        mandate,
        "measure_confirmed",
        evidence,
        before=before,
        after=told(row)
        | {
            "criterion": row.criterion.number,
            "source": evidence.measure_source,
            "value": evidence.measure_value,
            "base": evidence.measure_base,
            "as_of": as_of,
            "hash": evidence.measure_hash,
            "superseded": [old.pk for old in superseded],
        },
    )
    return evidence


def _checked_reading(row: Assessment, as_of: dt.date, seen: Seen | None) -> Reading:
    """The fact as it stands now, refused where it cannot be confirmed."""
    criterion = row.criterion
    if not takes_measure(criterion):
        raise RuleViolation(
            _("This criterion takes no figure from the ward's records."),
            code="no_measure",
        )
    reading = get_reading(row, as_of)
    if seen is not None and reading.figure != seen:
        raise RuleViolation(
            _("The records changed meanwhile: %(figure)s. Look again, then confirm.")
            % {"figure": words_of(criterion.measure_source, *reading.figure)},
            code="fact_changed",
        )
    if refused := why_not(criterion, reading):
        raise RuleViolation(refused, code="fact_missing")
    return reading


def _claim(row: Assessment, reading: Reading) -> None:
    """Put the figure where a person would have typed it."""
    if not row.criterion.is_measured:
        row.choice = Result.MET
        return
    base = reading.base if row.criterion.has_base else None
    check_figure(row.criterion, reading.value, base)
    row.choice, row.value, row.base = "", reading.value, base


def _supersede(row: Assessment, mandate: Mandate) -> list[Evidence]:
    """Withdraw earlier measures of the source; they count for this criterion only."""
    earlier = list(
        Evidence.objects.select_for_update(of=("self",))
        .filter(
            links__assessment=row,
            kind=EvidenceKind.MEASURE,
            measure_source=row.criterion.measure_source,
            withdrawn_at=None,
        )
        .order_by("pk")
    )
    for old in earlier:
        old.withdrawn_at = timezone.now()
        old.withdrawn_reason = _in_vietnamese(
            lambda: _("A newer figure was confirmed.")
        )
        old.withdrawn_post = mandate.post
        old.version += 1
        old.save(
            update_fields=[
                "withdrawn_at",
                "withdrawn_reason",
                "withdrawn_post",
                "version",
            ]
        )
    return earlier


def _evidence(
    row: Assessment, reading: Reading, as_of: dt.date, mandate: Mandate
) -> Evidence:
    """Evidence of what the records said, with a hash that shows a later change."""
    campaign, source = row.evaluation.campaign, row.criterion.measure_source
    records = fact_records(campaign, source, as_of)
    evidence = Evidence(
        ward_id=campaign.ward_id,
        kind=EvidenceKind.MEASURE,
        title=_in_vietnamese(
            lambda: (
                _("The ward's records: %(figure)s")
                % {"figure": words_of(source, *reading.figure)}
            )
        ),
        fact_on=as_of,
        measure_source=source,
        measure_value=reading.value,
        measure_base=reading.base,
        measure_records=records,
        measure_hash=measure_hash(source, reading.figure, as_of, records),
        recorded_by_id=mandate.user_id,
        recorded_post=mandate.post,
    )
    checked(evidence)
    evidence.save(force_insert=True)
    EvidenceLink.objects.create(evidence=evidence, assessment=row)
    return evidence


def measure_hash(
    source: str, figure: Seen, as_of: dt.date, records: dict[str, list[int]]
) -> str:
    """SHA-256 over canonical JSON of source, figure, day and record ids."""
    value, base = figure
    return digest(
        canonical(
            {
                "source": source,
                "value": value,
                "base": base,
                "as_of": as_of,
                "records": records,
            }
        )
    )
