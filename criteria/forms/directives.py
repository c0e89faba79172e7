"""The form that chooses the criteria of a directive."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment


class DirectiveCriteriaForm(forms.Form):
    """Which criteria a directive concerns; none is an answer too."""

    criteria = forms.TypedMultipleChoiceField(
        label=_("Criteria it concerns"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self, *args: Any, assessments: Sequence[Assessment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (row.criterion.number, str(row.criterion)) for row in assessments
        ]
