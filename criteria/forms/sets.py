"""Forms of criteria sets that come by file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wardsecurity.wards.models import AdministrativeUnit


class SetFileForm(forms.Form):
    """A workbook or YAML file; what it is and holds, the services decide."""

    file = forms.FileField(
        label=_("File with the criteria set"),
        help_text=_("Excel (.xlsx) or YAML, at most 5 MB. Nothing is written yet."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.yaml,.yml"}),
    )


class OwnedSetFileForm(SetFileForm):
    """The same, for one of several units."""

    field_order = ["owner", "file"]
    owner = forms.ModelChoiceField(
        label=_("For the unit"), queryset=AdministrativeUnit.objects.none()
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]
