"""The form that confirms a figure of the ward's records: what the page showed."""

from django import forms

from criteria.services.measures import Seen


class MeasureForm(forms.Form):
    """Hidden fields only; `value` and `base` are what the person saw and confirms."""

    version = forms.IntegerField(min_value=1)
    value = forms.IntegerField(min_value=0)
    base = forms.IntegerField(min_value=0, required=False)

    @property
    def seen(self) -> Seen:
        """The figure as it stood on the page."""
        return self.cleaned_data["value"], self.cleaned_data["base"]
