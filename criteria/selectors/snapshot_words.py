"""What the fields of a snapshot are called, and how their values read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.models import EvaluationState, EvidenceKind, Result, Review
from wardsecurity.numbers import shown, shown_points

NOTHING = "–"


def short(sha256: Any) -> str:
    """The first characters of a hash, enough to tell two apart by eye."""
    text = str(sha256 or "")
    return f"{text[:12]}…" if len(text) > 12 else text


def _text(value: Any) -> str:
    return NOTHING if value in (None, "", [], {}) else str(value)


def _number(value: Any) -> str:
    return shown(value) if isinstance(value, int) else _text(value)


def _points(value: Any) -> str:
    return shown_points(value) if isinstance(value, int) else _text(value)


def _yes(value: Any) -> str:
    return _("yes") if value else _("no")


def _day(value: Any) -> str:
    try:
        return f"{dt.date.fromisoformat(str(value)):%d/%m/%Y}"
    except ValueError:
        return _text(value)


def _moment(value: Any) -> str:
    try:
        at = parse_datetime(str(value))
    except ValueError:
        at = None
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}" if at else _text(value)


def _moment_and_post(value: Any) -> str:
    if not isinstance(value, list) or len(value) != 2 or not value[0]:
        return NOTHING
    return ", ".join(word for word in (_moment(value[0]), str(value[1])) if word)


def _days(value: Any) -> str:
    return " – ".join(_day(one) for one in value) if value else NOTHING


def _hash(value: Any) -> str:
    return short(value) or NOTHING


def _label(choices: Any) -> Callable[[Any], str]:
    def show(value: Any) -> str:
        return str(choices(value).label) if value in choices.values else _text(value)

    return show


def _recognition(value: Any) -> str:
    if not isinstance(value, dict):
        return NOTHING
    return _("%(outcome)s: %(number)s, %(day)s, %(body)s") % {
        "outcome": _("recognised") if value["is_recognised"] else _("not recognised"),
        "number": value["number"],
        "day": _day(value["decided_on"]),
        "body": value["deciding_body"],
    }


@dataclass(frozen=True, slots=True)
class Words:
    """A field's name and the way to read its value."""

    label: str | Promise
    show: Callable[[Any], str] = _text


HEAD: dict[str, Words] = {
    "ward": Words(gettext_lazy("Ward")),
    "ward_name": Words(gettext_lazy("Name of the ward")),
    "year": Words(gettext_lazy("Year")),
    "period": Words(gettext_lazy("Period"), _days),
    "state": Words(gettext_lazy("State"), _label(EvaluationState)),
    "round": Words(gettext_lazy("Number of submissions"), _number),
    "submitted": Words(gettext_lazy("Submitted"), _moment_and_post),
    "verified": Words(gettext_lazy("Verified"), _moment_and_post),
    "recognition": Words(gettext_lazy("Recognition"), _recognition),
}
SET: dict[str, Words] = {
    "owner": Words(gettext_lazy("owner")),
    "code": Words(gettext_lazy("code")),
    "version": Words(gettext_lazy("version"), _number),
    "name_vi": Words(gettext_lazy("name")),
    "min_met": Words(gettext_lazy("criteria to meet"), _number),
    "min_percent": Words(gettext_lazy("percent of points to reach")),
    "min_percent_per_category": Words(
        gettext_lazy("percent of points to reach in each category")
    ),
    "content_hash": Words(gettext_lazy("hash of the content"), _hash),
}
CRITERION: dict[str, Words] = {
    "key": Words(gettext_lazy("key")),
    "title": Words(gettext_lazy("title")),
    "category": Words(gettext_lazy("category")),
    "definition": Words(gettext_lazy("text and rule of the set"), _hash),
    "max_points": Words(gettext_lazy("highest points"), _points),
    "choice": Words(gettext_lazy("choice of the ward"), _label(Result)),
    "value": Words(gettext_lazy("figure"), _number),
    "base": Words(gettext_lazy("total"), _number),
    "explanation": Words(gettext_lazy("explanation"), _hash),
    "self_result": Words(gettext_lazy("self-assessed result"), _label(Result)),
    "self_points": Words(gettext_lazy("self-assessed points"), _points),
    "scored_on": Words(gettext_lazy("score day"), _day),
    "supported": Words(gettext_lazy("evidence in place"), _yes),
    "late": Words(gettext_lazy("days late"), _number),
    "verified_result": Words(gettext_lazy("verified result"), _label(Result)),
    "verified_points": Words(gettext_lazy("verified points"), _points),
    "review": Words(gettext_lazy("decision"), _label(Review)),
    "review_reason": Words(gettext_lazy("reason of the decision"), _hash),
    "recheck_result": Words(gettext_lazy("re-checked result"), _label(Result)),
    "recheck_points": Words(gettext_lazy("re-checked points"), _points),
    "recheck_on": Words(gettext_lazy("day of the re-check"), _day),
    "recheck_finding": Words(gettext_lazy("finding of the re-check"), _hash),
}
EVIDENCE: dict[str, Words] = {
    "kind": Words(gettext_lazy("kind"), _label(EvidenceKind)),
    "title": Words(gettext_lazy("title")),
    "number": Words(gettext_lazy("number and symbol")),
    "fact_on": Words(gettext_lazy("date of the fact"), _day),
    "issuer": Words(gettext_lazy("issued by")),
    "expires_on": Words(gettext_lazy("expires on"), _day),
    "period_start": Words(gettext_lazy("counts from"), _day),
    "period_end": Words(gettext_lazy("counts to"), _day),
    "url": Words(gettext_lazy("web address")),
    "figure": Words(gettext_lazy("figure"), _number),
    "figure_unit": Words(gettext_lazy("unit of the figure")),
    "measure_source": Words(gettext_lazy("source of the figure")),
    "measure_value": Words(gettext_lazy("confirmed figure"), _number),
    "measure_base": Words(gettext_lazy("confirmed total"), _number),
    "measure_hash": Words(gettext_lazy("hash of the confirmed records"), _hash),
    "quarantined_at": Words(gettext_lazy("put aside"), _moment),
    "withdrawn_at": Words(gettext_lazy("withdrawn"), _moment),
    "version": Words(gettext_lazy("revision"), _number),
}
FILE: dict[str, Words] = {
    "name": Words(gettext_lazy("name")),
    "removed_at": Words(gettext_lazy("file removed"), _moment),
    "unit": Words(gettext_lazy("kept by"), _text),
    "original_sha256": Words(gettext_lazy("SHA-256 as sent"), _hash),
    "sha256": Words(gettext_lazy("SHA-256"), _hash),
    "size": Words(gettext_lazy("size in bytes"), _number),
}
SUM: dict[str, Words] = {
    "met": Words(gettext_lazy("criteria met"), _number),
    "size": Words(gettext_lazy("number of criteria"), _number),
    "applicable": Words(gettext_lazy("criteria that apply"), _number),
    "points": Words(gettext_lazy("points"), _points),
    "max_points": Words(gettext_lazy("highest points"), _points),
    "mandatory_failed": Words(gettext_lazy("mandatory criteria not met"), _number),
}
