"""The form of a paper or comment contributed to a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import (
    NOT_IN_LIST,
    long_text,
    offer,
    one_of,
    version_field,
)
from commitments.forms.meetings import worded
from commitments.models import Contribution, ContributionKind, Meeting
from commitments.selectors.choices import (
    bodies_to_choose,
    documents_to_choose,
    units_to_choose,
)
from commitments.services.contributions import ContributionFacts


class ContributionForm(forms.Form):
    """Who contributed, and what: a unit, a body above, or a speaker by position."""

    kind = forms.ChoiceField(
        label=_("How it was contributed"),
        widget=forms.RadioSelect,
        initial=ContributionKind.PAPER,
        error_messages={"required": _("Choose a kind."), "invalid_choice": NOT_IN_LIST},
    )
    unit = one_of(_("Unit of the ward"), empty=_("none"))
    body = one_of(_("Body above"), empty=_("none"))
    speaker_position = forms.CharField(
        label=_("Speaker's position"),
        max_length=200,
        required=False,
        help_text=_("The position, not the name."),
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=300,
        error_messages={"required": _("Enter the subject.")},
    )
    text = long_text(_("What was said"), max_length=8000, rows=5, required=False)
    document = one_of(_("Document"), empty=_("no document"))
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        meeting: Meeting,
        contribution: Contribution | None = None,
        **kwargs: Any,
    ) -> None:
        if contribution is not None:
            kwargs.setdefault("initial", stored_contribution(contribution))
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = worded(  # type: ignore[attr-defined]
            ContributionKind
        )
        scope = {"user": user, "campaign": meeting.campaign}
        unit = contribution.unit_id if contribution else None
        document = contribution.document_id if contribution else None
        offer(
            self,
            unit=units_to_choose(kept=unit, **scope),
            body=bodies_to_choose(**scope),
            document=documents_to_choose(kept=document, **scope),
        )

    def facts(self) -> ContributionFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        names = ContributionFacts.__slots__
        return ContributionFacts(**{name: data[name] for name in names})


def stored_contribution(contribution: Contribution) -> dict[str, Any]:
    """A contribution as its form shows it."""
    names = (*ContributionFacts.__slots__, "version")
    return {name: getattr(contribution, name) for name in names}
