"""Two versions of one record side by side, when two people edited it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from criteria.models import Assessment, Evidence, Review
from criteria.models.assessments import Result
from wardsecurity.numbers import shown


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who saved meanwhile, and both versions, field by field."""

    who: str
    when: dt.datetime | None
    theirs: list[tuple[str, str]]
    yours: list[tuple[str, str]]


def _said(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int):
        return shown(value)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if value in Result.values:
        return str(Result(value).label)
    if value in Review.values:
        return str(Review(value).label)
    return str(value or "–")


def _versions(
    form: forms.Form, stored: dict[str, Any]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Theirs and yours, for the fields that differ."""
    theirs, yours = [], []
    for name, value in stored.items():
        if name not in form.fields:
            continue
        typed = getattr(form, "cleaned_data", {}).get(name, form[name].value())
        if (typed or "") != (value or ""):
            label = str(form.fields[name].label)
            theirs.append((label, _said(value)))
            yours.append((label, _said(typed)))
    return theirs, yours


def assessment_conflict(current: Assessment, form: forms.Form) -> Conflict:
    """The stored assessment beside what was typed."""
    stored: dict[str, Any] = {
        "choice": current.choice,
        "not_applicable": current.choice == Result.NOT_APPLICABLE,
        "value": current.value,
        "base": current.base,
        "explanation": current.explanation,
    }
    if current.criterion.figures_by:
        for figure in current.figures.all():
            stored[f"value_{figure.unit_id}"] = figure.value
            stored[f"base_{figure.unit_id}"] = figure.base
    theirs, yours = _versions(form, stored)
    when = timezone.localtime(current.assessed_at) if current.assessed_at else None
    return Conflict(current.assessed_post, when, theirs, yours)


def evidence_conflict(
    current: Evidence, form: forms.Form, *, who: str, when: dt.datetime | None
) -> Conflict:
    """The stored evidence beside what was typed."""
    names = [name for name in form.fields if hasattr(current, name)]
    stored = {
        name: getattr(current, name)
        for name in names
        if name not in ("version", "files", "links")
    }
    theirs, yours = _versions(form, stored)
    return Conflict(who, when, theirs, yours)


def decision_conflict(
    current: Assessment, form: forms.Form, *, who: str, when: dt.datetime | None
) -> Conflict:
    """What another verifier decided beside what is typed here."""
    stored: dict[str, Any] = {
        "review": current.review,
        "result": current.verified_result or current.recheck_result,
        "points": current.verified_points,
        "reason": current.review_reason,
        "recheck_on": current.recheck_on,
        "finding": current.recheck_finding,
    }
    if "review" in form.fields:
        # A result is typed for an adjustment only; else it stands there unasked.
        typed = getattr(form, "cleaned_data", {}).get("review")
        if Review.ADJUSTED not in (current.review, typed):
            stored.pop("result")
    theirs, yours = _versions(form, stored)
    return Conflict(who, when, theirs, yours)
