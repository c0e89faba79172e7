"""Forms of a ward leader: opening a campaign, giving criteria to units."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import CriteriaSet
from criteria.services.evaluations import Assignment
from wardsecurity.forms import DayField
from wardsecurity.wards.models import ParticipatingUnit


class CampaignForm(forms.Form):
    """A new campaign: on which set, for which period."""

    criteria_set = forms.ModelChoiceField(
        label=_("Criteria set"),
        queryset=CriteriaSet.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a set.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=300,
        error_messages={"required": _("Enter a title.")},
    )
    period_start = DayField(
        label=_("Period from"), error_messages={"required": _("Enter the day.")}
    )
    period_end = DayField(
        label=_("Period to"),
        help_text=_("The year of this day is the year of the campaign."),
        error_messages={"required": _("Enter the day.")},
    )

    def __init__(self, *args: Any, sets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criteria_set"]
        field.queryset = sets  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.name} ({one})"  # type: ignore[attr-defined]


class AssignmentForm(forms.Form):
    """Who leads and supports one criterion, and by when."""

    due_on = DayField(label=_("Due date"))

    def __init__(
        self, *args: Any, units: Sequence[ParticipatingUnit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.pk: unit for unit in units}
        names = [(unit.pk, unit.name) for unit in units]
        # Plain choices: one query serves the fields of all criteria.
        self.fields["lead_unit"] = forms.TypedChoiceField(
            label=_("Lead unit"),
            choices=[("", _("unassigned")), *names],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields["supporting"] = forms.TypedMultipleChoiceField(
            label=_("Supporting units"),
            choices=names,
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def assignment(self) -> Assignment:
        """What the row says, for the service."""
        data = self.cleaned_data
        lead = data["lead_unit"]
        return Assignment(
            lead_unit=self.units[lead] if lead else None,
            due_on=data["due_on"],
            supporting_units=tuple(
                self.units[pk] for pk in data["supporting"] if pk != lead
            ),
        )
