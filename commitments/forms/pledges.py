"""The forms of one unit's commitment: signing, scan, withdrawal."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.models import OutsideBody
from commitments.services.pledge_rules import Signing
from wardsecurity.files.models import StoredFile
from wardsecurity.forms import DayField
from wardsecurity.wards.models import ParticipatingUnit

SCAN_ACCEPT = "application/pdf,image/jpeg,image/png,image/webp,image/heic,.pdf,.heic"


def scan_field(*, required: bool) -> forms.FileField:
    """The signed paper as a PDF or a picture."""
    return forms.FileField(
        label=_("Scan of the signed paper"),
        required=required,
        help_text=_("A PDF or a photo, at most 50 MB."),
        error_messages={"required": _("Take a photo or choose a file.")},
        widget=forms.FileInput(attrs={"accept": SCAN_ACCEPT}),
    )


class SignForm(forms.Form):
    """Who signed for the unit, when, with whom. Shape only; the service decides."""

    signed_on = DayField(
        label=_("Signed on"), error_messages={"required": _("Enter the day.")}
    )
    signer_position = forms.CharField(
        label=_("Signer's position"),
        max_length=200,
        help_text=_("The post held, for example: Head of residential group 1."),
        error_messages={"required": _("Enter the signer's position.")},
    )
    signer_name = forms.CharField(
        label=_("Signer's name, if wanted"), max_length=120, required=False
    )
    counterparty = forms.ChoiceField(
        label=_("Signed with"),
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    valid_to = DayField(
        label=_("Holds until"),
        required=False,
        help_text=_("The last day. Left empty: as long as the text says."),
    )
    scan = scan_field(required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        units: Sequence[ParticipatingUnit],
        bodies: Sequence[OutsideBody],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties: dict[str, ParticipatingUnit | OutsideBody] = {
            **{f"unit-{unit.pk}": unit for unit in units},
            **{f"body-{body.pk}": body for body in bodies},
        }
        self.fields["counterparty"].choices = [  # type: ignore[attr-defined]
            *((code, str(party)) for code, party in self.parties.items()),
            ("", _("The units sign with each other")),
        ]

    def signing(self, unit: ParticipatingUnit, scan: StoredFile | None) -> Signing:
        """What the form says, for the service."""
        data = self.cleaned_data
        party = self.parties.get(data["counterparty"])
        return Signing(
            unit=unit,
            signed_on=data["signed_on"],
            signer_position=data["signer_position"],
            signer_name=data["signer_name"],
            counterparty_unit=party if isinstance(party, ParticipatingUnit) else None,
            counterparty_body=party if isinstance(party, OutsideBody) else None,
            valid_to=data["valid_to"],
            scan=scan,
        )


class ScanForm(forms.Form):
    """The signed paper, alone."""

    scan = scan_field(required=True)


class WithdrawPledgeForm(forms.Form):
    """Why a commitment no longer stands."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the commitment is withdrawn.")},
    )
