"""Forms of recommending a model, and of adopting one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import NOT_IN_LIST, long_text, offer, one_of
from commitments.models import Campaign
from commitments.selectors.choices import units_to_choose
from commitments.services.shared_models import Adoption
from wardsecurity.forms import DayField


class RecommendForm(forms.Form):
    """Why the province recommends a model."""

    why = long_text(
        _("Why it is recommended"),
        max_length=1000,
        help_text=_("What other wards can learn from it; every ward reads this."),
        error_messages={"required": _("Write what other wards can learn from it.")},
    )


class AdoptForm(forms.Form):
    """Since when, led by whom and where the ward runs it."""

    started_on = DayField(
        label=_("Running here since"),
        error_messages={"required": _("Enter the day.")},
    )
    led_by = one_of(_("Led by"), empty=_("nobody yet"))
    units: Any = forms.ModelMultipleChoiceField(
        label=_("Where it runs"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": NOT_IN_LIST,
            "invalid_pk_value": NOT_IN_LIST,
            "list": NOT_IN_LIST,
        },
    )

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        own: set[int] | None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", {"started_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        offer(
            self,
            led_by=units_to_choose(user=user, campaign=campaign, own=own),
            units=units_to_choose(user=user, campaign=campaign),
        )
        if own is not None:
            unit = self.fields["led_by"]
            unit.required = True
            unit.error_messages["required"] = str(_("Choose the own unit."))

    def adoption(self) -> Adoption:
        """What the form says, for the service."""
        data = self.cleaned_data
        return Adoption(data["started_on"], data["led_by"], list(data["units"]))
