"""Forms of the steering committee and of its members."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import (
    NOT_IN_LIST,
    note_field,
    offer,
    one_of,
    version_field,
)
from commitments.models import (
    Campaign,
    CommitteeMember,
    CommitteeRole,
    SteeringCommittee,
)
from commitments.selectors.choices import units_to_choose
from commitments.selectors.committees import decisions_to_choose
from commitments.services.committees import CommitteeFacts
from commitments.services.members import MemberFacts
from wardsecurity.forms import DayField


class CommitteeForm(forms.Form):
    """What the committee is called, and its decision."""

    name = forms.CharField(
        label=_("Name of the committee"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter the name of the committee.")},
    )
    decision = one_of(
        _("Established by"),
        empty=_("no decision recorded yet"),
        help_text=_("A decision among the documents of this year; a draft too."),
    )
    note = note_field()
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        committee: SteeringCommittee | None = None,
        **kwargs: Any,
    ) -> None:
        if committee is not None:
            kwargs.setdefault("initial", stored_committee(committee))
        super().__init__(*args, **kwargs)
        kept = committee.decision_id if committee else None
        offer(
            self,
            decision=decisions_to_choose(user=user, campaign=campaign, kept=kept),
        )

    def facts(self) -> CommitteeFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        return CommitteeFacts(data["name"], data["decision"], data["note"])


def stored_committee(committee: SteeringCommittee) -> dict[str, Any]:
    """A committee as its form shows it."""
    names = (*CommitteeFacts.__slots__, "version")
    return {name: getattr(committee, name) for name in names}


def position_field() -> forms.CharField:
    """The position held: it comes first, and is asked for."""
    return forms.CharField(
        label=_("Position held"),
        max_length=200,
        help_text=_("For example Chủ tịch UBND phường."),
        error_messages={"required": _("Enter the position held: it is what counts.")},
    )


def name_field() -> forms.CharField:
    """The name of who holds a position, which may be left out."""
    return forms.CharField(
        label=_("Full name"),
        max_length=120,
        required=False,
        help_text=_("May be left empty: the position is what counts."),
    )


class MemberForm(forms.Form):
    """A member: role, position, name, unit, tasks, place in the order, term."""

    role = forms.ChoiceField(
        label=_("Role"),
        error_messages={"required": _("Choose a role."), "invalid_choice": NOT_IN_LIST},
    )
    position = position_field()
    name = name_field()
    unit = one_of(_("Unit"), empty=_("no unit of the list"))
    tasks = forms.CharField(
        label=_("Tasks"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    order = forms.IntegerField(
        label=_("Number in the order"),
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Counts within a role. Left empty: after the others."),
        error_messages={
            "invalid": _("Enter a number from 1 to 999."),
            "min_value": _("Enter a number from 1 to 999."),
            "max_value": _("Enter a number from 1 to 999."),
        },
    )
    valid_from = DayField(
        label=_("Member since"),
        required=False,
        help_text=_("Left empty: since the committee was established."),
    )
    valid_to = DayField(label=_("Last day"), required=False)
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        member: CommitteeMember | None = None,
        **kwargs: Any,
    ) -> None:
        if member is not None:
            kwargs.setdefault("initial", stored_member(member))
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a role")),
            *((role.value, capfirst(str(role.label))) for role in CommitteeRole),
        ]
        kept = member.unit_id if member else None
        offer(self, unit=units_to_choose(user=user, campaign=campaign, kept=kept))
        if member is None or member.valid_to is None:
            del self.fields["valid_to"]

    def facts(self) -> MemberFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        names = MemberFacts.__slots__
        return MemberFacts(**{name: data[name] for name in names if name in data})


def stored_member(member: CommitteeMember) -> dict[str, Any]:
    """A member as the form shows one."""
    names = (*MemberFacts.__slots__, "version")
    return {name: getattr(member, name) for name in names}


def last_day_field() -> DayField:
    """The last day of a term."""
    return DayField(
        label=_("Last day of the term"),
        error_messages={"required": _("Enter the last day of the term.")},
    )


class EndForm(forms.Form):
    """The last day of a member nobody takes over from."""

    last_day = last_day_field()
    version = version_field()
