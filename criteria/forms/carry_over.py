"""The form of carrying over: which parts come along."""

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.selectors.carry_over import Part


class CarryOverForm(forms.Form):
    """Shape only: the service says what is skipped, and why."""

    parts = forms.MultipleChoiceField(
        label=_("What comes along"),
        choices=Part.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one part.")},
    )

    def is_ticked(self, code: str, *, offered: bool) -> bool:
        """Whether a part's box is ticked: all that can come, until somebody chose."""
        if not self.is_bound:
            return offered
        return code in (self["parts"].value() or [])
