"""What was done to a criterion or a ward's year, in words: before and after."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from commitments.selectors.history import plain_words
from criteria.measures import words_of
from criteria.models.assessments import Result, Review
from criteria.models.evidence import EvidenceKind
from wardsecurity.audit.selectors import Told
from wardsecurity.numbers import shown, shown_points

SHOWN_OF_A_HASH = 12


def words_for(told: Told) -> str:
    """An entry in a sentence; its action in words where it needs none of its own."""
    return _SENTENCES.get(told.entry.action, plain_words)(told)


def _title(told: Told) -> str:
    return told.texts.get("title", told.entry.target)


def _with_reason(what: str, told: Told) -> str:
    """The sentence, with what was found on site and the reason given for it."""
    reason, finding = told.texts.get("reason"), told.texts.get("finding")
    if finding:
        what = _("%(what)s. Found: %(finding)s") % {"what": what, "finding": finding}
    if not reason:
        return what
    return _("%(what)s. Reason: %(reason)s") % {"what": what, "reason": reason}


def _moved(before: str, after: str) -> str:
    """What it was and what it became; once where they are the same."""
    return after if before == after else f"{before} → {after}"


def _day(text: str | None) -> str:
    return f"{dt.date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _state(values: dict[str, Any]) -> str:
    """A result with its figure: "not met (148 / 180)"."""
    result = str(Result(values["result"]).label)
    if values.get("value") is None:
        return result
    figure = shown(values["value"])
    if values.get("base") is not None:
        figure = f"{figure} / {shown(values['base'])}"
    return f"{result} ({figure})"


def _assessed(told: Told) -> str:
    before, after = _state(told.before), _state(told.after)
    if before == after:
        return _("Assessed: %(after)s") % {"after": after}
    return _("Assessed: %(before)s → %(after)s") % {"before": before, "after": after}


def _assigned(told: Told) -> str:
    return _("Assigned to %(lead)s, due %(due)s") % {
        "lead": told.texts.get("lead") or _("nobody yet"),
        "due": _day(told.after["due_on"]),
    }


def _restated(told: Told) -> str:
    return _("The units asked for figures changed: %(before)s → %(after)s") % {
        "before": _state(told.before),
        "after": _state(told.after),
    }


def _confirmed(told: Told) -> str:
    after = told.after
    return _("Confirmed from the ward's records: %(figure)s") % {
        "figure": words_of(after["source"], after["value"], after["base"])
    }


def _recorded(told: Told) -> str:
    kind = EvidenceKind(told.after["kind"]).label
    return _("Recorded %(kind)s: %(title)s") % {"kind": kind, "title": _title(told)}


def _edited(told: Told) -> str:
    return _("Corrected: %(title)s") % {"title": _title(told)}


def _withdrawn(told: Told) -> str:
    return _("Withdrawn: %(title)s. Reason: %(reason)s") % {
        "title": _title(told),
        "reason": told.texts.get("reason", ""),
    }


def _linked(told: Told) -> str:
    return _("Added from the library: %(title)s") % {"title": _title(told)}


def _unlinked(told: Told) -> str:
    return _("Taken off this criterion: %(title)s") % {"title": _title(told)}


def _outcome(result: str, points: int | None) -> str:
    """A result with its points: "met, 3 points"."""
    word = str(Result(result).label)
    if points is None:
        return word
    return _("%(result)s, %(points)s points") % {
        "result": word,
        "points": shown_points(points),
    }


def _decision(values: dict[str, Any]) -> str:
    word = str(Review(values["review"]).label)
    if not values.get("result"):
        return word
    return f"{word} ({_outcome(values['result'], values.get('points'))})"


def _decided(told: Told) -> str:
    before, after = told.before, told.after
    what = _("Verification: %(decision)s") % {
        "decision": _moved(_decision(before), _decision(after))
    }
    found = ("recheck_result", "recheck_points", "recheck_on")
    if after.get("recheck_result") and any(
        before.get(name) != after.get(name) for name in found
    ):
        what = _("%(what)s; found on site on %(day)s: %(outcome)s") % {
            "what": what,
            "day": _day(after.get("recheck_on")),
            "outcome": _outcome(after["recheck_result"], after.get("recheck_points")),
        }
    return _with_reason(what, told)


def _submitted(told: Told) -> str:
    return _("Submitted to the province, time %(round)s: %(met)s criteria met") % {
        "round": told.after["round"],
        "met": told.after["met"],
    }


def _returned(told: Told) -> str:
    return _("Returned to the ward: criteria %(numbers)s, due %(due)s") % {
        "numbers": ", ".join(map(str, told.after["criteria"])),
        "due": _day(told.after["due_on"]),
    }


def _concluded(told: Told) -> str:
    return _("Verification concluded: %(met)s of %(size)s criteria met") % {
        "met": told.after["met"],
        "size": told.after["applicable"],
    }


def _recognised(told: Told) -> str:
    words = {
        "number": told.texts.get("number", ""),
        "body": told.texts.get("deciding_body", ""),
        "day": _day(told.after["decided_on"]),
    }
    if told.entry.action == "evaluation_recognised":
        what = _("Recognised: decision %(number)s of %(body)s, %(day)s") % words
    else:
        what = _("Not recognised: decision %(number)s of %(body)s, %(day)s") % words
    return _with_reason(what, told)


def _reopened(told: Told) -> str:
    return _with_reason(_("Reopened for verification"), told)


def _snapshot(told: Told) -> str:
    return _("Snapshot of the decision taken, SHA-256 %(sha256)s") % {
        "sha256": f"{told.after['sha256'][:SHOWN_OF_A_HASH]}…"
    }


_SENTENCES: dict[str, Callable[[Told], str]] = {
    "criterion_assessed": _assessed,
    "criterion_assigned": _assigned,
    "criterion_decided": _decided,
    "criterion_restated": _restated,
    "evaluation_not_recognised": _recognised,
    "evaluation_recognised": _recognised,
    "evaluation_reopened": _reopened,
    "evaluation_submitted": _submitted,
    "evidence_edited": _edited,
    "evidence_linked": _linked,
    "evidence_recorded": _recorded,
    "evidence_unlinked": _unlinked,
    "evidence_withdrawn": _withdrawn,
    "measure_confirmed": _confirmed,
    "returns_sent": _returned,
    "snapshot_taken": _snapshot,
    "verification_concluded": _concluded,
}
