"""Forms that join documents and criteria."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.models import Assessment
from criteria.selectors.documents import Group, Options

_NOT_IN_LIST = {"invalid_choice": _("Choose one from the list.")}


class DocumentCriteriaForm(forms.Form):
    """Which criteria of its year a document is meant for; none is an answer too."""

    criteria = forms.TypedMultipleChoiceField(
        label=_("Criteria it is meant for"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_NOT_IN_LIST,
    )

    def __init__(
        self, *args: Any, assessments: Sequence[Assessment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (row.pk, str(row.criterion)) for row in assessments
        ]


class DocumentEvidenceForm(forms.Form):
    """Which criteria a document becomes evidence for, of all the open years."""

    criteria = forms.TypedMultipleChoiceField(
        label=_("Criteria it counts for"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_NOT_IN_LIST | {"required": _("Choose at least one criterion.")},
    )

    def __init__(self, *args: Any, options: Options, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"criteria": sorted(options.suggested)})
        super().__init__(*args, **kwargs)
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (_words(group), [(row.pk, _label(row)) for row in group.rows])
            for group in options.groups
        ]


def _words(group: Group) -> str:
    words = {"year": group.campaign.year}
    if group.is_here:
        return gettext("Year %(year)s") % words
    return gettext("Year %(year)s, also open") % words


def _label(row: Assessment) -> str:
    if row.criterion.is_reference_only:
        return gettext("%(criterion)s (number and date only)") % {
            "criterion": row.criterion
        }
    return str(row.criterion)
