"""Reading directives: the list in its groups, one with its history, what is due."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.models import Campaign, Directive, DirectiveStatus, Origin
from commitments.models.directives import ENDED
from commitments.selectors.choices import own_units
from commitments.selectors.history import HistoryItem, history_of_records, plain_words
from commitments.selectors.statuses import Status, Tab
from wardsecurity.audit.selectors import Told, history_of
from wardsecurity.permissions import may

STATES: tuple[str, ...] = tuple(DirectiveStatus.values)
_LOOKS = {
    DirectiveStatus.NEW: ("inbox-arrow-down", "ink"),
    DirectiveStatus.IN_PROGRESS: ("pencil-square", "ink"),
    DirectiveStatus.REPORTED: ("eye", "ink"),
    DirectiveStatus.DONE: ("check-circle", "bamboo"),
    DirectiveStatus.DROPPED: ("no-symbol", "muted"),
}


def status_of(directive: Directive, today: dt.date) -> Status:
    """The one tag of a directive; overdue before all others (DESIGN-LANGUAGE §3)."""
    if days := directive.days_overdue(today):
        word = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
        return Status("overdue", word % {"days": days}, "clock", "seal", box=True)
    icon, tone = _LOOKS[DirectiveStatus(directive.status)]
    return Status(directive.status, word_of(directive.status), icon, tone)


def word_of(status: str) -> str:
    """A state on the way of a directive, as tags and the history say it."""
    return {
        DirectiveStatus.NEW: _("Newly given"),
        DirectiveStatus.IN_PROGRESS: _("Being carried out"),
        DirectiveStatus.REPORTED: _("Waiting for confirmation"),
        DirectiveStatus.DONE: _("Carried out"),
        DirectiveStatus.DROPPED: _("No longer carried out"),
    }[DirectiveStatus(status)]


def giver_of(directive: Directive) -> str:
    """Who gave it, by position; the rank and name after it where they are known."""
    name = f"{directive.giver_rank} {directive.giver_name}".strip()
    said = [directive.giver_position, name]
    if not any(said) and directive.giver_body_id:
        said = [str(directive.giver_body)]
    return ", ".join(word for word in said if word)


@dataclass(frozen=True, slots=True)
class DirectiveRow:
    """A directive as a list shows it."""

    directive: Directive
    status: Status
    giver: str
    days_left: int | None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return not self.directive.has_ended


@dataclass(frozen=True, slots=True)
class Group:
    """Directives of one state."""

    code: str
    title: str
    rows: list[DirectiveRow]


@dataclass(frozen=True, slots=True)
class DirectiveBoard:
    """The page of directives."""

    groups: list[Group]
    tabs: list[Tab]
    show: str
    total: int
    overdue: int
    may_give: bool


def row_of(directive: Directive, today: dt.date) -> DirectiveRow:
    """A directive of list_directives, ready to be shown."""
    due = directive.due_on
    return DirectiveRow(
        directive=directive,
        status=status_of(directive, today),
        giver=giver_of(directive),
        days_left=None if due is None else (due - today).days,
    )


def list_directives(*, user: Any, campaign: Campaign) -> QuerySet[Directive]:
    """Directives of a campaign with what a list shows of them."""
    return (
        Directive.objects.for_user(user)
        .filter(campaign=campaign)
        .select_related("responsible_unit", "meeting", "giver_body", "outcome_document")
    )


def get_directive(*, user: Any, campaign: Campaign, pk: int) -> Directive:
    """A directive of the campaign if `user` may read it; Http404 otherwise."""
    rows = list_directives(user=user, campaign=campaign)
    directive = get_object_or_404(rows, pk=pk)
    directive.campaign = campaign
    return directive


def may_give(*, user: Any, campaign: Campaign) -> bool:
    """Whether the person writes directives down here: own ones, or from above."""
    if campaign.closed_at is not None:
        return False
    return (
        may(user, "direct_from_above", campaign)
        or own_units(user=user, campaign=campaign) != set()
    )


def _group_of(row: DirectiveRow) -> str:
    if row.status.code == "overdue":
        return "overdue"
    if row.directive.status == DirectiveStatus.REPORTED:
        return "waiting"
    return "open" if row.is_open else "ended"


def get_directive_board(
    *, user: Any, campaign: Campaign, show: str = "", today: dt.date | None = None
) -> DirectiveBoard:
    """Directives by state: overdue first, then open, waiting, ended. One query.

    Within a group the nearest due date first, those without one last.
    """
    today = today or timezone.localdate()
    rows = [row_of(one, today) for one in list_directives(user=user, campaign=campaign)]
    far = dt.date.max
    rows.sort(key=lambda row: (row.directive.due_on or far, row.directive.order))
    titles = {
        "overdue": _("Overdue"),
        "open": _("To be carried out"),
        "waiting": _("Waiting for confirmation"),
        "ended": _("Ended"),
    }
    found: dict[str, list[DirectiveRow]] = {code: [] for code in titles}
    for row in rows:
        found[_group_of(row)].append(row)
    show = show if show in titles else ""
    tabs = [Tab("", _("All"), len(rows), active=not show)]
    tabs += [
        Tab(code, title, len(found[code]), active=code == show)
        for code, title in titles.items()
    ]
    return DirectiveBoard(
        groups=[
            Group(code, titles[code], found[code])
            for code in titles
            if found[code] and show in ("", code)
        ],
        tabs=tabs,
        show=show,
        total=len(rows),
        overdue=len(found["overdue"]),
        may_give=may_give(user=user, campaign=campaign),
    )


# What was reported waits for a word of the level above, not for the ward.
TO_WORK_ON = ~Q(status__in=[*ENDED, DirectiveStatus.REPORTED])


def list_due(
    *,
    user: Any,
    campaign: Campaign,
    until: dt.date,
    unit_ids: Collection[int] | None = None,
) -> list[Directive]:
    """Directives the ward has to work on that are due up to a day, nearest first.

    Not those that wait for a word from above. `unit_ids` narrows them to what these
    units are responsible for. One query.
    """
    rows = list_directives(user=user, campaign=campaign).filter(due_on__lte=until)
    rows = rows.filter(TO_WORK_ON)
    if unit_ids is not None:
        rows = rows.filter(responsible_unit__in=unit_ids)
    found = list(rows.order_by("due_on", "order"))
    for row in found:
        row.campaign = campaign
    return found


def _words(told: Told) -> str:
    """A step on its way is told with both states and the words said with it."""
    if told.entry.action != "directive_followed":
        return plain_words(told)
    before, after = told.before["status"], told.after["status"]
    if before == after:
        return _("Follow-up written: %(outcome)s") % {
            "outcome": told.texts.get("outcome", "–")
        }
    step = f"{word_of(before)} → {word_of(after)}"
    if reason := told.texts.get("reason"):
        return _("%(what)s. Reason: %(reason)s") % {"what": step, "reason": reason}
    return step


def history_of_directive(*, user: Any, directive: Directive) -> list[HistoryItem]:
    """What was done to a directive, newest first. Two queries."""
    return history_of_records(
        user=user, model=Directive, pks=[directive.pk], words=_words
    )


def sent_back(*, user: Any, directive: Directive) -> str:
    """Why it was sent back, while the last word on it is that; "" otherwise."""
    if directive.status != DirectiveStatus.IN_PROGRESS:
        return ""
    told = history_of(
        user=user, targets=[(Directive._meta.label_lower, [directive.pk])], limit=20
    )
    steps = [one for one in told if one.entry.action == "directive_followed"]
    if not steps or steps[0].before["status"] != DirectiveStatus.REPORTED:
        return ""
    return steps[0].texts.get("reason", "")


@dataclass(frozen=True, slots=True)
class DirectiveRights:
    """What the person may do with a directive now."""

    change: bool
    follow: bool
    decide: bool  # confirms, sends back or drops; reports nothing
    link: bool


def rights_of(*, user: Any, directive: Directive) -> DirectiveRights:
    """What buttons to show; services ask again."""
    above = directive.origin == Origin.ABOVE
    writable = directive.campaign.closed_at is None
    still = writable and not directive.has_ended
    directs = may(user, "direct_from_above", directive)
    keeps = may(user, "keep_records", directive)
    follows = may(user, "follow_directive", directive)
    return DirectiveRights(
        change=still and (directs if above else keeps),
        follow=still and (follows or (above and directs)),
        decide=above and directs and not follows,
        link=writable and (keeps or (above and directs)),
    )
