"""The form that hands a year in: what the page showed."""

from django import forms


class SubmitForm(forms.Form):
    """Hidden fields only: the evaluation's version as the person saw it."""

    version = forms.IntegerField(min_value=1)
