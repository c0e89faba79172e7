"""Drafting the text of the commitment, changing it, and starting its next edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign, CommitmentContent, CommitmentText
from commitments.sealing import text_digest
from commitments.selectors.pledge_texts import is_intact
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc

MOST_CONTENTS = 9


@dataclass(frozen=True, slots=True)
class Content:
    """One content: what is signed, a short name for the board, where it comes from."""

    body: str
    label: str = ""
    body_en: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a text says, as the form or a file has it."""

    title: str
    scope: str
    contents: Sequence[Content]
    parties: str = ""
    years_after: bool = False
    basis: str = ""
    note: str = ""


def _kept(text: str) -> str:
    """Text as it is kept and hashed: NFC, outer spaces gone, one kind of line end."""
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))


def _contents(wording: Wording) -> list[Content]:
    """Its contents without the empty ones; RuleViolation when none or too many."""
    contents = [
        Content(_kept(one.body), nfc(one.label), _kept(one.body_en), one.basis)
        for one in wording.contents
        if _kept(one.body)
    ]
    if not contents:
        raise RuleViolation(
            _("Enter at least one content."), code="contents_missing", field="content_1"
        )
    if len(contents) > MOST_CONTENTS:
        raise RuleViolation(
            _("At most %(count)s contents.") % {"count": MOST_CONTENTS},
            code="contents_too_many",
        )
    return contents


def _write(text: CommitmentText, wording: Wording) -> None:
    """Put words and contents in place, with their digest."""
    contents = _contents(wording)
    text.title, text.scope = _kept(wording.title), _kept(wording.scope)
    text.parties, text.years_after = _kept(wording.parties), wording.years_after
    text.basis, text.note = wording.basis, _kept(wording.note)
    text.sha256 = text_digest(
        title=text.title,
        scope=text.scope,
        parties=text.parties,
        contents=[one.body for one in contents],
    )
    checked(text)
    text.save()
    text.contents.all().delete()
    rows = [
        CommitmentContent(
            text=text,
            order=order,
            label=one.label,
            body_vi=one.body,
            body_en=one.body_en,
            basis=one.basis,
        )
        for order, one in enumerate(contents, start=1)
    ]
    for row in rows:
        checked(row)
    CommitmentContent.objects.bulk_create(rows)


def _told(text: CommitmentText) -> dict[str, Any]:
    return {
        "edition": text.edition,
        "sha256": text.sha256,
        "years_after": text.years_after,
    }


def _latest(campaign: Campaign) -> CommitmentText | None:
    """The newest edition, locked."""
    rows = CommitmentText.objects.select_for_update().filter(campaign=campaign)
    return rows.order_by("-edition").first()


@transaction.atomic
def draft_text(*, actor: Any, campaign: Campaign, wording: Wording) -> CommitmentText:
    """Write down the first edition of a campaign's text.

    Raises RuleViolation: "campaign_closed", "text_exists", "contents_missing",
    "contents_too_many".
    """
    campaign = lock_campaign(campaign)
    text = CommitmentText(campaign=campaign, edition=1)
    mandate = require(actor, "keep_records", text)
    check_writable(campaign)
    if _latest(campaign) is not None:
        raise RuleViolation(
            _("The text of the commitment is there already. Change it instead."),
            code="text_exists",
        )
    _write(text, wording)
    record(
        mandate, "text_drafted", text, after=_told(text), texts={"title": text.title}
    )
    return text


@transaction.atomic
def change_text(
    *, actor: Any, text: CommitmentText, version: int, wording: Wording
) -> CommitmentText:
    """Change the words of an edition that nobody has signed yet.

    Raises EditConflict, and RuleViolation: "campaign_closed", "text_sealed",
    "contents_missing", "contents_too_many".
    """
    campaign = lock_campaign(text.campaign)
    row = CommitmentText.objects.select_for_update().get(pk=text.pk)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    if row.is_sealed:
        raise RuleViolation(
            _("This text is signed: it never changes. Start the next edition."),
            code="text_sealed",
        )
    check_version(row, version)
    before = _told(row)
    row.version += 1
    _write(row, wording)
    record(
        mandate,
        "text_changed",
        row,
        before=before,
        after=_told(row),
        texts={"title": row.title},
    )
    return row


@transaction.atomic
def start_edition(*, actor: Any, campaign: Campaign) -> CommitmentText:
    """Copy the newest, signed edition into the next one, to be changed before signing.

    What was signed stays with the edition it was signed under. Raises RuleViolation:
    "campaign_closed", "text_missing", "edition_open" while the newest is not signed.
    """
    campaign = lock_campaign(campaign)
    text = CommitmentText(campaign=campaign)
    mandate = require(actor, "keep_records", text)
    check_writable(campaign)
    latest = _latest(campaign)
    if latest is None:
        raise text_missing()
    if not latest.is_sealed:
        raise RuleViolation(
            _("Edition %(edition)s is not signed yet: change it instead.")
            % {"edition": latest.edition},
            code="edition_open",
        )
    text.edition = latest.edition + 1
    _write(text, wording_of(latest))
    record(
        mandate, "text_drafted", text, after=_told(text), texts={"title": text.title}
    )
    return text


def wording_of(text: CommitmentText) -> Wording:
    """The words of an edition, to be written down again."""
    return Wording(
        title=text.title,
        scope=text.scope,
        parties=text.parties,
        years_after=text.years_after,
        basis=text.basis,
        note=text.note,
        contents=[
            Content(one.body_vi, one.label, one.body_en, one.basis)
            for one in text.contents.all()
        ],
    )


def text_missing() -> RuleViolation:
    """Nothing can be signed while the ward has written down no text."""
    return RuleViolation(
        _("Write down the text of the commitment first."), code="text_missing"
    )


def text_to_sign(campaign: Campaign) -> CommitmentText:
    """The newest edition, locked, for a service that holds the campaign.

    Raises RuleViolation: "text_missing", "text_tampered" when its words are no longer
    those that were written down.
    """
    text = _latest(campaign)
    if text is None:
        raise text_missing()
    if not is_intact(text):
        raise RuleViolation(
            _(
                "The words no longer fit their seal: they were changed outside this "
                "site. Nothing can be signed under them."
            ),
            code="text_tampered",
        )
    return text


def seal(text: CommitmentText) -> None:
    """Freeze a locked text with its first signing; again, nothing happens."""
    if not text.is_sealed:
        text.sealed_at = timezone.now()
        text.save(update_fields=["sealed_at"])
