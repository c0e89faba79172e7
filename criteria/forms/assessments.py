"""The form of one criterion's assessment; its fields follow the criterion."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment, Result
from criteria.models.sets import Baseline, in_language
from criteria.selectors.assessments import GivenPart
from criteria.services.assessments import Entry, Part
from wardsecurity.forms import WholeNumberField


class AssessmentForm(forms.Form):
    """Shape only; the service decides. `parts` are the units asked for a figure.

    `own` limits which parts may be typed into (a contributor's own unit).
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        assessment: Assessment,
        parts: Sequence[GivenPart],
        own: set[int] | None = None,
        may_assess: bool = True,
        **kwargs: Any,
    ) -> None:
        self.assessment = assessment
        self.parts = {part.unit.pk: part.unit for part in parts}
        self.own = set(self.parts) if own is None else own & set(self.parts)
        self.may_assess = may_assess
        kwargs.setdefault("initial", self._initial(assessment, parts))
        super().__init__(*args, **kwargs)
        criterion = assessment.criterion
        if criterion.figures_by:
            self._add_parts()
        elif criterion.is_measured:
            self._add_figure()
        if may_assess:
            self._add_choice()

    @staticmethod
    def _initial(assessment: Assessment, parts: Sequence[GivenPart]) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "version": assessment.version,
            "choice": assessment.choice,
            "not_applicable": assessment.choice == Result.NOT_APPLICABLE,
            "value": assessment.value,
            "base": assessment.base,
            "explanation": assessment.explanation,
        }
        for part in parts:
            initial[f"value_{part.unit.pk}"] = part.value
            initial[f"base_{part.unit.pk}"] = part.base
        return initial

    @property
    def value_label(self) -> str:
        """What the figure is called in the set."""
        return in_language(self.assessment.criterion, "value_label") or str(_("Figure"))

    @property
    def base_label(self) -> str:
        """What the second figure is called."""
        criterion = self.assessment.criterion
        label = in_language(criterion, "base_label")
        if not label and criterion.baseline == Baseline.PREVIOUS_PERIOD:
            return str(_("The period before"))
        return label or str(_("Total"))

    def _add_figure(self) -> None:
        self.fields["value"] = WholeNumberField(label=self.value_label, required=False)
        if self.assessment.criterion.has_base:
            self.fields["base"] = WholeNumberField(
                label=self.base_label, required=False
            )

    def _add_parts(self) -> None:
        """Fields value_<unit> and base_<unit>: a table in the page."""
        for pk, unit in self.parts.items():
            names = [(f"value_{pk}", self.value_label)]
            if self.assessment.criterion.has_base:
                names.append((f"base_{pk}", self.base_label))
            for name, label in names:
                field = WholeNumberField(label=f"{unit.name}: {label}", required=False)
                field.disabled = pk not in self.own
                self.fields[name] = field

    def _add_choice(self) -> None:
        criterion = self.assessment.criterion
        if criterion.is_measured:
            self.fields["not_applicable"] = forms.BooleanField(
                label=_("Not applicable this year"),
                required=False,
                help_text=_("The result follows from the figure."),
            )
        else:
            self.fields["choice"] = forms.ChoiceField(
                label=_("Result"),
                required=False,
                widget=forms.RadioSelect,
                choices=[
                    (Result.MET, _("Met")),
                    (Result.NOT_MET, _("Not met")),
                    (Result.NOT_APPLICABLE, _("Not applicable")),
                ],
            )
        self.fields["explanation"] = forms.CharField(
            label=_("Explanation"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("A document's number and date stand for it.")
            if criterion.is_reference_only
            else _("Needed for Not met and Not applicable."),
        )

    def part_rows(self) -> list[dict[str, Any]]:
        """Bound fields of each unit's part, for the table."""
        return [
            {
                "unit": unit,
                "value": self[f"value_{pk}"],
                "base": self[f"base_{pk}"] if f"base_{pk}" in self.fields else None,
                "own": pk in self.own,
            }
            for pk, unit in self.parts.items()
        ]

    def entry(self) -> Entry:
        """What the form says, for the service."""
        data = self.cleaned_data
        choice = data.get("choice", "")
        if data.get("not_applicable"):
            choice = Result.NOT_APPLICABLE
        return Entry(
            choice=choice,
            value=data.get("value"),
            base=data.get("base"),
            explanation=data.get("explanation", ""),
            parts={
                pk: Part(data[f"value_{pk}"], data.get(f"base_{pk}"))
                for pk in self.parts
                if pk in self.own
            }
            or None,
        )
