"""Reading meetings: the list of a year, one of them, the quarters with a session."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commitments.models import (
    AgendaItem,
    AgendaKind,
    Campaign,
    Contribution,
    Directive,
    Meeting,
    MeetingKind,
    SigningCeremony,
)
from commitments.selectors.choices import own_units
from commitments.selectors.facts import quarters_of
from commitments.selectors.history import HistoryItem, history_of_kinds, plain_words
from commitments.selectors.statuses import Status, Tab
from wardsecurity.audit.selectors import Told
from wardsecurity.permissions import may
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingUnit

# What stands beside a point of the agenda (heroicons).
AGENDA_ICONS: dict[str, str] = {
    AgendaKind.REPORT: "document-chart-bar",
    AgendaKind.DECISION: "document-check",
    AgendaKind.PAPERS: "chat-bubble-bottom-center-text",
    AgendaKind.DIRECTIONS: "megaphone",
    AgendaKind.SIGNING: "pencil",
    AgendaKind.OTHER: "ellipsis-horizontal-circle",
}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the period, counted from its first day, and its sessions."""

    label: str
    first: dt.date
    last: dt.date
    sessions: int

    @property
    def has_session(self) -> bool:
        """Whether the committee sat in it."""
        return self.sessions > 0


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting as the list shows it."""

    meeting: Meeting
    status: Status | None
    organisers: list[str]


@dataclass(frozen=True, slots=True)
class MeetingBoard:
    """The meetings of a year: those to come or undated first, then those held."""

    campaign: Campaign
    tabs: list[Tab]
    planned: list[MeetingRow]
    held: list[MeetingRow]
    quarters: list[Quarter]
    quarters_with_session: int
    today: dt.date
    may_write: bool


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A point of the agenda as the page shows it."""

    item: AgendaItem
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting, everything its page shows."""

    campaign: Campaign
    meeting: Meeting
    agenda: list[AgendaLine]
    contributions: list[Contribution]
    directives: list[Directive]
    ceremonies: list[SigningCeremony]
    organisers: list[str]
    who_came: list[str]
    is_to_come: bool
    is_outside_period: bool
    history: list[HistoryItem]
    may_write: bool


def _quarters(campaign: Campaign, days: Sequence[dt.date]) -> list[Quarter]:
    """The quarters of the period; `days` are those on which the committee sat."""
    return [
        Quarter(
            label=ROMAN[place] if place < len(ROMAN) else str(place + 1),
            first=first,
            last=last,
            sessions=sum(first <= day <= last for day in days),
        )
        for place, (first, last) in enumerate(
            quarters_of(campaign.period_start, campaign.period_end)
        )
    ]


def _tabs(meetings: Sequence[Meeting], show: str) -> list[Tab]:
    kinds = [("", _("All"))] + [(kind.value, str(kind.label)) for kind in MeetingKind]
    return [
        Tab(
            code=code,
            label=label,
            count=sum(not code or row.kind == code for row in meetings),
            active=code == show,
        )
        for code, label in kinds
    ]


def status_of(meeting: Meeting, today: dt.date) -> Status | None:
    """Whether it is still to come, and its minutes; None when its day is not known."""
    if meeting.minutes_id is not None:
        return Status("minutes", _("Minutes there"), "check-circle", "bamboo")
    if meeting.held_on is None:
        return None
    if meeting.held_on > today:
        return Status("planned", _("Planned"), "calendar-days", "ink")
    return Status("no-minutes", _("No minutes yet"), "minus-circle", "muted")


def organisers_of(meeting: Meeting) -> list[str]:
    """Who organises a meeting: bodies above first, then units of the ward."""
    return [
        *(str(body) for body in meeting.organising_bodies.all()),
        *(str(unit) for unit in meeting.organising_units.all()),
    ]


def _row(meeting: Meeting, today: dt.date) -> MeetingRow:
    return MeetingRow(meeting, status_of(meeting, today), organisers_of(meeting))


def get_meeting_board(*, user: Any, campaign: Campaign, show: str = "") -> MeetingBoard:
    """Meetings of a campaign, of one kind with `show`. Three queries and the rights."""
    today = timezone.localdate()
    rows = Meeting.objects.for_user(user).filter(campaign=campaign)
    meetings = list(
        rows.select_related("minutes")
        .prefetch_related("organising_units", "organising_bodies")
        .annotate(points=Count("agenda"))
        .order_by("-held_on", "-pk")
    )
    show = show if show in MeetingKind.values else ""
    shown = [row for row in meetings if not show or row.kind == show]
    planned = [row for row in shown if row.held_on is None or row.held_on > today]
    held = [row for row in shown if row.held_on is not None and row.held_on <= today]
    days = [
        row.held_on
        for row in meetings
        if row.kind == MeetingKind.COMMITTEE_SESSION
        and row.held_on is not None
        and row.held_on <= today
    ]
    quarters = _quarters(campaign, days)
    return MeetingBoard(
        campaign=campaign,
        tabs=_tabs(meetings, show),
        planned=[
            _row(row, today)
            for row in sorted(
                planned, key=lambda row: (row.held_on or dt.date.max, row.pk)
            )
        ],
        held=[_row(row, today) for row in held],
        quarters=quarters,
        quarters_with_session=sum(one.has_session for one in quarters),
        today=today,
        may_write=may_record_meeting(user=user, campaign=campaign),
    )


def may_record_meeting(*, user: Any, campaign: Campaign) -> bool:
    """Whether the person records meetings here: all, or those of the own unit."""
    return (
        campaign.closed_at is None and own_units(user=user, campaign=campaign) != set()
    )


def get_meeting(*, user: Any, campaign: Campaign, pk: int) -> Meeting:
    """A meeting with its organisers; Http404 when out of sight. Three queries."""
    rows = (
        Meeting.objects.for_user(user)
        .filter(campaign=campaign)
        .select_related("minutes")
        .prefetch_related("organising_units", "organising_bodies")
    )
    meeting = get_object_or_404(rows, pk=pk)
    meeting.campaign = campaign
    return meeting


def list_agenda(*, user: Any, meeting: Meeting) -> list[AgendaItem]:
    """The points of a meeting's agenda, in order. One query."""
    rows = AgendaItem.objects.for_user(user).filter(meeting=meeting)
    return list(rows.select_related("document"))


def get_contribution(*, user: Any, meeting: Meeting, pk: int) -> Contribution:
    """A contribution to a meeting; Http404 otherwise. One query."""
    rows = Contribution.objects.for_user(user).filter(meeting=meeting)
    found = get_object_or_404(rows.select_related("unit", "body", "document"), pk=pk)
    found.meeting = meeting
    return found


def may_keep(*, user: Any, meeting: Meeting) -> bool:
    """Whether the person corrects this meeting and writes down contributions."""
    return meeting.campaign.closed_at is None and may(user, "keep_records", meeting)


def _in_language(item: AgendaItem) -> str:
    """A point in the language of the page, in Vietnamese where it has no other."""
    english = (get_language() or "").startswith("en")
    return (english and item.text_en) or item.text_vi


def organisers_to_choose(
    *, user: Any, campaign: Campaign, meeting: Meeting | None = None
) -> QuerySet[ParticipatingUnit]:
    """Units of the ward that take part today, and those that organise it already."""
    rows = ParticipatingUnit.objects.for_user(user).filter(ward=campaign.ward_id)
    kept = meeting.organising_units.values("pk") if meeting else []
    return rows.filter(open_on(timezone.localdate()) | Q(pk__in=kept))


def get_meeting_page(*, user: Any, meeting: Meeting) -> MeetingPage:
    """All that the page of a meeting shows; ten queries, whatever was said there."""
    campaign, today = meeting.campaign, timezone.localdate()
    contributions = list(
        Contribution.objects.for_user(user)
        .filter(meeting=meeting)
        .select_related("unit", "body", "document")
    )
    directives = Directive.objects.for_user(user).filter(meeting=meeting)
    ceremonies = SigningCeremony.objects.for_user(user).filter(meeting=meeting)
    day = meeting.held_on
    return MeetingPage(
        campaign=campaign,
        meeting=meeting,
        agenda=[
            AgendaLine(item, AGENDA_ICONS[item.kind], _in_language(item))
            for item in list_agenda(user=user, meeting=meeting)
        ],
        contributions=contributions,
        directives=list(directives.order_by("order", "pk")),
        ceremonies=list(ceremonies.order_by("held_on", "pk")),
        organisers=organisers_of(meeting),
        who_came=[line.strip() for line in meeting.attendance.splitlines() if line],
        is_to_come=day is not None and day > today,
        is_outside_period=day is not None
        and not campaign.period_start <= day <= campaign.period_end,
        history=history_of_meeting(
            user=user, meeting=meeting, contributions=contributions
        ),
        may_write=may_keep(user=user, meeting=meeting),
    )


def history_of_meeting(
    *, user: Any, meeting: Meeting, contributions: Sequence[Contribution] = ()
) -> list[HistoryItem]:
    """What was done to a meeting and what was contributed to it, newest first."""
    return history_of_kinds(
        user=user,
        targets=[
            (Meeting, [meeting.pk]),
            (Contribution, [row.pk for row in contributions]),
        ],
        words=_words,
        limit=20,
    )


def history_of_contribution(
    *, user: Any, contribution: Contribution
) -> list[HistoryItem]:
    """What was done to one contribution, newest first."""
    targets = [(Contribution, [contribution.pk])]
    return history_of_kinds(user=user, targets=targets, words=_words)


def _words(told: Told) -> str:
    """An entry in words; a contribution by its subject."""
    what = plain_words(told)
    subject = told.texts.get("subject")
    return _("%(what)s: %(of)s") % {"what": what, "of": subject} if subject else what


def last_meeting(*, user: Any, campaign: Campaign, before: dt.date) -> Meeting | None:
    """The meeting of a campaign held last before a day; None before the first."""
    rows = Meeting.objects.for_user(user).filter(campaign=campaign, held_on__lt=before)
    return rows.order_by("-held_on", "-pk").first()
