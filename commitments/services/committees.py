"""The steering committee of a campaign, established by a decision."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    DocumentType,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_of_campaign, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """What the committee is called and by which decision it stands."""

    name: str
    decision: OfficialDocument | None = None
    note: str = ""


def _check_committee(
    facts: CommitteeFacts, campaign: Campaign, kept: int | None = None
) -> None:
    """`kept` is the decision the committee stands by already; it may be withdrawn."""
    if not nfc(facts.name):
        raise RuleViolation(
            _("Enter the name of the committee."), code="name_missing", field="name"
        )
    decision = facts.decision
    if decision is None or decision.pk == kept:
        return
    check_of_campaign(decision, campaign, field="decision")
    if decision.doc_type != DocumentType.QUYET_DINH:
        raise RuleViolation(
            _("A committee is established by a decision. Choose a decision."),
            code="not_a_decision",
            field="decision",
        )
    if decision.withdrawn_at is not None:
        raise RuleViolation(
            _("This decision was withdrawn. Choose one in force."),
            code="decision_withdrawn",
            field="decision",
        )


def _apply_committee(row: SteeringCommittee, facts: CommitteeFacts) -> None:
    row.name, row.note = nfc(facts.name), nfc(facts.note)
    row.decision = facts.decision


def _record_committee(
    mandate: Mandate, action: str, row: SteeringCommittee, **before: Any
) -> None:
    texts = {"name": row.name, "note": row.note}
    record(
        mandate,
        action,
        row,
        before=before,
        after={"decision": row.decision_id},
        texts={name: text for name, text in texts.items() if text},
    )


@transaction.atomic
def establish_committee(
    *, actor: Any, campaign: Campaign, facts: CommitteeFacts
) -> SteeringCommittee:
    """Write down the committee of a campaign; its decision may be a draft, or missing.

    Raises RuleViolation: "campaign_closed", "committee_exists", "name_missing",
    "other_campaign", "not_a_decision", "decision_withdrawn".
    """
    campaign = lock_campaign(campaign)
    row = SteeringCommittee(campaign=campaign)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    if SteeringCommittee.objects.filter(campaign=campaign).exists():
        raise RuleViolation(
            _("This year has a steering committee already."), code="committee_exists"
        )
    _check_committee(facts, campaign)
    _apply_committee(row, facts)
    checked(row)
    row.save(force_insert=True)
    _record_committee(mandate, "committee_established", row)
    return row


@transaction.atomic
def change_committee(
    *, actor: Any, committee: SteeringCommittee, version: int, facts: CommitteeFacts
) -> SteeringCommittee:
    """Correct the committee's name, or the decision it stands by.

    Raises EditConflict, and RuleViolation as establish_committee.
    """
    campaign = lock_campaign(committee.campaign)
    row = SteeringCommittee.objects.select_for_update(of=("self",)).get(pk=committee.pk)
    row.campaign = campaign
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    check_version(row, version)
    before = row.decision_id
    _check_committee(facts, campaign, kept=before)
    _apply_committee(row, facts)
    checked(row)
    row.version += 1
    row.save()
    _record_committee(mandate, "committee_changed", row, decision=before)
    return row
