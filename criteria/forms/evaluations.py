"""Forms of a ward leader: opening a campaign, giving criteria to units."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.forms.conflicts import Conflict
from criteria.models import CriteriaSet
from criteria.selectors.boards import Row
from criteria.services.evaluations import Assignment, Given
from wardsecurity.forms import DayField
from wardsecurity.wards.models import ParticipatingUnit


def named_set(one: CriteriaSet) -> str:
    """A set among others: two owners may give the same code, year and version."""
    return f"{one.name} ({one}, {one.owner})"


class CampaignForm(forms.Form):
    """A new campaign: on which set, for which period."""

    criteria_set = forms.ModelChoiceField(
        label=_("Criteria set"),
        queryset=CriteriaSet.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a set.")},
    )
    title = forms.CharField(
        label=_("Title of the campaign"),
        max_length=300,
        error_messages={"required": _("Enter a title.")},
    )
    period_start = DayField(
        label=_("Period from"), error_messages={"required": _("Enter the day.")}
    )
    period_end = DayField(
        label=_("Period to"),
        help_text=_("The year of this day is the year of the campaign."),
        error_messages={"required": _("Enter the day.")},
    )

    def __init__(self, *args: Any, sets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["criteria_set"]
        field.queryset = sets  # type: ignore[attr-defined]
        field.label_from_instance = named_set  # type: ignore[attr-defined]


class AssignmentForm(forms.Form):
    """Who leads and supports one criterion, and by when.

    `shown` travels with the row: only what the person changed is written, and never
    over what somebody else wrote meanwhile.
    """

    due_on = DayField(label=_("Due date"))
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        row: Row,
        given: Given,
        units: Mapping[int, ParticipatingUnit],
        day: dt.date,
    ) -> None:
        self.row, self.given, self.units, self.day = row, given, units, day
        self.conflict: Conflict | None = None
        super().__init__(
            data,
            prefix=f"c{row.number}",
            initial={
                "lead_unit": given.lead_unit,
                "supporting": sorted(given.supporting_units),
                "due_on": given.due_on,
                "shown": packed(given),
            },
        )
        self.was = _unpacked(str(self["shown"].value() or ""))
        here = {given.lead_unit, *given.supporting_units}
        if self.was:
            here |= {self.was.lead_unit, *self.was.supporting_units}
        names = [
            (pk, _name(unit, day))
            for pk, unit in units.items()
            if pk in here or unit.takes_part_on(day)
        ]
        # Plain choices: one query serves the fields of all criteria.
        self.fields["lead_unit"] = forms.TypedChoiceField(
            label=_("Lead unit"),
            choices=[("", _("unassigned")), *names],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields["supporting"] = forms.TypedMultipleChoiceField(
            label=_("Supporting units"),
            choices=names,
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a row that does not say what it showed: it could undo a change."""
        if self.was is None:
            raise forms.ValidationError(_("Open this page again, then change the row."))
        return self.cleaned_data

    def is_touched(self) -> bool:
        """Whether the person changed this row, or sent what cannot be read."""
        return self.is_bound and not (self.is_valid() and self._typed() == self.was)

    def untyped(self) -> "AssignmentForm":
        """The row as it stands now."""
        return AssignmentForm(
            row=self.row, given=self.given, units=self.units, day=self.day
        )

    def _typed(self) -> Given:
        data = self.cleaned_data
        supporting = frozenset(data["supporting"])
        return Given(data["lead_unit"], data["due_on"], supporting)

    def assignment(self) -> Assignment:
        """What the row says, for the service."""
        data = self.cleaned_data
        lead = data["lead_unit"]
        return Assignment(
            lead_unit=self.units[lead] if lead else None,
            due_on=data["due_on"],
            supporting_units=tuple(
                self.units[pk] for pk in data["supporting"] if pk != lead
            ),
            shown=self.was,
        )

    def overtaken(self, stored: Given, *, who: str, when: dt.datetime | None) -> None:
        """Show both versions; saving again keeps what is typed here."""
        typed = self._typed()
        pairs = [
            (self.fields[name].label, self._said(theirs), self._said(yours))
            for name, theirs, yours in (
                ("lead_unit", stored.lead_unit, typed.lead_unit),
                ("supporting", stored.supporting_units, typed.supporting_units),
                ("due_on", stored.due_on, typed.due_on),
            )
            if theirs != yours
        ]
        self.conflict = Conflict(
            who,
            when,
            [(str(label), theirs) for label, theirs, _yours in pairs],
            [(str(label), yours) for label, _theirs, yours in pairs],
        )
        data: Any = self.data  # a QueryDict, which keeps several values of a name
        self.data = data.copy()
        self.data[self.add_prefix("shown")] = packed(stored)  # type: ignore[index]

    def _said(self, value: Any) -> str:
        """A day, a unit or several, as people read them."""
        if isinstance(value, dt.date):
            return f"{value:%d/%m/%Y}"
        pks = value if isinstance(value, frozenset) else {value} - {None}
        return ", ".join(unit.name for pk, unit in self.units.items() if pk in pks)


def _name(unit: ParticipatingUnit, day: dt.date) -> str:
    if unit.valid_to and unit.valid_to < day:
        return gettext("%(unit)s (ended)") % {"unit": unit.name}
    return unit.name


# "12|2026-06-30|3,14": the lead unit, the due date, the supporting units.
_SHOWN = re.compile(
    r"(\d{0,18})\|(\d{4}-\d\d-\d\d)\|((?:\d{1,18}(?:,\d{1,18})*)?)", re.ASCII
)


def packed(given: Given) -> str:
    """What a row shows, as it travels with the row."""
    supporting = ",".join(map(str, sorted(given.supporting_units)))
    return f"{given.lead_unit or ''}|{given.due_on.isoformat()}|{supporting}"


def _unpacked(text: str) -> Given | None:
    """What a row showed; None when it does not say."""
    parts = _SHOWN.fullmatch(text)
    if parts is None:
        return None
    lead, day, supporting = parts.groups()
    try:
        due_on = dt.date.fromisoformat(day)
    except ValueError:
        return None
    pks = frozenset(int(pk) for pk in supporting.split(",") if pk)
    return Given(int(lead) if lead else None, due_on, pks)
