"""The form of a funding line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import note_field, offer, one_of, version_field
from commitments.models import Campaign, FundingLine, FundingSource
from commitments.selectors.choices import documents_to_choose
from commitments.services.funding import FundingFacts
from wardsecurity.forms import WholeNumberField

_DONG = _("dong")


class FundingForm(forms.Form):
    """Shape only; the service decides. Amounts are typed with dots, spaces or bare."""

    purpose = forms.CharField(
        label=_("What the money is for"),
        max_length=300,
        error_messages={"required": _("Enter what the money is for.")},
    )
    source = forms.ChoiceField(
        label=_("Source"),
        choices=FundingSource.choices,
        widget=forms.RadioSelect,
        help_text=_("Of the community totals only: no names, no list of givers."),
        error_messages={
            "required": _("Choose where the money comes from."),
            "invalid_choice": _("Choose where the money comes from."),
        },
    )
    estimated = WholeNumberField(
        label=_("Estimated"),
        suffix=_DONG,
        help_text=_("In whole dong, for example 148.500.000."),
        error_messages={"required": _("Enter the estimated amount.")},
    )
    allocated = WholeNumberField(
        label=_("Allocated"),
        suffix=_DONG,
        required=False,
        help_text=_("Left empty: nothing yet."),
    )
    spent = WholeNumberField(
        label=_("Spent"),
        suffix=_DONG,
        required=False,
        help_text=_("Left empty: nothing yet."),
    )
    document = one_of(_("Document it stands on"), empty=_("no document"))
    note = note_field()
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        line: FundingLine | None = None,
        **kwargs: Any,
    ) -> None:
        if line is not None:
            kwargs.setdefault("initial", stored_funding(line))
        super().__init__(*args, **kwargs)
        kept = line.document_id if line else None
        offer(
            self, document=documents_to_choose(user=user, campaign=campaign, kept=kept)
        )

    def facts(self) -> FundingFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        return FundingFacts(
            purpose=data["purpose"],
            source=data["source"],
            estimated=data["estimated"],
            allocated=data["allocated"] or 0,
            spent=data["spent"] or 0,
            document=data["document"],
            note=data["note"],
        )


def stored_funding(line: FundingLine) -> dict[str, Any]:
    """A funding line as its form shows it."""
    names = (*FundingFacts.__slots__, "version")
    return {name: getattr(line, name) for name in names}
