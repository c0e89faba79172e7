"""Forms of a directive: what it says, and what became of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import (
    long_text,
    named_meeting,
    note_field,
    offer,
    one_of,
    version_field,
)
from commitments.models import Campaign, Directive, DirectiveStatus, Origin
from commitments.selectors.choices import (
    bodies_to_choose,
    documents_to_choose,
    meetings_to_choose,
    units_to_choose,
)
from commitments.services.directives import (
    DirectiveFacts,
    FollowUp,
    is_decided_above,
    moves_of,
)
from wardsecurity.forms import DayField


class DirectiveForm(forms.Form):
    """Shape only; the service decides. `own` narrows the units (see own_units)."""

    text_vi = long_text(
        _("What is to be done"),
        max_length=2000,
        help_text=_("One thing to be done, as it was said."),
        error_messages={"required": _("Write what is to be done.")},
    )
    responsible_unit = one_of(_("Responsible unit"), empty=_("nobody yet"))
    due_on = DayField(
        label=_("Due date"),
        required=False,
        help_text=_("Left empty: it is never overdue."),
    )
    giver_position = forms.CharField(
        label=_("Position of who gives it"),
        max_length=200,
        required=False,
        help_text=_("For example Chủ tịch UBND phường."),
    )
    giver_rank = forms.CharField(label=_("Rank"), max_length=60, required=False)
    giver_name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Not needed where the position says enough."),
    )
    giver_body = one_of(_("Body above"), empty=_("not named"))
    meeting = one_of(_("Given at"), empty=_("no meeting"))
    given_on = DayField(label=_("Given on"), required=False)
    note = note_field()
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        origin: str,
        own: set[int] | None = None,
        directive: Directive | None = None,
        **kwargs: Any,
    ) -> None:
        if directive is not None:
            kwargs.setdefault("initial", stored_directive(directive))
        super().__init__(*args, **kwargs)
        kept = directive.responsible_unit_id if directive else None
        offer(
            self,
            responsible_unit=units_to_choose(
                user=user, campaign=campaign, own=own, kept=kept
            ),
            meeting=meetings_to_choose(user=user, campaign=campaign),
            giver_body=bodies_to_choose(user=user, campaign=campaign),
        )
        meeting = self.fields["meeting"]
        meeting.label_from_instance = named_meeting  # type: ignore[attr-defined]
        if origin == Origin.OWN:
            del self.fields["giver_body"]
        else:
            position = self.fields["giver_position"]
            position.required = True
            position.help_text = str(_("For example Phó Giám đốc Công an tỉnh."))
            position.error_messages["required"] = str(
                _("Enter the position of who gives the directive.")
            )
        if own is not None:
            unit = self.fields["responsible_unit"]
            unit.required = True
            unit.error_messages["required"] = str(_("Choose the own unit."))

    def facts(self) -> DirectiveFacts:
        """What the form says, for the service."""
        names = DirectiveFacts.__slots__
        data = self.cleaned_data
        return DirectiveFacts(**{name: data[name] for name in names if name in data})


def stored_directive(directive: Directive) -> dict[str, Any]:
    """A directive as its form shows it."""
    names = (*DirectiveFacts.__slots__, "version")
    return {name: getattr(directive, name) for name in names}


# What choosing a state does, in the words of who reports …
_STEPS = {
    DirectiveStatus.NEW: _("Not begun"),
    DirectiveStatus.IN_PROGRESS: _("Being carried out"),
    DirectiveStatus.REPORTED: _("Reported, waiting for confirmation"),
    DirectiveStatus.DONE: _("Carried out"),
    DirectiveStatus.DROPPED: _("No longer carried out"),
}
# … and of who decides above.
_DECISIONS = {
    DirectiveStatus.DONE: _("Confirm: carried out"),
    DirectiveStatus.IN_PROGRESS: _("Send back to the ward"),
    DirectiveStatus.DROPPED: _("Drop it"),
}


class FollowForm(forms.Form):
    """The next step, offered as far as the person may take it.

    `decides`: for the level above, which gives a reason and leaves the ward's words.
    """

    status = forms.ChoiceField(
        label=_("Where it stands"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose where it stands."),
            "invalid_choice": _("Choose one of the steps shown."),
        },
    )
    outcome = long_text(
        _("Outcome"),
        max_length=4000,
        required=False,
        help_text=_(
            "What was done and what came of it; why, if it is no longer carried out."
        ),
    )
    proof = one_of(_("Proof"), empty=_("no document"))
    reason = long_text(
        _("Reason"),
        max_length=500,
        rows=3,
        required=False,
        help_text=_("Needed for sending back and dropping: what is still missing."),
    )
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        directive: Directive,
        decides: bool,
        follows: bool,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("initial", stored_follow_up(directive))
        super().__init__(*args, **kwargs)
        at = directive.status
        decisions = [
            one for one in moves_of(directive) if is_decided_above(directive, one)
        ]
        steps = (moves_of(directive) | {at}) - set(decisions)
        offered: dict[str, Any] = {}
        if follows:
            offered |= {one: _STEPS[one] for one in _STEPS if one in steps}
        if decides:
            offered |= {one: _DECISIONS[one] for one in _DECISIONS if one in decisions}
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (str(one), word) for one, word in offered.items()
        ]
        if at not in offered:
            self.initial.pop("status", None)
        if not decides:
            del self.fields["reason"]
        if follows:
            offer(
                self,
                proof=documents_to_choose(
                    user=user,
                    campaign=directive.campaign,
                    kept=directive.outcome_document_id,
                ),
            )
        else:
            del self.fields["outcome"], self.fields["proof"]

    def entry(self) -> FollowUp:
        """What the form says, for the service."""
        data = self.cleaned_data
        return FollowUp(
            status=data["status"],
            outcome=data.get("outcome", ""),
            proof=data.get("proof"),
            reason=data.get("reason", ""),
        )


def stored_follow_up(directive: Directive) -> dict[str, Any]:
    """What became of a directive, as its form shows it."""
    return {
        "status": directive.status,
        "outcome": directive.outcome,
        "proof": directive.outcome_document,
        "version": directive.version,
    }
