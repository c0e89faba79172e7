"""A unit signs, signs again, withdraws; its signed paper is kept as a scan."""

from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentText,
    SigningCeremony,
)
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.pledge_rules import (
    Signing,
    check_scan,
    check_signing,
    signed_already,
)
from commitments.services.pledge_texts import seal, text_to_sign
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.files.models import StoredFile
from wardsecurity.files.services import store_upload
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc

# --- Signing ----------------------------------------------------------------------


def keep_scan(*, actor: Any, row: Commitment, upload: UploadedFile) -> StoredFile:
    """Keep an uploaded scan for a commitment about to be written.

    Outside a transaction, as store_upload wants it. Raises RuleViolation for field
    "scan": "campaign_closed", "scan_type", and those of store_upload.
    """
    require(actor, "keep_records", row)
    check_writable(row.campaign)
    try:
        stored = store_upload(unit=row.campaign.ward, upload=upload)
    except RuleViolation as refused:
        raise RuleViolation(
            refused.message, code=refused.code, field="scan"
        ) from refused
    check_scan(row.campaign, stored)
    return stored


def put_down(
    mandate: Mandate,
    text: CommitmentText,
    signing: Signing,
    *,
    ceremony: SigningCeremony | None = None,
    renews: Commitment | None = None,
) -> Commitment:
    """Write one signing under a locked text of a locked campaign; no trail yet.

    Raises RuleViolation "signed_already".
    """
    row = Commitment(
        campaign=text.campaign,
        text=text,
        unit=signing.unit,
        signed_on=signing.signed_on,
        signer_position=nfc(signing.signer_position),
        signer_name=nfc(signing.signer_name),
        counterparty_unit=signing.counterparty_unit,
        counterparty_body=signing.counterparty_body,
        valid_to=signing.valid_to,
        scan=signing.scan,
        scan_name=signing.scan.name if signing.scan else "",
        ceremony=ceremony,
        renews=renews,
        recorded_by_id=mandate.user_id,
        recorded_post=mandate.post,
    )
    save_live(row)
    seal(text)
    return row


def save_live(row: Commitment) -> None:
    """Insert a commitment that stands; the database holds to one a unit.

    The campaign's lock lets nobody in between; should a row have come past it all the
    same, the constraint's refusal is said in words.
    """
    standing = Commitment.objects.filter(
        campaign=row.campaign, unit=row.unit, withdrawn_at=None, ended_at=None
    )
    if standing.exists():
        raise signed_already(row.unit)
    checked(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise signed_already(row.unit) from fault


def record_signing(mandate: Mandate, action: str, row: Commitment) -> None:
    """Tell the trail of a signing."""
    texts = {"position": row.signer_position}
    if row.signer_name:
        texts["name"] = row.signer_name
    record(
        mandate,
        action,
        row,
        after={
            "unit": row.unit_id,
            "signed_on": row.signed_on,
            "edition": row.text.edition,
            "sha256": row.text.sha256,
            "valid_to": row.valid_to,
            "other_unit": row.counterparty_unit_id,
            "other_body": row.counterparty_body_id,
            "ceremony": row.ceremony_id,
            "renews": row.renews_id,
            "carried_from": row.carried_from_id,
            "scan": row.scan.sha256 if row.scan else None,
        },
        texts=texts,
    )


@transaction.atomic
def sign_commitment(*, actor: Any, campaign: Campaign, signing: Signing) -> Commitment:
    """Record that a unit signed the newest text; the first signing seals it.

    Raises RuleViolation: "campaign_closed", "text_missing", "text_tampered",
    "signed_already", and those of check_signing.
    """
    campaign = lock_campaign(campaign)
    draft = Commitment(campaign=campaign, unit=signing.unit)
    mandate = require(actor, "keep_records", draft)
    check_writable(campaign)
    text = text_to_sign(campaign)
    check_signing(campaign, signing)
    row = put_down(mandate, text, signing)
    record_signing(mandate, "commitment_signed", row)
    return row


def _lock_standing(commitment: Commitment) -> Commitment:
    """Lock a commitment below its campaign; refuse one that no longer stands.

    Raises RuleViolation: "campaign_closed", "not_standing".
    """
    campaign = lock_campaign(commitment.campaign)
    rows = Commitment.objects.select_for_update(of=("self",))
    row = rows.select_related("text", "unit", "scan").get(pk=commitment.pk)
    row.campaign = campaign
    return row


def _check_standing(row: Commitment) -> None:
    check_writable(row.campaign)
    if not row.is_live:
        raise RuleViolation(
            _("This commitment no longer stands: it was withdrawn or renewed."),
            code="not_standing",
        )


@transaction.atomic
def renew_commitment(
    *, actor: Any, commitment: Commitment, signing: Signing
) -> Commitment:
    """Let a unit sign again: the standing commitment ends, the new one refers to it.

    Raises RuleViolation: "not_standing", and as sign_commitment.
    """
    row = _lock_standing(commitment)
    mandate = require(actor, "keep_records", row)
    _check_standing(row)
    text = text_to_sign(row.campaign)
    signing = replace(signing, unit=row.unit)
    check_signing(row.campaign, signing)
    row.ended_at = timezone.now()
    row.version += 1
    row.save(update_fields=["ended_at", "version"])
    new = put_down(mandate, text, signing, renews=row)
    record_signing(mandate, "commitment_renewed", new)
    return new


@transaction.atomic
def withdraw_commitment(
    *, actor: Any, commitment: Commitment, reason: str
) -> Commitment:
    """Let a commitment no longer stand, with a reason; it stays to be seen.

    Raises RuleViolation: "campaign_closed", "not_standing", "reason_missing".
    """
    row = _lock_standing(commitment)
    mandate = require(actor, "keep_records", row)
    _check_standing(row)
    reason = nfc(reason)
    if not reason:
        raise RuleViolation(
            _("Say why the commitment is withdrawn."),
            code="reason_missing",
            field="reason",
        )
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
    row.version += 1
    checked(row)
    row.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    record(
        mandate,
        "commitment_withdrawn",
        row,
        before={"unit": row.unit_id, "signed_on": row.signed_on},
        texts={"reason": reason},
    )
    return row


@transaction.atomic
def attach_scan(
    *, actor: Any, commitment: Commitment, stored: StoredFile
) -> Commitment:
    """Hang the scan of the signed paper on a commitment; the trail names one before.

    Raises RuleViolation: "campaign_closed", "not_standing", "other_ward", "scan_type".
    """
    row = _lock_standing(commitment)
    mandate = require(actor, "keep_records", row)
    _check_standing(row)
    check_scan(row.campaign, stored)
    before, name = row.scan, row.scan_name
    row.scan, row.scan_name = stored, stored.name
    row.version += 1
    row.save(update_fields=["scan", "scan_name", "version"])
    record(
        mandate,
        "commitment_scanned",
        row,
        before={"file": before.pk, "sha256": before.sha256} if before else None,
        after={"file": stored.pk, "sha256": stored.sha256},
        texts={"name": stored.name} | ({"name_before": name} if before else {}),
    )
    return row
