"""The order of a province: what to open, and in which wards."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.forms.evaluations import named_set
from criteria.models import CriteriaSet, Evaluation
from criteria.services.replication import Order
from wardsecurity.forms import DayField
from wardsecurity.wards.models import AdministrativeUnit

ALL, CHOSEN = "all", "chosen"
_NOT_IN_LIST = _("Choose one from the list.")


class ReplicationForm(forms.Form):
    """Set, template, title, period and wards; the service decides."""

    criteria_set = forms.ModelChoiceField(
        label=_("Criteria set"),
        queryset=CriteriaSet.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a set."),
            "invalid_choice": _NOT_IN_LIST,
        },
    )
    title = forms.CharField(
        label=_("Title of the campaign"),
        max_length=300,
        error_messages={"required": _("Enter a title.")},
    )
    period_start = DayField(
        label=_("Period from"), error_messages={"required": _("Enter the day.")}
    )
    period_end = DayField(
        label=_("Period to"), error_messages={"required": _("Enter the day.")}
    )
    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=Evaluation.objects.none(),
        required=False,
        empty_label=_("no template: lead units by their kind"),
        help_text=_(
            "Lead and supporting units go by kind and name, due dates by their"
            " distance from the first day."
        ),
        error_messages={"invalid_choice": _NOT_IN_LIST},
    )
    with_text = forms.BooleanField(
        label=_("Take the text of the commitment along, as a draft"),
        required=False,
        initial=True,
    )
    which = forms.ChoiceField(
        label=_("In which wards"),
        choices=[
            (ALL, _("all without a campaign of this year")),
            (CHOSEN, _("the wards ticked below")),
        ],
        widget=forms.RadioSelect,
        initial=ALL,
        error_messages={
            "required": _("Choose in which wards."),
            "invalid_choice": _NOT_IN_LIST,
        },
    )
    wards: Any = forms.ModelMultipleChoiceField(
        label=_("Wards"),
        queryset=AdministrativeUnit.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": _("Choose wards of this province."),
            "invalid_pk_value": _("Choose wards of this province."),
            "list": _("Choose wards of this province."),
        },
    )

    def __init__(
        self,
        *args: Any,
        year: int,
        sets: Any,
        templates: Any,
        wards: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        offered = {"criteria_set": sets, "template": templates, "wards": wards}
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["criteria_set"].label_from_instance = named_set  # type: ignore[attr-defined]

    def clean_period_end(self) -> dt.date:
        """The page is of one year: the period ends in it."""
        end: dt.date = self.cleaned_data["period_end"]
        if end.year != self.year:
            raise forms.ValidationError(
                gettext("Enter a day of %(year)s. Now: %(day)s.")
                % {"year": self.year, "day": f"{end:%d/%m/%Y}"}
            )
        return end

    def clean(self) -> dict[str, Any]:
        """Ticked wards are asked for only where they are chosen one by one."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("which") == CHOSEN and "wards" in data and not data["wards"]:
            self.add_error("wards", gettext("Tick at least one ward."))
        return data

    @property
    def takes_all(self) -> bool:
        """Whether every ward without a campaign is meant."""
        return bool(self.cleaned_data["which"] == ALL)

    def order(self) -> Order:
        """What the form says, for the service."""
        data = self.cleaned_data
        return Order(
            criteria_set=data["criteria_set"],
            title=data["title"],
            period_start=data["period_start"],
            period_end=data["period_end"],
            template=data["template"],
            with_text=data["with_text"],
        )
