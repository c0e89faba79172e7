"""Fields that the forms of a campaign's records share."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commitments.models import Meeting

NOT_IN_LIST = _("Choose one from the list.")


def one_of(label: Any, *, empty: Any, **kwargs: Any) -> forms.ModelChoiceField:
    """A choice among rows; the form sets the queryset to what the user may see."""
    messages = {"invalid_choice": NOT_IN_LIST} | kwargs.pop("error_messages", {})
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        empty_label=empty,
        error_messages=messages,
        **({"required": False} | kwargs),
    )


def offer(form: forms.BaseForm, **rows: QuerySet) -> None:
    """Set what the choices of a form offer, by field name."""
    for name, queryset in rows.items():
        form.fields[name].queryset = queryset  # type: ignore[attr-defined]


def long_text(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """Text of several lines."""
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def note_field() -> forms.CharField:
    """A remark that no rule reads."""
    return long_text(_("Note"), rows=2, max_length=2000, required=False)


def version_field() -> forms.IntegerField:
    """The version the form was opened at."""
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """Why something is removed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why this line is removed.")},
    )


def named_meeting(meeting: Meeting) -> str:
    """A meeting in a list of choices: many bear one title, few one day."""
    day = f" ({meeting.held_on:%d/%m/%Y})" if meeting.held_on else ""
    return f"{meeting.title}{day}"
