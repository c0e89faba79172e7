"""The trail of one criterion in words: who, in which post, what, before and after."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.measures import words_of
from criteria.models import Assessment, Evidence
from criteria.models.assessments import Result
from criteria.models.evidence import EvidenceKind
from wardsecurity.audit.selectors import Told, history_of
from wardsecurity.numbers import shown


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of the history."""

    what: str
    who: str
    when: dt.datetime


def history_of_criterion(
    *, user: Any, assessment: Assessment, evidence_ids: Iterable[int], limit: int = 50
) -> list[HistoryItem]:
    """What was done to a criterion and its evidence, newest first. Two queries."""
    told = history_of(
        user=user,
        targets=[
            (Assessment._meta.label_lower, [assessment.pk]),
            (Evidence._meta.label_lower, evidence_ids),
        ],
        limit=limit,
    )
    return [item_of(one) for one in told]


def history_of_evidence(*, user: Any, evidence: Evidence) -> list[HistoryItem]:
    """What was done to a piece of evidence, newest first."""
    told = history_of(user=user, targets=[(Evidence._meta.label_lower, [evidence.pk])])
    return [item_of(one) for one in told]


def last_assigned(*, user: Any, assessment: Assessment) -> HistoryItem | None:
    """Who gave a criterion to its units last. Two queries."""
    told = history_of(
        user=user, targets=[(Assessment._meta.label_lower, [assessment.pk])], limit=50
    )
    given = (one for one in told if one.entry.action == "criterion_assigned")
    return next(map(item_of, given), None)


def item_of(told: Told) -> HistoryItem:
    """One entry in words."""
    return HistoryItem(
        what=_words(told),
        who=told.who,
        when=timezone.localtime(told.entry.at),
    )


# Their words stand in the comments themselves.
_PLAIN = {
    "comment_added": gettext_lazy("Commented"),
    "comment_taken_back": gettext_lazy("Took a comment back"),
}


def _words(told: Told) -> str:
    title = told.texts.get("title", told.entry.target)
    match told.entry.action:
        case "criterion_assessed":
            return _assessed(told)
        case "criterion_assigned":
            return _assigned(told)
        case "measure_confirmed":
            return _("Confirmed from the ward's records: %(figure)s") % {
                "figure": words_of(
                    told.after["source"], told.after["value"], told.after["base"]
                )
            }
        case "criterion_restated":
            return _("The units asked for figures changed: %(before)s → %(after)s") % {
                "before": _state(told.before),
                "after": _state(told.after),
            }
        case "evidence_recorded":
            kind = EvidenceKind(told.after["kind"]).label
            return _("Recorded %(kind)s: %(title)s") % {"kind": kind, "title": title}
        case "evidence_edited":
            return _("Corrected: %(title)s") % {"title": title}
        case "evidence_withdrawn":
            return _("Withdrawn: %(title)s. Reason: %(reason)s") % {
                "title": title,
                "reason": told.texts.get("reason", ""),
            }
        case "evidence_linked":
            return _("Added from the library: %(title)s") % {"title": title}
        case "evidence_unlinked":
            return _("Taken off this criterion: %(title)s") % {"title": title}
    return str(_PLAIN.get(told.entry.action, told.entry.action))


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
    day = dt.date.fromisoformat(told.after["due_on"])
    return _("Assigned to %(lead)s, due %(due)s") % {
        "lead": told.texts.get("lead") or _("nobody yet"),
        "due": f"{day:%d/%m/%Y}",
    }
