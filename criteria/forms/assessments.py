"""The form of one criterion's assessment; its fields follow the criterion."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment, Result
from criteria.models.sets import Baseline, in_language
from criteria.services.assessments import Entry, Part
from wardsecurity.forms import WholeNumberField
from wardsecurity.wards.models import ParticipatingUnit


class AssessmentForm(forms.Form):
    """Shape only; the service decides. `parts` are the units asked for a figure.

    `own` limits which parts may be typed into (a contributor's own unit).
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        assessment: Assessment,
        parts: dict[int, ParticipatingUnit],
        own: set[int] | None = None,
        may_assess: bool = True,
        **kwargs: Any,
    ) -> None:
        self.assessment = assessment
        self.parts = parts
        self.own = set(parts) if own is None else own & set(parts)
        self.may_assess = may_assess
        kwargs.setdefault("initial", self._initial(assessment))
        super().__init__(*args, **kwargs)
        criterion = assessment.criterion
        layout: list[Any] = ["version"]
        if criterion.figures_by:
            layout += self._add_parts()
        elif criterion.is_measured:
            layout.append(self._add_figure())
        if may_assess:
            layout += self._add_choice()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*layout)

    @staticmethod
    def _initial(assessment: Assessment) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "version": assessment.version,
            "choice": assessment.choice,
            "not_applicable": assessment.choice == Result.NOT_APPLICABLE,
            "value": assessment.value,
            "base": assessment.base,
            "explanation": assessment.explanation,
        }
        if assessment.criterion.figures_by:
            for figure in assessment.figures.all():
                initial[f"value_{figure.unit_id}"] = figure.value
                initial[f"base_{figure.unit_id}"] = figure.base
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

    def _add_figure(self) -> Any:
        criterion = self.assessment.criterion
        unit = in_language(criterion, "value_unit")
        fields = [("value", self.value_label)]
        if criterion.has_base:
            fields.append(("base", self.base_label))
        for name, label in fields:
            self.fields[name] = WholeNumberField(label=label, required=False)
        return Div(
            *(Field(name, css_class="ws-figure", suffix=unit) for name, _l in fields),
            css_class="ws-figures",
        )

    def _add_parts(self) -> list[Any]:
        """Fields value_<unit> and base_<unit>, laid out as a table by the template."""
        criterion = self.assessment.criterion
        for pk, unit in self.parts.items():
            names = [(f"value_{pk}", self.value_label)]
            if criterion.has_base:
                names.append((f"base_{pk}", self.base_label))
            for name, label in names:
                field = WholeNumberField(label=f"{unit.name}: {label}", required=False)
                field.disabled = pk not in self.own
                self.fields[name] = field
        return [HTML("{% include 'criteria/_parts.html' %}")] if self.parts else []

    def _add_choice(self) -> list[Any]:
        criterion = self.assessment.criterion
        layout = []
        if criterion.is_measured:
            self.fields["not_applicable"] = forms.BooleanField(
                label=_("Not applicable this year"),
                required=False,
                help_text=_("The result follows from the figure."),
            )
            layout.append("not_applicable")
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
            layout.append("choice")
        self.fields["explanation"] = forms.CharField(
            label=_("Explanation"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("A document's number and date stand for it.")
            if criterion.is_reference_only
            else _("Needed for Not met and Not applicable."),
        )
        layout.append("explanation")
        return layout

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
