"""Two versions of one record side by side, when two people edited it."""

import datetime as dt
from collections.abc import Mapping, Sequence
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


def _said(field: forms.Field, value: Any, words: Mapping[Any, str]) -> str:
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
    if isinstance(value, str):
        choices = dict(getattr(field, "choices", None) or [])
        return str(words.get(value) or choices.get(value, value))
    return str(value)


def _plain(value: Any) -> Any:
    """Rows chosen in any order and container are the same rows."""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return sorted(value, key=str)
    return value


def conflict_of(
    form: forms.Form,
    stored: dict[str, Any],
    history: Sequence[HistoryItem],
    words: Mapping[Any, str] | None = None,
) -> Conflict:
    """What is stored beside what was typed, for the fields that differ.

    `history` is the record's, newest first: it tells who saved meanwhile. `words` are
    what codes are called that the form does not offer.
    """
    theirs, yours = [], []
    for name, value in stored.items():
        if name not in form.fields or form.fields[name].widget.is_hidden:
            continue
        field = form.fields[name]
        typed = getattr(form, "cleaned_data", {}).get(name, form[name].value())
        value, typed = _plain(value), _plain(typed)
        if (typed or "") != (value or ""):
            label = str(field.label)
            theirs.append((label, _said(field, value, words or {})))
            yours.append((label, _said(field, typed, words or {})))
    last = history[0] if history else None
    return Conflict(
        last.who if last else "", last.when if last else None, theirs, yours
    )
