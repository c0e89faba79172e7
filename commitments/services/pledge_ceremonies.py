"""Units sign together: a whole ceremony in one step, or one by one in the hall."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Campaign, Commitment, Meeting, SigningCeremony
from commitments.selectors.pledges import default_counterparty
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_of_campaign
from commitments.services.pledge_rules import Signing, check_day, check_signing
from commitments.services.pledge_texts import text_to_sign
from commitments.services.pledges import put_down, record_signing
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Occasion:
    """When, where and at which meeting; day and place are the meeting's if left out."""

    held_on: dt.date | None = None
    place: str = ""
    meeting: Meeting | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A unit signs, by whom."""

    unit: ParticipatingUnit
    position: str
    name: str = ""


class CeremonyRefused(RuleViolation):
    """Rows of a ceremony that break a rule; nothing of it was saved.

    `rows` holds what to say, by the unit's pk.
    """

    def __init__(self, rows: dict[int, RuleViolation]) -> None:
        super().__init__(
            _("Nothing is saved yet. Correct the marked units."), code="rows_refused"
        )
        self.rows = rows


def _ceremony(campaign: Campaign, occasion: Occasion) -> SigningCeremony:
    """The ceremony of an occasion, not saved.

    Raises RuleViolation: "other_campaign", "day_missing", "day_differs", "in_future",
    "outside_campaign".
    """
    meeting = occasion.meeting
    check_of_campaign(meeting, campaign, field="meeting")
    held_on, place = occasion.held_on, nfc(occasion.place)
    if meeting is not None:
        if held_on and meeting.held_on and held_on != meeting.held_on:
            raise RuleViolation(
                _("That meeting was held on %(held)s. Now: %(day)s.")
                % {
                    "held": f"{meeting.held_on:%d/%m/%Y}",
                    "day": f"{held_on:%d/%m/%Y}",
                },
                code="day_differs",
                field="held_on",
            )
        held_on, place = held_on or meeting.held_on, place or meeting.place
    if held_on is None:
        raise RuleViolation(
            _("Enter the day of the ceremony."), code="day_missing", field="held_on"
        )
    check_day(campaign, held_on, field="held_on")
    return SigningCeremony(
        campaign=campaign, held_on=held_on, place=place, meeting=meeting
    )


def _save(ceremony: SigningCeremony) -> None:
    checked(ceremony)
    ceremony.save(force_insert=True)


def _record_ceremony(
    mandate: Mandate, ceremony: SigningCeremony, units: Sequence[int]
) -> None:
    record(
        mandate,
        "ceremony_held",
        ceremony,
        after={
            "held_on": ceremony.held_on,
            "meeting": ceremony.meeting_id,
            "units": list(units),
        },
        texts={"place": ceremony.place} if ceremony.place else None,
    )


def _signing(ceremony: SigningCeremony, one: Signature, other: Any) -> Signing:
    return Signing(
        unit=one.unit,
        signed_on=ceremony.held_on,
        signer_position=one.position,
        signer_name=one.name,
        counterparty_unit=other if other != one.unit else None,
    )


@transaction.atomic
def hold_ceremony(
    *,
    actor: Any,
    campaign: Campaign,
    occasion: Occasion,
    signatures: Sequence[Signature],
) -> SigningCeremony:
    """Record a ceremony and all that was signed at it: everything, or nothing.

    Units sign before the ward's People's Committee, where there is one. Raises
    CeremonyRefused with every row at fault, and RuleViolation: "campaign_closed",
    "text_missing", "text_tampered", "nobody_signed", and those of the occasion.
    """
    campaign = lock_campaign(campaign)
    mandate = require(actor, "keep_records", SigningCeremony(campaign=campaign))
    check_writable(campaign)
    text = text_to_sign(campaign)
    ceremony = _ceremony(campaign, occasion)
    if not signatures:
        raise RuleViolation(
            _("Tick the units that signed."), code="nobody_signed", field="units"
        )
    _save(ceremony)
    other = default_counterparty(campaign)
    rows: list[Commitment] = []
    refused: dict[int, RuleViolation] = {}
    for one in signatures:
        signing = _signing(ceremony, one, other)
        try:
            check_signing(campaign, signing)
            rows.append(put_down(mandate, text, signing, ceremony=ceremony))
        except RuleViolation as violation:
            refused[one.unit.pk] = violation
    if refused:
        raise CeremonyRefused(refused)
    for row in rows:
        record_signing(mandate, "commitment_signed", row)
    _record_ceremony(mandate, ceremony, [row.unit_id for row in rows])
    return ceremony


@transaction.atomic
def open_ceremony(
    *, actor: Any, campaign: Campaign, occasion: Occasion
) -> SigningCeremony:
    """Open a ceremony at which units sign one after another (ceremony mode).

    Raises RuleViolation as hold_ceremony, but for "nobody_signed".
    """
    campaign = lock_campaign(campaign)
    mandate = require(actor, "keep_records", SigningCeremony(campaign=campaign))
    check_writable(campaign)
    text_to_sign(campaign)
    ceremony = _ceremony(campaign, occasion)
    _save(ceremony)
    _record_ceremony(mandate, ceremony, [])
    return ceremony


@transaction.atomic
def sign_at_ceremony(
    *, actor: Any, ceremony: SigningCeremony, signature: Signature
) -> Commitment:
    """Record that one unit signs at a ceremony that is open.

    Raises RuleViolation: "campaign_closed", "text_missing", "text_tampered",
    "signed_already", and those of check_signing.
    """
    campaign = lock_campaign(ceremony.campaign)
    row = SigningCeremony.objects.select_for_update().get(pk=ceremony.pk)
    row.campaign = campaign
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    text = text_to_sign(campaign)
    signing = _signing(row, signature, default_counterparty(campaign))
    check_signing(campaign, signing)
    signed = put_down(mandate, text, signing, ceremony=row)
    record_signing(mandate, "commitment_signed", signed)
    return signed
