"""Keeping the funding lines of a campaign. Amounts are whole đồng."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign, FundingLine, FundingSource, OfficialDocument
from commitments.models.funding import LARGEST_AMOUNT
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_of_campaign, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc

AMOUNTS = ("estimated", "allocated", "spent")


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """A funding line as the form has it; amounts in whole đồng."""

    purpose: str
    source: str
    estimated: int
    allocated: int = 0
    spent: int = 0
    document: OfficialDocument | None = None
    note: str = ""


def _check_facts(facts: FundingFacts, campaign: Campaign) -> None:
    """More allocated than estimated, or spent than allocated, is taken, and said."""
    if not nfc(facts.purpose):
        raise RuleViolation(
            _("Enter what the money is for."), code="purpose_missing", field="purpose"
        )
    if facts.source not in FundingSource.values:
        raise RuleViolation(
            _("Choose where the money comes from."),
            code="source_unknown",
            field="source",
        )
    for name in AMOUNTS:
        amount = getattr(facts, name)
        if amount < 0:
            raise RuleViolation(
                _("Enter 0 or more."), code="amount_negative", field=name
            )
        if amount > LARGEST_AMOUNT:
            raise RuleViolation(
                _("This figure is too large. Check the number of digits."),
                code="amount_too_large",
                field=name,
            )
    check_of_campaign(facts.document, campaign, field="document")


def _apply(row: FundingLine, facts: FundingFacts) -> None:
    for name in facts.__slots__:
        value = getattr(facts, name)
        setattr(row, name, nfc(value) if isinstance(value, str) else value)


def _told(row: FundingLine) -> dict[str, Any]:
    amounts = {name: getattr(row, name) for name in AMOUNTS}
    return amounts | {"source": row.source, "document": row.document_id}


def _texts(row: FundingLine) -> dict[str, str]:
    texts = {"purpose": row.purpose, "note": row.note}
    return {name: text for name, text in texts.items() if text}


def _lock(line: FundingLine) -> tuple[Campaign, FundingLine]:
    campaign = lock_campaign(line.campaign)
    row = FundingLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    row.campaign = campaign
    return campaign, row


def _check_standing(row: FundingLine) -> None:
    if row.removed_at is not None:
        raise RuleViolation(_("This funding line was removed."), code="removed")


@transaction.atomic
def record_funding(
    *, actor: Any, campaign: Campaign, facts: FundingFacts
) -> FundingLine:
    """Write down a funding line, at the end of the list.

    Raises RuleViolation: "campaign_closed", "purpose_missing", "source_unknown",
    "amount_negative", "amount_too_large", "other_campaign".
    """
    campaign = lock_campaign(campaign)
    last = FundingLine.objects.filter(campaign=campaign).order_by("order").last()
    row = FundingLine(campaign=campaign, order=last.order + 1 if last else 1)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_facts(facts, campaign)
    _apply(row, facts)
    checked(row)
    row.save(force_insert=True)
    record(mandate, "funding_recorded", row, after=_told(row), texts=_texts(row))
    return row


@transaction.atomic
def change_funding(
    *, actor: Any, line: FundingLine, version: int, facts: FundingFacts
) -> FundingLine:
    """Correct a funding line.

    Raises EditConflict, and RuleViolation as record_funding, "removed".
    """
    campaign, row = _lock(line)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_standing(row)
    check_version(row, version)
    _check_facts(facts, campaign)
    before = _told(row)
    _apply(row, facts)
    checked(row)
    row.version += 1
    row.save()
    record(
        mandate,
        "funding_changed",
        row,
        before=before,
        after=_told(row),
        texts=_texts(row),
    )
    return row


@transaction.atomic
def remove_funding(*, actor: Any, line: FundingLine, reason: str) -> FundingLine:
    """Take a funding line out of every sum, with a reason; it stays to be seen.

    Raises RuleViolation: "campaign_closed", "reason_missing", "removed".
    """
    campaign, row = _lock(line)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_standing(row)
    reason = nfc(reason)
    if not reason:
        raise RuleViolation(
            _("Say why this line is removed."), code="reason_missing", field="reason"
        )
    row.removed_at, row.removed_reason = timezone.now(), reason
    checked(row)
    row.version += 1
    row.save(update_fields=["removed_at", "removed_reason", "version"])
    record(
        mandate,
        "funding_removed",
        row,
        before=_told(row),
        texts={"purpose": row.purpose, "reason": reason},
    )
    return row
