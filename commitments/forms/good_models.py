"""Forms of a good model and of the places where it runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import (
    NOT_IN_LIST,
    long_text,
    note_field,
    offer,
    one_of,
    version_field,
)
from commitments.models import Campaign, GoodModel
from commitments.selectors.choices import documents_to_choose, units_to_choose
from commitments.services.good_models import ModelFacts, PlaceFacts
from wardsecurity.forms import DayField

_DAY = {"required": _("Enter the day.")}


class GoodModelForm(forms.Form):
    """Shape only; the service decides. `own` narrows the units (see own_units)."""

    name = forms.CharField(
        label=_("Name of the model"),
        max_length=200,
        error_messages={"required": _("Enter the name of the model.")},
    )
    description = long_text(
        _("What it is"),
        max_length=4000,
        help_text=_("Who does what, how often, with whom."),
        error_messages={"required": _("Write what the model is.")},
    )
    results = long_text(
        _("Results"),
        max_length=4000,
        required=False,
        help_text=_("Figures as totals: no names, no case files."),
    )
    started_on = DayField(label=_("Running since"), error_messages=_DAY)
    ended_on = DayField(
        label=_("Ended on"),
        required=False,
        help_text=_("Left empty: it is still running."),
    )
    led_by = one_of(_("Led by"), empty=_("nobody yet"))
    documents: Any = forms.ModelMultipleChoiceField(
        label=_("Documents"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": NOT_IN_LIST,
            "invalid_pk_value": NOT_IN_LIST,
            "list": NOT_IN_LIST,
        },
    )
    note = note_field()
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        own: set[int] | None = None,
        model: GoodModel | None = None,
        **kwargs: Any,
    ) -> None:
        if model is not None:
            kwargs.setdefault("initial", stored_model(model))
        super().__init__(*args, **kwargs)
        kept = model.led_by_id if model else None
        offer(
            self,
            led_by=units_to_choose(user=user, campaign=campaign, own=own, kept=kept),
            documents=documents_to_choose(user=user, campaign=campaign),
        )
        if own is not None:
            unit = self.fields["led_by"]
            unit.required = True
            unit.error_messages["required"] = str(_("Choose the own unit."))

    def facts(self) -> ModelFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        return ModelFacts(**{name: data[name] for name in ModelFacts.__slots__})


def stored_model(model: GoodModel) -> dict[str, Any]:
    """A good model as its form shows it."""
    names = (*ModelFacts.__slots__, "version")
    return {name: getattr(model, name) for name in names} | {
        "documents": list(model.documents.all())
    }


class PlaceForm(forms.Form):
    """A place where a model runs."""

    unit = one_of(_("Unit of the ward"), empty=_("another place"))
    name = forms.CharField(
        label=_("Name of the place"),
        max_length=200,
        required=False,
        help_text=_("For a place that is no unit of the ward, such as a market."),
    )
    since = DayField(label=_("Since"), error_messages=_DAY)
    is_origin = forms.BooleanField(label=_("It began here"), required=False)

    def __init__(
        self, *args: Any, user: Any, campaign: Campaign, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, unit=units_to_choose(user=user, campaign=campaign))

    def facts(self) -> PlaceFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        return PlaceFacts(**{name: data[name] for name in PlaceFacts.__slots__})


class PlaceEndForm(forms.Form):
    """Until when a model ran in a place."""

    until = DayField(label=_("Until"), error_messages=_DAY)
