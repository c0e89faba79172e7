"""Forms of the admin site: saved by services, aware of who else saves meanwhile."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.audit.selectors import history_of
from wardsecurity.audit.services import digest
from wardsecurity.constraints import check_in_order
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import shown
from wardsecurity.text import nfc

MEANWHILE = "changed_meanwhile"


class SeenField(forms.CharField):
    """What a row held when its form was opened; never a change in itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """No."""
        return False


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Who saved a row while somebody else had its form open."""

    who: str
    when: dt.datetime | None
    taken: list[str]  # labels of fields that show what they saved; nobody else did


class ServiceForm(forms.ModelForm):
    """A form whose saving is a service's: it shows what the service refused.

    It also remembers what each field held when it was opened. Whoever saves second is
    told: fields left alone then show what the other saved, fields that both changed say
    so, and nothing is overwritten but by a further click.
    """

    refusal: ClassVar[RuleViolation | None] = None
    request: ClassVar[Any] = None
    # The service's name of a field: the form's, where they differ.
    names: ClassVar[Mapping[str, str]] = {}
    meanwhile: Meanwhile | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin()
        if self.instance.pk:
            self.fields["seen"] = SeenField(required=False)
            self.initial["seen"] = json.dumps(self._marks())

    def begin(self) -> None:
        """Set initial values and choice lists; for subclasses."""

    def refused(self) -> list[tuple[str | None, str]]:
        """What the service said beside which of its fields."""
        return self.refusal.sentences if self.refusal else []

    def clean(self) -> dict[str, Any]:
        """Compare with what was saved meanwhile; put refusals beside their fields."""
        cleaned = super().clean() or self.cleaned_data
        opened = _read(cleaned.pop("seen", ""))
        if opened and self.instance.pk:
            self._compare(opened, dict(cleaned))
        self._check_days(cleaned)
        for field, sentence in self.refused():
            name = self.names.get(field or "", field)
            self.add_error(name if name in self.fields else None, sentence)
        return cleaned

    def _check_days(self, cleaned: Mapping[str, Any]) -> None:
        """Say in words that days are reversed, before the database's rule says it."""
        days = ("valid_from", "valid_to")
        if not set(days) & set(self.fields) or set(days) & set(self.errors):
            return
        start, end = (
            cleaned[name] if name in cleaned else getattr(self.instance, name, None)
            for name in days
        )
        try:
            check_in_order(start, end)
        except RuleViolation as refusal:
            field = "valid_to" if "valid_to" in self.fields else "valid_from"
            self.add_error(field, refusal.message)

    # --- Faults, for the page ---------------------------------------------------

    @property
    def fault_count(self) -> int:
        """How many places there are to correct: fields, and sentences on the whole."""
        fields = sum(name != NON_FIELD_ERRORS for name in self.errors)
        return fields + len(self.faults_on_the_whole)

    @property
    def faults_on_the_whole(self) -> list[str]:
        """Sentences that belong beside no field."""
        errors = self.errors.as_data().get(NON_FIELD_ERRORS, [])
        return [
            str(sentence)
            for error in errors
            if error.code != MEANWHILE
            for sentence in error
        ]

    # --- Two people, one row ----------------------------------------------------

    def _marks(self) -> dict[str, str]:
        """A short sign of what the row holds, by field."""
        return {
            name: mark(field, self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if name != "seen"
        }

    def _compare(self, opened: Mapping[str, str], typed: Mapping[str, Any]) -> None:
        """Tell what somebody else saved since the form was opened."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        taken, both = [], []
        for name, now in self._marks().items():
            field = self.fields[name]
            mine = mark(field, typed[name]) if name in typed else None
            if opened.get(name, now) == now or mine == now:
                continue
            if mine == opened[name]:
                self._show_stored(sent, name)
                taken.append(str(field.label))
            else:
                both.append(name)
        if not (taken or both):
            return
        sent["seen"] = self.initial["seen"]  # saving once more is meant
        self.data = sent
        for name in both:
            field = self.fields[name]
            stored = said(field, self.get_initial_for_field(field, name))
            self.add_error(
                name,
                _(
                    "Saved meanwhile: %(value)s. Saving once more puts your entry in"
                    " its place."
                )
                % {"value": stored},
            )
        self._tell_who(taken)

    def _show_stored(self, sent: Any, name: str) -> None:
        """Put what is stored in the place of what was sent."""
        field, key = self.fields[name], self.add_prefix(name)
        value = field.prepare_value(self.get_initial_for_field(field, name))
        if isinstance(field.widget, forms.CheckboxInput):
            values = ["on"] if value else []
        else:
            raw = field.widget.format_value(value)
            values = raw if isinstance(raw, list) else [raw or ""]
        sent.setlist(key, values)

    def _tell_who(self, taken: list[str]) -> None:
        """Name who saved last, as the trail has it."""
        target = (self.instance._meta.label_lower, [self.instance.pk])
        told = history_of(user=self.request.user, targets=[target], limit=1)
        who, when = _("Somebody else"), None
        if told:
            entry = told[0].entry
            who = f"{entry.post} ({entry.actor})" if entry.post else entry.actor
            when = timezone.localtime(entry.at)
        self.meanwhile = Meanwhile(who, when, taken)
        self.add_error(
            None,
            ValidationError(
                _("Somebody else changed this after it was opened."), code=MEANWHILE
            ),
        )


def _read(seen: str) -> dict[str, str]:
    """The signs a form carried; none when it was made up."""
    try:
        marks = json.loads(seen or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(marks, dict):
        return {}
    return {name: str(one) for name, one in marks.items()}


def mark(field: forms.Field, value: Any) -> str:
    """A short sign of a value: the same for what is stored and what is sent back."""
    plain = field.prepare_value(value)
    if isinstance(field, forms.MultipleChoiceField):
        plain = sorted(plain or [])
    return digest(json.dumps(_plain(plain)))[:12]


def _plain(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return value
        case int() | Decimal():
            return format(Decimal(value).normalize(), "f")
        case list() | tuple():
            return [_plain(item) for item in value]
    return nfc(str(value)).replace("\r\n", "\n")


def said(field: forms.Field, value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(pk=value).first() if field.queryset else None
        return field.label_from_instance(row) if row else "–"
    if isinstance(field, forms.ChoiceField):
        words = dict(field.choices)  # type: ignore[arg-type]
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(words.get(one, one)) for one in chosen) or "–"
    match value:
        case bool():
            return _("Yes") if value else _("No")
        case int() | Decimal():
            return shown(value)
        case dt.date():
            return f"{value:%d/%m/%Y}"
    return str(field.prepare_value(value) or "") or "–"
