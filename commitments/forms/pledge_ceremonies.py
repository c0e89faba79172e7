"""The forms of a ceremony: when and where, and a line for each unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import named_meeting
from commitments.models import Meeting
from commitments.services.pledge_ceremonies import (
    CeremonyRefused,
    Occasion,
    Signature,
)
from wardsecurity.forms import DayField
from wardsecurity.wards.models import ParticipatingUnit

_POSITION_MISSING = _("Enter the signer's position.")


class OccasionForm(forms.Form):
    """When, where, at which meeting."""

    meeting: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("At the meeting"),
        queryset=None,
        required=False,
        empty_label=_("No meeting, or not recorded"),
        help_text=_("Day and place are taken from it where they are left empty."),
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    held_on = DayField(label=_("Day of the ceremony"), required=False)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["meeting"]
        field.queryset = meetings  # type: ignore[attr-defined]
        field.label_from_instance = named_meeting  # type: ignore[attr-defined]

    def occasion(self) -> Occasion:
        """What the form says, for the service."""
        data = self.cleaned_data
        return Occasion(data["held_on"], data["place"], data["meeting"])


class SignatureForm(forms.Form):
    """One unit's line; only a ticked one must say who signs."""

    signed = forms.BooleanField(label=_("Signed"), required=False)
    position = forms.CharField(
        label=_("Signer's position"), max_length=200, required=False
    )
    name = forms.CharField(label=_("Signer's name"), max_length=120, required=False)

    def __init__(
        self, data: Any, *, unit: ParticipatingUnit, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, prefix=f"u{unit.pk}", initial=initial)
        self.unit = unit
        self.fields["signed"].widget.attrs["aria-describedby"] = f"unit-{unit.pk}"

    def clean(self) -> dict[str, Any]:
        """A ticked line has a position; an empty one says nothing."""
        data = super().clean() or {}
        if data.get("signed") and not data.get("position"):
            self.add_error("position", _POSITION_MISSING)
        return data

    @property
    def is_signed(self) -> bool:
        """Whether the line is ticked."""
        return bool(self.cleaned_data.get("signed"))

    def signature(self) -> Signature:
        """What the line says, for the service."""
        data = self.cleaned_data
        return Signature(self.unit, data["position"], data["name"])


class CeremonyForms:
    """The occasion and all lines, as one thing to the view."""

    def __init__(
        self,
        data: Any,
        *,
        meetings: QuerySet[Meeting],
        units: Sequence[ParticipatingUnit],
        positions: Mapping[int, str],
        initial: Mapping[str, Any],
        all_signed: bool = False,
    ) -> None:
        self.occasion = OccasionForm(data, meetings=meetings, initial=dict(initial))
        self.rows = [
            SignatureForm(
                data,
                unit=unit,
                initial={"position": positions[unit.pk], "signed": all_signed},
            )
            for unit in units
        ]

    def is_valid(self) -> bool:
        """Whether the occasion and each line are: all are tried."""
        faulty = [form for form in (self.occasion, *self.rows) if not form.is_valid()]
        return not faulty

    def signatures(self) -> list[Signature]:
        """The ticked lines, for the service."""
        return [row.signature() for row in self.rows if row.is_signed]

    def refuse(self, refused: CeremonyRefused) -> None:
        """Put what the service said beside each unit's line."""
        for row in self.rows:
            if violation := refused.rows.get(row.unit.pk):
                field = {"signer_position": "position"}.get(violation.field or "")
                row.add_error(field or "signed", violation.message)

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Every fault as anchor, what it is about, sentence; in the page's order."""
        found = [("", "", str(one)) for one in self.occasion.non_field_errors()]
        for field in self.occasion:
            found += [
                (field.id_for_label, str(field.label), str(one)) for one in field.errors
            ]
        for row in self.rows:
            for name in row.errors:
                bound = row[name]
                found += [
                    (bound.id_for_label, str(row.unit), str(one))
                    for one in bound.errors
                ]
        return found


class TurnForm(forms.Form):
    """Ceremony mode: the unit whose turn it is signs."""

    unit = forms.IntegerField(widget=forms.HiddenInput)
    position = forms.CharField(
        label=_("Signer's position"),
        max_length=200,
        error_messages={"required": _POSITION_MISSING},
    )
    name = forms.CharField(
        label=_("Signer's name, if wanted"), max_length=120, required=False
    )
