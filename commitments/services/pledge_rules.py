"""What a signing must hold: its day, unit, signer, other party and scan."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from commitments.models import Campaign, OutsideBody
from commitments.selectors.pledges import may_sign_on
from commitments.services.edits import check_not_future, check_unit
from wardsecurity.errors import RuleViolation
from wardsecurity.files.models import FileKind, StoredFile
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit

SCAN_KINDS = (FileKind.PDF, FileKind.JPEG, FileKind.PNG, FileKind.WEBP)


@dataclass(frozen=True, slots=True)
class Signing:
    """What is recorded of one signing. Neither other party: units sign together."""

    unit: ParticipatingUnit
    signed_on: dt.date
    signer_position: str
    signer_name: str = ""
    counterparty_unit: ParticipatingUnit | None = None
    counterparty_body: OutsideBody | None = None
    valid_to: dt.date | None = None
    scan: StoredFile | None = None


def check_day(campaign: Campaign, day: dt.date, *, field: str = "signed_on") -> None:
    """New signings fall into the campaign's period and not into the future.

    Raises RuleViolation: "in_future", "outside_campaign".
    """
    check_not_future(day, field=field)
    if not campaign.period_start <= day <= campaign.period_end:
        raise RuleViolation(
            _("Enter a day from %(start)s to %(end)s. Now: %(day)s.")
            % {
                "start": f"{campaign.period_start:%d/%m/%Y}",
                "end": f"{campaign.period_end:%d/%m/%Y}",
                "day": f"{day:%d/%m/%Y}",
            },
            code="outside_campaign",
            field=field,
        )


def check_signing(campaign: Campaign, signing: Signing) -> None:
    """What one signing must hold, whatever else was signed.

    Raises RuleViolation: "other_ward", "position_missing", "in_future",
    "outside_campaign", "unit_does_not_sign", "valid_to_before", "signs_with_itself",
    "two_parties", and those of a scan.
    """
    check_unit(signing.unit, campaign, field="unit")
    if not nfc(signing.signer_position):
        raise RuleViolation(
            _("Enter the signer's position."),
            code="position_missing",
            field="signer_position",
        )
    check_day(campaign, signing.signed_on)
    if not may_sign_on(signing.unit, signing.signed_on):
        raise RuleViolation(
            _("%(unit)s is not among the units that sign on that day.")
            % {"unit": signing.unit},
            code="unit_does_not_sign",
            field="signed_on",
        )
    if signing.valid_to and signing.valid_to < signing.signed_on:
        raise RuleViolation(
            _("Enter a day after the day of signing."),
            code="valid_to_before",
            field="valid_to",
        )
    _check_other_party(campaign, signing)
    if signing.scan:
        check_scan(campaign, signing.scan)


def _check_other_party(campaign: Campaign, signing: Signing) -> None:
    other, body = signing.counterparty_unit, signing.counterparty_body
    check_unit(other, campaign, field="counterparty")
    if body is not None and body.ward_id != campaign.ward_id:
        raise RuleViolation(
            _("Choose a body of this ward."), code="other_ward", field="counterparty"
        )
    if other is not None and body is not None:
        raise RuleViolation(
            _("Choose one other party."), code="two_parties", field="counterparty"
        )
    if other == signing.unit:
        raise RuleViolation(
            _("A unit does not sign with itself."),
            code="signs_with_itself",
            field="counterparty",
        )


def check_scan(campaign: Campaign, stored: StoredFile) -> None:
    """A scan is a PDF or a picture, kept by the same ward.

    Raises RuleViolation: "other_ward", "scan_type".
    """
    if stored.unit_id != campaign.ward_id:
        raise RuleViolation(
            _("Choose files of this ward."), code="other_ward", field="scan"
        )
    if stored.kind not in SCAN_KINDS:
        raise RuleViolation(
            _(
                "The scan is a PDF or a picture (JPEG, PNG, WebP, HEIC). "
                "Now: %(name)s, %(kind)s."
            )
            % {"name": stored.name, "kind": stored.get_kind_display()},
            code="scan_type",
            field="scan",
        )


def signed_already(unit: ParticipatingUnit) -> RuleViolation:
    """One live commitment a unit and campaign."""
    return RuleViolation(
        _("%(unit)s has signed already. Renew or withdraw that commitment.")
        % {"unit": unit},
        code="signed_already",
    )
