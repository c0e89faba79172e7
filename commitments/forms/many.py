"""A choice of several rows that takes whatever is sent."""

from typing import Any

from django import forms

from commitments.forms.fields import NOT_IN_LIST
from wardsecurity.numbers import whole_number


class ManyOf(forms.ModelMultipleChoiceField):
    """Rows ticked in a list; the form sets the queryset to what the user may see.

    An id that no key can be (30 digits, a word) is one that is not in the list: Django
    would ask the database for it, which refuses such a number with an error of its own.
    """

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "invalid_choice": NOT_IN_LIST,
        "invalid_pk_value": NOT_IN_LIST,
        "invalid_list": NOT_IN_LIST,
    }

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        super().__init__(queryset=None, label=label, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        """The rows, or a sentence that one is not in the list."""
        if any(whole_number(str(pk)) is None for pk in value or ()):
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice"
            )
        return super().clean(value)
