"""What somebody looks for in the ward's trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.selectors.trail import TrailChoices
from wardsecurity.forms import DayField

_KNOWN = {"invalid_choice": gettext_lazy("Choose one from the list.")}


class TrailForm(forms.Form):
    """Person and post, action, days, criterion; all may be left open."""

    who = forms.ChoiceField(
        label=gettext_lazy("Person and post"), required=False, error_messages=_KNOWN
    )
    action = forms.ChoiceField(
        label=gettext_lazy("What was done"), required=False, error_messages=_KNOWN
    )
    number = forms.ChoiceField(
        label=gettext_lazy("Criterion"), required=False, error_messages=_KNOWN
    )
    since = DayField(label=gettext_lazy("From day"), required=False)
    until = DayField(label=gettext_lazy("To day"), required=False)

    def __init__(self, *args: Any, choices: TrailChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "who": [("", _("Everybody")), *choices.people],
            "action": [("", _("Everything")), *choices.actions],
            "number": [("", _("All criteria")), *choices.criteria],
        }
        for name, values in offered.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days in order."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error(
                "until",
                _("Choose a day from %(since)s on. Now: %(until)s.")
                % {"since": f"{since:%d/%m/%Y}", "until": f"{until:%d/%m/%Y}"},
            )
        return cleaned
