"""Two versions of one record side by side, when two people edited it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from commitments.selectors.history import HistoryItem
from wardsecurity.numbers import shown


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who saved meanwhile, and both versions, field by field."""

    who: str
    when: dt.datetime | None
    theirs: list[tuple[str, str]]
    yours: list[tuple[str, str]]


def _said(field: forms.Field, value: Any) -> str:
    """A value as people read it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return shown(value)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value) or "–"
    choices = dict(getattr(field, "choices", None) or [])
    return str(choices.get(value, value))


def _plain(value: Any) -> Any:
    """Rows chosen in any order and container are the same rows."""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return sorted(value, key=str)
    return value


def conflict_of(
    form: forms.Form, stored: dict[str, Any], history: Sequence[HistoryItem]
) -> Conflict:
    """What is stored beside what was typed, for the fields that differ.

    `history` is the record's, newest first: it tells who saved meanwhile.
    """
    theirs, yours = [], []
    for name, value in stored.items():
        if name not in form.fields:
            continue
        field = form.fields[name]
        typed = getattr(form, "cleaned_data", {}).get(name, form[name].value())
        value, typed = _plain(value), _plain(typed)
        if (typed or "") != (value or ""):
            label = str(field.label)
            theirs.append((label, _said(field, value)))
            yours.append((label, _said(field, typed)))
    last = history[0] if history else None
    return Conflict(
        last.who if last else "", last.when if last else None, theirs, yours
    )
