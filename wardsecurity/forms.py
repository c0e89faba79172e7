"""Form fields that read what officials type: dates, whole figures, several files."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from wardsecurity.numbers import shown

_GROUPED = re.compile(r"\d{1,3}(?:[.\s\u00a0]\d{3})+|\d+")


class DayField(forms.DateField):
    """A day typed as 5/6/2023, 05-06-2023 or 5.6.23."""

    input_formats = (
        "%d/%m/%Y",
        "%d-%m-%Y",
        "%d.%m.%Y",
        "%d/%m/%y",
        "%d-%m-%y",
        "%Y-%m-%d",
        "%d%m%Y",
    )
    widget = forms.DateInput(
        format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}
    )
    default_error_messages = {
        "invalid": _("Enter the day as dd/mm/yyyy, for example 05/06/2026."),
    }


class WholeNumberField(forms.CharField):
    """A whole figure from 0, with or without thousands dots: 148.500.000.

    `suffix` is the unit of measure that stands behind the input.
    """

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "whole": _("Enter a whole number from 0, digits only. Now: %(value)s."),
        "digits": _("This figure is too large. Check the number of digits."),
    }

    def __init__(self, *, suffix: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suffix = suffix

    def prepare_value(self, value: Any) -> Any:
        """Show a stored figure with its thousands dots, typed text as typed."""
        return shown(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        """Return the whole number; None when empty."""
        text = str(value or "").strip()
        if not text:
            return None
        if not _GROUPED.fullmatch(text):
            raise forms.ValidationError(
                self.error_messages["whole"],
                code="whole",
                params={"value": text[:30]},
            )
        digits = re.sub(r"\D", "", text)
        if len(digits) > 16:
            raise forms.ValidationError(self.error_messages["digits"], code="digits")
        return int(digits)


# What the browser offers to choose; what a file is, the files app decides.
ACCEPT = (
    "image/*,.pdf,.docx,.xlsx,.pptx,.odt,.ods,.heic,"
    "application/pdf,application/vnd.openxmlformats-officedocument.*"
)


class ManyFilesInput(forms.ClearableFileInput):
    """One button for several files; phones offer the camera among the choices."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


MOST_FILES = 20  # in one post


class ManyFilesField(forms.FileField):
    """A list of uploaded files, empty when none was chosen."""

    widget = ManyFilesInput
    default_error_messages = {
        "many": _("Send at most %(most)s files at a time. Chosen now: %(count)s."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Offer the kinds that are kept."""
        return super().widget_attrs(widget) | {"accept": ACCEPT}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Check the number only: what a file is, the files app decides."""
        chosen = [one for one in data or [] if one]
        if self.required and not chosen:
            raise forms.ValidationError(self.error_messages["required"])
        if len(chosen) > MOST_FILES:
            raise forms.ValidationError(
                self.error_messages["many"],
                code="many",
                params={"most": MOST_FILES, "count": len(chosen)},
            )
        return chosen
