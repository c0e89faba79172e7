"""Forms of the steering committees above the wards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wardsecurity.forms import DayField


class CommitteeAboveForm(forms.Form):
    """A committee."""

    name = forms.CharField(
        label=_("Name of the committee"),
        max_length=200,
        help_text=_("In full, for example: Ban Chỉ đạo 138 tỉnh Quảng Bình."),
        error_messages={"required": _("Enter the name of the committee.")},
    )


class BodyMemberForm(forms.Form):
    """Who sits in it; the position is what counts."""

    position = forms.CharField(
        label=_("Position held"),
        max_length=200,
        help_text=_("For example: Phó Giám đốc Công an tỉnh, Phó Trưởng ban."),
        error_messages={"required": _("Enter the position.")},
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        required=False,
        help_text=_("May be left empty."),
    )
    valid_from = DayField(label=_("From"), required=False)


class BodyMemberEndForm(forms.Form):
    """The last day of who sat there."""

    last_day = DayField(
        label=_("Last day"), error_messages={"required": _("Enter the day.")}
    )
