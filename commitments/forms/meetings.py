"""Forms of a meeting with its agenda, and of a contribution to it."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from commitments.forms.fields import (
    NOT_IN_LIST,
    long_text,
    note_field,
    offer,
    one_of,
    version_field,
)
from commitments.forms.many import ManyOf
from commitments.models import (
    AgendaItem,
    AgendaKind,
    Campaign,
    Meeting,
    MeetingKind,
    OfficialDocument,
)
from commitments.models.meetings import MEASURED_KINDS
from commitments.selectors.choices import bodies_to_choose, documents_to_choose
from commitments.selectors.meetings import organisers_to_choose
from commitments.services.meetings import LONGEST_AGENDA, MeetingFacts, Point
from wardsecurity.forms import DayField, WholeNumberField
from wardsecurity.wards.models import ParticipatingUnit

BLANK_ROWS = 5  # to type into; more stand ready after saving


def worded(choices: Any) -> list[tuple[str, str]]:
    """Choices of a model, each beginning with a capital letter."""
    return [(one.value, capfirst(str(one.label))) for one in choices]


class MeetingForm(forms.Form):
    """What a meeting was. `own`: units a contributor acts for, one of them organises.

    A new outside body is named by those who keep all records of the ward only.
    """

    kind = forms.ChoiceField(
        label=_("Kind of meeting"),
        error_messages={
            "required": _("Choose a kind."),
            "invalid_choice": NOT_IN_LIST,
        },
    )
    title = forms.CharField(
        label=_("What the meeting is called"),
        max_length=300,
        error_messages={"required": _("Enter what the meeting is called.")},
    )
    held_on = DayField(
        label=_("Day of the meeting"),
        required=False,
        help_text=_("Left empty: planned, or the day is not known."),
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    organising_units = ManyOf(label=_("Organised by units of the ward"))
    organising_bodies = ManyOf(label=_("Organised by bodies above"))
    new_body = forms.CharField(
        label=_("Another body above"),
        max_length=200,
        required=False,
        help_text=_(
            "Its name, for example Ban Chỉ đạo 138 thành phố. It is registered for "
            "later use."
        ),
    )
    attendance = long_text(
        _("Who came"),
        max_length=4000,
        required=False,
        help_text=_("Bodies and posts, a line each; no list of names."),
    )
    attendance_count = WholeNumberField(label=_("Number of people"), required=False)
    conclusions = long_text(_("Conclusions"), max_length=8000, rows=5, required=False)
    minutes = one_of(
        _("Minutes or notice of conclusions"),
        empty=_("none recorded yet"),
        help_text=_("Choose among the documents of this year."),
    )
    note = note_field()
    version = version_field()

    def __init__(
        self,
        *args: Any,
        user: Any,
        campaign: Campaign,
        own: Collection[int] | None = None,
        meeting: Meeting | None = None,
        **kwargs: Any,
    ) -> None:
        self.own = own
        if meeting is not None:
            kwargs.setdefault("initial", stored_meeting(meeting))
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a kind")),
            *[
                (kind, word)
                for kind, word in worded(MeetingKind)
                if own is None or kind not in MEASURED_KINDS
            ],
        ]
        offer(
            self,
            organising_units=organisers_to_choose(
                user=user, campaign=campaign, meeting=meeting
            ),
            organising_bodies=bodies_to_choose(user=user, campaign=campaign),
            minutes=documents_to_choose(
                user=user,
                campaign=campaign,
                kept=meeting.minutes_id if meeting else None,
            ),
        )
        if own is not None:
            del self.fields["new_body"]
            self.initial.setdefault("organising_units", list(own))

    def clean_organising_units(self) -> list[ParticipatingUnit]:
        """A contributor's own unit alone organises what the contributor keeps."""
        chosen = list(self.cleaned_data["organising_units"])
        own = self.own
        if own is not None and not (len(chosen) == 1 and chosen[0].pk in own):
            raise forms.ValidationError(
                _("Tick the own unit only: its own meetings are kept here.")
            )
        return chosen

    def facts(self) -> MeetingFacts:
        """What the form says, for the service."""
        data = self.cleaned_data
        names = MeetingFacts.__slots__
        return MeetingFacts(**{name: data[name] for name in names if name in data})


def stored_meeting(meeting: Meeting) -> dict[str, Any]:
    """A meeting as its form shows it."""
    many = ("organising_units", "organising_bodies")
    names = [one for one in MeetingFacts.__slots__ if one not in (*many, "new_body")]
    return {name: getattr(meeting, name) for name in (*names, "version")} | {
        name: list(getattr(meeting, name).all()) for name in many
    }


class PointForm(forms.Form):
    """One row of the agenda; a row without text and paper is left out.

    `documents` by pk are read once for all rows.
    """

    number = forms.IntegerField(
        label=_("No."),
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Enter a number from 1 to 999."),
            "min_value": _("Enter a number from 1 to 999."),
            "max_value": _("Enter a number from 1 to 999."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What happens"),
        required=False,
        error_messages={"invalid_choice": NOT_IN_LIST},
    )
    text_vi = forms.CharField(
        label=_("Point of the agenda"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    document = forms.TypedChoiceField(
        label=_("Document"),
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": NOT_IN_LIST},
    )
    remove = forms.BooleanField(label=_("Leave out"), required=False)

    def __init__(
        self, *args: Any, documents: Mapping[str, OfficialDocument], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = worded(AgendaKind)  # type: ignore[attr-defined]
        document: Any = self.fields["document"]
        document.choices = [
            ("", _("no document")),
            *((pk, str(one)) for pk, one in documents.items()),
        ]
        document.coerce = documents.get

    def clean(self) -> dict[str, Any]:
        """A row that says something says what happens."""
        data = super().clean() or {}
        if data.get("document") and not data.get("text_vi") and not data.get("remove"):
            self.add_error("text_vi", _("Write what happens at this point."))
        return data

    def point(self) -> Point | None:
        """The point; None for a row that is empty or left out."""
        data = self.cleaned_data
        if data.get("remove") or not data.get("text_vi"):
            return None
        return Point(
            kind=data.get("kind") or AgendaKind.OTHER,
            text_vi=data["text_vi"],
            document=data.get("document"),
            number=data.get("number"),
        )


class BasePoints(forms.BaseFormSet):
    """The rows of an agenda."""

    def points(self) -> list[Point]:
        """The points typed, in the order of the rows."""
        found = [form.point() for form in self.forms]
        return [point for point in found if point is not None]


Points = forms.formset_factory(
    PointForm,
    formset=BasePoints,
    extra=BLANK_ROWS,
    max_num=LONGEST_AGENDA,
    validate_max=True,
    absolute_max=LONGEST_AGENDA + BLANK_ROWS,
)


def agenda_rows(agenda: Collection[AgendaItem]) -> list[dict[str, Any]]:
    """An agenda as its rows show it."""
    return [
        {
            "number": item.order,
            "kind": item.kind,
            "text_vi": item.text_vi,
            "document": item.document_id,
        }
        for item in agenda
    ]
