"""Forms of the admin site: units that merge, are divided, renamed, transferred."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.models import CriteriaSet
from criteria.services.succession import Start
from wardsecurity.forms import DayField
from wardsecurity.text import fold
from wardsecurity.wards.models import BELOW, AdministrativeUnit, UnitKind
from wardsecurity.wards.succession import NewUnit, Paper

_NONE = AdministrativeUnit.objects.none
KINDS = [("", "---------"), *(one for one in UnitKind.choices if one[0] != "country")]
MOST_PARTS = 4  # units one unit is divided into, in one form

Group = tuple[str, list[str]]


def _name(required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Name of the unit"), max_length=120, required=required
    )


def _slug() -> forms.SlugField:
    return forms.SlugField(
        label=_("Address name"),
        max_length=60,
        required=False,
        help_text=_(
            "Stands in the addresses of its pages for ever. Empty: made from the name."
        ),
    )


def _kind(required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Kind"), choices=KINDS, required=required)


def _code() -> forms.CharField:
    return forms.CharField(label=_("Official code"), max_length=20, required=False)


class UnitChoice(forms.ModelChoiceField):
    """A unit, told from others of its name by what stands above it."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, and the unit above."""
        return called(obj)


class UnitsChoice(forms.ModelMultipleChoiceField):
    """Several units, told apart in the same way."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """Name, and the unit above."""
        return called(obj)


def called(unit: AdministrativeUnit) -> str:
    """A unit in a list: names repeat."""
    return f"{unit} ({unit.parent})" if unit.parent else str(unit)


class SuccessionForm(forms.Form):
    """The day, the decision, what comes along, and the first campaign."""

    effective_on = DayField(
        label=_("Effective on"),
        help_text=_("The first day of the new unit. The old ones end the day before."),
    )
    document_number = forms.CharField(
        label=_("Number of the decision"),
        max_length=60,
        help_text=_("For example 1656/NQ-UBTVQH15."),
    )
    document_date = DayField(label=_("Date of that paper"))
    issuer = forms.CharField(label=_("Issued by"), max_length=160)
    with_bodies = forms.BooleanField(
        label=_("Copy the participating units"), required=False, initial=True
    )
    start = forms.BooleanField(
        label=_("Open the campaign of the new unit"), required=False
    )
    criteria_set = forms.ModelChoiceField(
        label=_("Criteria set"),
        queryset=CriteriaSet.objects.none(),
        required=False,
    )
    title = forms.CharField(
        label=_("Title of the campaign"), max_length=300, required=False
    )
    period_start = DayField(label=_("Period from"), required=False)
    period_end = DayField(
        label=_("Period to"),
        required=False,
        help_text=_("The year of this day is the year of the campaign."),
    )
    # The service's names of fields, where the form's differ.
    names: ClassVar[dict[str, str]] = {"predecessors": "unit"}
    units_first: ClassVar[list[str]] = ["unit"]

    def __init__(self, *args: Any, units: Any, sets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criteria_set"].queryset = sets  # type: ignore[attr-defined]
        self.fields["criteria_set"].label_from_instance = (  # type: ignore[attr-defined]
            lambda one: f"{one.name} ({one}; {one.owner})"
        )
        # Whoever ends a unit manages the one above it.
        ending = units.filter(successions=None, parent__in=units.values("pk"))
        for name in self.units_first:
            self.fields[name].queryset = ending  # type: ignore[attr-defined]
        if "parent" in self.fields:
            self.fields["parent"].queryset = units.filter(kind__in=BELOW)  # type: ignore[attr-defined]
        if "into" in self.fields:
            self.fields["into"].queryset = ending  # type: ignore[attr-defined]

    def new_unit_fields(self) -> list[Group]:
        """Titles and names of the fields of the unit or units that go on."""
        return [(gettext("New unit"), ["name", "slug", "kind", "code"])]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The form as the page shows it."""
        parts: list[Group] = [
            (gettext("Units that end"), self.units_first),
            *self.new_unit_fields(),
            (
                gettext("Paper it rests on"),
                ["effective_on", "document_number", "document_date", "issuer"],
            ),
            (gettext("What comes along"), ["with_bodies"]),
            (
                gettext("First campaign"),
                ["start", "criteria_set", "title", "period_start", "period_end"],
            ),
        ]
        return [(title, [self[name] for name in names]) for title, names in parts]

    def clean(self) -> dict[str, Any]:
        """A campaign is opened with all it needs, or not at all."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("start"):
            for name in ("criteria_set", "title", "period_start", "period_end"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(
                        name, gettext("Needed to open the campaign of the new unit.")
                    )
        return cleaned

    def refuse(self, field: str | None, sentence: str) -> None:
        """Put what a service refused beside its field."""
        name = self.names.get(field or "", field)
        self.add_error(name if name in self.fields else None, sentence)

    # --- What it says -------------------------------------------------------------

    @property
    def day(self) -> dt.date:
        """The first day of what goes on."""
        return self.cleaned_data["effective_on"]

    def ending(self) -> list[AdministrativeUnit]:
        """The units that end."""
        return [self.cleaned_data["unit"]]

    def facts(self) -> dict[str, Any]:
        """What the service of wards takes, the actor aside."""
        said = self.cleaned_data
        return {
            "effective_on": self.day,
            "paper": Paper(
                said["document_number"], said["document_date"], said["issuer"]
            ),
            "with_bodies": said["with_bodies"],
        }

    def campaign(self) -> Start | None:
        """The campaign to open."""
        said = self.cleaned_data
        if not said["start"]:
            return None
        return Start(
            said["criteria_set"],
            said["title"],
            said["period_start"],
            said["period_end"],
        )

    def new_unit(self, end: str = "") -> NewUnit:
        """A unit that goes on; `end` is the end of its fields' names."""
        said = self.cleaned_data
        name = said[f"name{end}"]
        return NewUnit(
            slug=said[f"slug{end}"] or slugify(fold(name))[:60],
            name=name,
            kind=said[f"kind{end}"],
            code=said.get(f"code{end}") or None,
        )


class MergeForm(SuccessionForm):
    """Several units that go on as one: a new one, or one that exists."""

    units_first: ClassVar[list[str]] = ["predecessors"]
    names: ClassVar[dict[str, str]] = {}
    predecessors = UnitsChoice(label=_("Units that merge"), queryset=_NONE())
    into = UnitChoice(
        label=_("Merge into a unit that exists"),
        queryset=_NONE(),
        required=False,
        help_text=_("Leave empty to make a new unit of them."),
    )
    name = _name(required=False)
    slug = _slug()
    kind = _kind(required=False)
    code = _code()
    parent = UnitChoice(label=_("Below"), queryset=_NONE(), required=False)

    def new_unit_fields(self) -> list[Group]:
        """The unit that exists stands first."""
        return [
            (
                gettext("The unit that goes on"),
                ["into", "name", "slug", "kind", "code", "parent"],
            )
        ]

    def clean(self) -> dict[str, Any]:
        """A unit that exists, or the name and kind of a new one."""
        cleaned = super().clean()
        if not cleaned.get("into") and "into" not in self.errors:
            for name in ("name", "kind"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(
                        name, gettext("Name the new unit, or choose one that exists.")
                    )
        return cleaned

    def ending(self) -> list[AdministrativeUnit]:
        """All but none twice: the choice holds each once."""
        return list(self.cleaned_data["predecessors"])

    def facts(self) -> dict[str, Any]:
        """The units, and what they go on as."""
        said = self.cleaned_data
        into = said["into"]
        return super().facts() | {
            "predecessors": self.ending(),
            "into": into,
            "new": None if into else self.new_unit(),
            "parent": None if into else said["parent"],
        }


class SplitForm(SuccessionForm):
    """One unit that goes on as several."""

    names: ClassVar[dict[str, str]] = {"predecessors": "unit", "new": "name2"}
    unit = UnitChoice(label=_("Unit that is divided"), queryset=_NONE())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            self.fields[f"name{number}"] = _name(required=number < 3)
            self.fields[f"slug{number}"] = _slug()
            self.fields[f"kind{number}"] = _kind(required=number < 3)

    def new_unit_fields(self) -> list[Group]:
        """Two at least; what is left empty is none."""
        return [
            (
                gettext("New unit %(number)s") % {"number": number},
                [f"name{number}", f"slug{number}", f"kind{number}"],
            )
            for number in range(1, MOST_PARTS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Who has a name has a kind."""
        cleaned = super().clean()
        for number in range(3, MOST_PARTS + 1):
            if cleaned.get(f"name{number}") and not cleaned.get(f"kind{number}"):
                self.add_error(f"kind{number}", gettext("Choose the kind."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The unit and its parts."""
        named = [
            str(number)
            for number in range(1, MOST_PARTS + 1)
            if self.cleaned_data.get(f"name{number}")
        ]
        return super().facts() | {
            "unit": self.cleaned_data["unit"],
            "new": [self.new_unit(number) for number in named],
        }


class RenameForm(SuccessionForm):
    """A unit that goes on in its place under another name or as another kind."""

    unit = UnitChoice(label=_("Unit that is renamed"), queryset=_NONE())
    name = _name()
    slug = _slug()
    kind = _kind()
    code = _code()

    def facts(self) -> dict[str, Any]:
        """The unit and its new name."""
        return super().facts() | {
            "unit": self.cleaned_data["unit"],
            "new": self.new_unit(),
        }


class TransferForm(RenameForm):
    """A unit that goes on below another one."""

    unit = UnitChoice(label=_("Unit that is transferred"), queryset=_NONE())
    parent = UnitChoice(label=_("Goes on below"), queryset=_NONE())

    def new_unit_fields(self) -> list[Group]:
        """Where it goes stands first."""
        names = ["parent", "name", "slug", "kind", "code"]
        return [(gettext("New unit"), names)]

    def facts(self) -> dict[str, Any]:
        """The unit, and where it goes."""
        return super().facts() | {"parent": self.cleaned_data["parent"]}
