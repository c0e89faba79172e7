"""Commitments for "this year and the following years" go on into the next campaign."""

from typing import Any

from django.db import transaction

from commitments.models import Campaign, Commitment, CommitmentText
from commitments.selectors.carry_over import commitments_to_carry
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.pledge_texts import seal
from commitments.services.pledges import record_signing, save_live
from wardsecurity.permissions import require


@transaction.atomic
def carry_commitments(
    *,
    actor: Any,
    source_campaign: Campaign,
    campaign: Campaign,
    text: CommitmentText,
) -> list[Commitment]:
    """Let last year's standing commitments stand in a campaign; again, it adds none.

    `text` is the campaign's copy of the text that was signed: only commitments under
    the same words (digest) that hold for the following years are carried, of units that
    still sign on the campaign's first day, unless they have signed anew or no longer
    hold then. Day, signer, other party and scan stay as they were; reviews never come
    along.

    Raises PermissionDenied, RuleViolation "campaign_closed"; ValueError for campaigns
    of two wards, or a text of another campaign.
    """
    if source_campaign.ward_id != campaign.ward_id or text.campaign_id != campaign.pk:
        raise ValueError("carry within one ward, under the new campaign's own text")
    campaign = lock_campaign(campaign)
    mandate = require(actor, "keep_records", CommitmentText(campaign=campaign))
    check_writable(campaign)
    text = CommitmentText.objects.select_for_update().get(pk=text.pk)
    text.campaign = campaign
    rows = []
    for old in commitments_to_carry(source_campaign, campaign, text):
        row = Commitment(
            campaign=campaign,
            text=text,
            unit=old.unit,
            signed_on=old.signed_on,
            signer_position=old.signer_position,
            signer_name=old.signer_name,
            counterparty_unit=old.counterparty_unit,
            counterparty_body=old.counterparty_body,
            valid_to=old.valid_to,
            scan=old.scan,
            scan_name=old.scan_name,
            carried_from=old,
            basis=old.basis,
            note=old.note,
            recorded_by_id=mandate.user_id,
            recorded_post=mandate.post,
        )
        save_live(row)
        rows.append(row)
    if rows:
        seal(text)
    for row in rows:
        record_signing(mandate, "campaign_carried_over", row)
    return rows
