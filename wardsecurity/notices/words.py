"""What a notice says, put together in the reader's language from its facts.

Facts: number and title of a criterion, or what (the kind of another record) and title;
due_on or expires_on as ISO dates; ward, year; post (of the person who acted); count;
state (of the evaluation).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wardsecurity.notices.models import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class Look:
    """Icon and tone of a kind of notice; the sentence is its word."""

    icon: str
    tone: str


_LOOKS = {
    NoticeKind.ASSIGNED: Look("inbox-arrow-down", "ink"),
    NoticeKind.RETURNED: Look("arrow-uturn-left", "seal"),
    NoticeKind.COMMENTED: Look("chat-bubble-left-right", "ink"),
    NoticeKind.MENTIONED: Look("at-symbol", "ink"),
    NoticeKind.DUE: Look("calendar-days", "turmeric"),
    NoticeKind.LATE: Look("clock", "seal"),
    NoticeKind.EXPIRING: Look("calendar-days", "turmeric"),
    NoticeKind.SUBMITTED: Look("paper-airplane", "bamboo"),
    NoticeKind.CONCLUDED: Look("clipboard-document-check", "ink"),
}


def look_of(notice: Notice) -> Look:
    """The icon and tone of a notice."""
    return _LOOKS[NoticeKind(notice.kind)]


def _day(iso: Any) -> dt.date:
    return dt.date.fromisoformat(str(iso))


def subject_of(facts: dict[str, Any]) -> str:
    """What it is about: "Criterion 6", "A directive"."""
    if "number" in facts:
        return _("Criterion %(number)s") % {"number": facts["number"]}
    if facts.get("what") == "directive":
        return _("A directive")
    return _("A record")


def sentence_of(notice: Notice) -> str:
    """The notice in one sentence."""
    facts = notice.facts
    said = {"subject": subject_of(facts), "post": facts.get("post", "")}
    match NoticeKind(notice.kind):
        case NoticeKind.ASSIGNED:
            return _("%(subject)s was assigned, due %(due)s.") % {
                **said,
                "due": f"{_day(facts['due_on']):%d/%m/%Y}",
            }
        case NoticeKind.RETURNED:
            return _returned(facts)
        case NoticeKind.COMMENTED:
            return _("%(subject)s has a new comment by %(post)s.") % said
        case NoticeKind.MENTIONED:
            return _("%(subject)s: %(post)s asks for an answer to a comment.") % said
        case NoticeKind.DUE | NoticeKind.LATE:
            return _due(said["subject"], _day(facts["due_on"]))
        case NoticeKind.EXPIRING:
            return _expiring(_day(facts["expires_on"]))
        case NoticeKind.SUBMITTED:
            return _("%(ward)s submitted its self-assessment of %(year)s.") % facts
        case NoticeKind.CONCLUDED:
            return _concluded(facts)


def _returned(facts: dict[str, Any]) -> str:
    if "number" in facts:
        return _("Criterion %(number)s was returned. Look at the reason.") % facts
    return ngettext(
        "The province returned %(count)s criterion.",
        "The province returned %(count)s criteria.",
        facts["count"],
    ) % {"count": facts["count"]}


def _due(subject: str, due: dt.date) -> str:
    """Counted on the day it is read: what was 7 days away yesterday is 6 away today."""
    left = (due - timezone.localdate()).days
    said = {"subject": subject, "due": f"{due:%d/%m/%Y}", "days": abs(left)}
    if left < 0:
        return (
            ngettext(
                "%(subject)s is %(days)s day overdue, since %(due)s.",
                "%(subject)s is %(days)s days overdue, since %(due)s.",
                -left,
            )
            % said
        )
    if left == 0:
        return _("%(subject)s is due today, %(due)s.") % said
    return (
        ngettext(
            "%(subject)s is due in %(days)s day, on %(due)s.",
            "%(subject)s is due in %(days)s days, on %(due)s.",
            left,
        )
        % said
    )


def _expiring(last: dt.date) -> str:
    left = (last - timezone.localdate()).days
    said = {"last": f"{last:%d/%m/%Y}", "days": left}
    if left < 0:
        return _("A piece of evidence expired after %(last)s.") % said
    if left == 0:
        return _("A piece of evidence counts for the last day today.") % said
    return (
        ngettext(
            "A piece of evidence expires in %(days)s day, after %(last)s.",
            "A piece of evidence expires in %(days)s days, after %(last)s.",
            left,
        )
        % said
    )


def _concluded(facts: dict[str, Any]) -> str:
    said = {"ward": facts["ward"], "year": facts["year"]}
    match facts["state"]:
        case "recognised":
            return _("%(ward)s is recognised for %(year)s.") % said
        case "not_recognised":
            return _("%(ward)s is not recognised for %(year)s.") % said
    return _("The verification of %(ward)s for %(year)s is concluded.") % said


def detail_of(notice: Notice) -> str:
    """The name of what it is about; "" where the sentence says it all."""
    return str(notice.facts.get("title", ""))


def place_of(notice: Notice) -> str:
    """The ward and year it is about."""
    facts = notice.facts
    if "year" not in facts:
        return str(facts.get("ward", ""))
    return _("%(ward)s, year %(year)s") % {
        "ward": facts.get("ward", ""),
        "year": facts["year"],
    }
