"""Papers and comments contributed to a meeting; they are corrected, never removed."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    Contribution,
    Meeting,
    OfficialDocument,
    OutsideBody,
)
from commitments.services.campaigns import check_writable
from commitments.services.edits import check_unit, check_version
from commitments.services.meetings import (
    check_bodies,
    check_papers_of,
    lock_meeting,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class ContributionFacts:
    """Who contributed what, as the form has it: a unit, a body above, or a post."""

    kind: str
    subject: str
    unit: ParticipatingUnit | None = None
    body: OutsideBody | None = None
    speaker_position: str = ""
    text: str = ""
    document: OfficialDocument | None = None


_WORDS = ("subject", "speaker_position", "text")


def _check(
    facts: ContributionFacts, campaign: Campaign, kept: int | None = None
) -> None:
    if not nfc(facts.subject):
        raise RuleViolation(
            _("Enter the subject."), code="subject_missing", field="subject"
        )
    if facts.unit and facts.body:
        raise RuleViolation(
            _("Choose the unit of the ward or the body above, not both."),
            code="two_speakers",
            field="body",
        )
    if not (facts.unit or facts.body or nfc(facts.speaker_position)):
        raise RuleViolation(
            _("Say who contributed: a unit, a body above, or the speaker's position."),
            code="speaker_missing",
            field="unit",
        )
    check_unit(facts.unit, campaign, field="unit")
    check_bodies([facts.body] if facts.body else [], campaign, "body")
    check_papers_of(facts.document, campaign, kept, "document")


def _apply(row: Contribution, facts: ContributionFacts) -> None:
    row.kind, row.unit, row.body = facts.kind, facts.unit, facts.body
    row.document = facts.document
    for name in _WORDS:
        setattr(row, name, nfc(getattr(facts, name)))


def _told(row: Contribution) -> dict[str, Any]:
    return {
        "meeting": row.meeting_id,
        "kind": row.kind,
        "unit": row.unit_id,
        "body": row.body_id,
        "document": row.document_id,
    }


def _texts(row: Contribution) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in _WORDS}
    return {name: text for name, text in texts.items() if text}


@transaction.atomic
def add_contribution(
    *, actor: Any, meeting: Meeting, facts: ContributionFacts
) -> Contribution:
    """Write down a paper or a comment; who keeps the meeting keeps these too.

    Raises RuleViolation: "campaign_closed", "subject_missing", "two_speakers",
    "speaker_missing", "other_ward", "other_campaign", "document_withdrawn".
    """
    campaign, held = lock_meeting(meeting)
    mandate = require(actor, "keep_records", held)
    check_writable(campaign)
    _check(facts, campaign)
    row = Contribution(meeting=held)
    _apply(row, facts)
    checked(row)
    row.save(force_insert=True)
    record(mandate, "contribution_recorded", row, after=_told(row), texts=_texts(row))
    return row


@transaction.atomic
def change_contribution(
    *,
    actor: Any,
    contribution: Contribution,
    version: int,
    facts: ContributionFacts,
) -> Contribution:
    """Correct a contribution. Raises EditConflict, and as add_contribution."""
    campaign, held = lock_meeting(contribution.meeting)
    mandate = require(actor, "keep_records", held)
    row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    row.meeting = held
    check_writable(campaign)
    check_version(row, version)
    _check(facts, campaign, row.document_id)
    before = _told(row)
    _apply(row, facts)
    checked(row)
    row.version += 1
    row.save()
    record(
        mandate,
        "contribution_changed",
        row,
        before=before,
        after=_told(row),
        texts=_texts(row),
    )
    return row
