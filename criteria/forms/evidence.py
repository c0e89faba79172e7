"""The form of a piece of evidence: number, date and subject first, the file second."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment, Evidence, EvidenceKind
from criteria.models.evidence import RECORDED_KINDS
from criteria.services.evidence import Facts
from wardsecurity.forms import DayField, ManyFilesField, WholeNumberField

KINDS = [(kind.value, kind.label) for kind in RECORDED_KINDS]
EVIDENCE_KINDS = EvidenceKind.choices  # to look for, measures among them


class EvidenceForm(forms.Form):
    """Shape only; the service decides. `assessment` when opened from one criterion."""

    kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=EvidenceKind.DOCUMENT,
        error_messages={"required": _("Choose a kind.")},
    )
    wanted = forms.TypedChoiceField(
        label=_("What it shows"), required=False, coerce=int, empty_value=None
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        help_text=_(
            "The subject as it stands on the document, or what the photo shows."
        ),
        error_messages={"required": _("Enter a title.")},
    )
    number = forms.CharField(
        label=_("Number and symbol"),
        max_length=60,
        required=False,
        help_text=_("For example 45/BC-UBND."),
    )
    fact_on = DayField(
        label=_("Date of the fact"),
        help_text=_("The day on the document or of the event, not of the upload."),
        error_messages={"required": _("Enter the day.")},
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    files = ManyFilesField(  # type: ignore[assignment]  # Django moves it to fields
        label=_("Files"),
        required=False,
        help_text=_("PDF, photos, Word, Excel; at most 50 MB a file."),
    )
    url = forms.URLField(
        label=_("Web address"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": _("Enter a full web address, for example https://…")
        },
    )
    figure = WholeNumberField(label=_("Figure"), required=False)
    figure_unit = forms.CharField(
        label=_("Unit of the figure"), max_length=40, required=False
    )
    period_start = DayField(
        label=_("Counts from"),
        required=False,
        help_text=_("Left empty: the period of the campaign."),
    )
    period_end = DayField(label=_("Counts to"), required=False)
    expires_on = DayField(
        label=_("Expires on"),
        required=False,
        help_text=_("The last day it counts. Left empty: it does not expire."),
    )
    criteria = forms.TypedMultipleChoiceField(
        label=_("Criteria it counts for"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one criterion.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    remove = forms.TypedMultipleChoiceField(
        label=_("Files to take off"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        choices: Sequence[Assessment] = (),
        assessment: Assessment | None = None,
        evidence: Evidence | None = None,
        **kwargs: Any,
    ) -> None:
        self.evidence = evidence
        if evidence is not None:
            kwargs.setdefault("initial", _initial(evidence))
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (row.criterion.number, str(row.criterion)) for row in choices
        ]
        wanted = assessment.criterion.wanted_evidence if assessment else []
        if wanted:
            self.fields["wanted"].choices = [  # type: ignore[attr-defined]
                ("", _("Something else")),
                *enumerate(wanted),
            ]
        else:
            del self.fields["wanted"]
        if assessment is not None or evidence is not None:
            del self.fields["criteria"]
        if assessment is not None and assessment.criterion.is_reference_only:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                (EvidenceKind.DOCUMENT, EvidenceKind.DOCUMENT.label)
            ]
            self.fields["number"].required = True
            self.fields["number"].error_messages["required"] = _(
                "Enter the number and symbol of the document, for example 45/BC-UBND."
            )
            for name in ("files", "url", "figure", "figure_unit", "remove"):
                del self.fields[name]
        elif evidence is not None:
            self.fields["remove"].choices = [  # type: ignore[attr-defined]
                (one.pk, one.name) for one in evidence.standing_files
            ]
        else:
            del self.fields["remove"]

    def facts(self) -> Facts:
        """What the form says, for the service."""
        data = self.cleaned_data
        return Facts(
            kind=data["kind"],
            title=data["title"],
            fact_on=data["fact_on"],
            number=data["number"],
            issuer=data["issuer"],
            period_start=data["period_start"],
            period_end=data["period_end"],
            expires_on=data["expires_on"],
            url=data.get("url", ""),
            figure=data.get("figure"),
            figure_unit=data.get("figure_unit", ""),
        )


def _initial(evidence: Evidence) -> dict[str, Any]:
    names = (*Facts.__slots__, "version")
    return {name: getattr(evidence, name) for name in names}


class WithdrawForm(forms.Form):
    """Why a piece of evidence is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why this evidence is withdrawn.")},
    )
