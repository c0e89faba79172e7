"""Meetings and conferences: recording one, its agenda, and who contributed what."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import (
    AgendaItem,
    Campaign,
    Meeting,
    OfficialDocument,
    OutsideBody,
)
from commitments.services.bodies import body_of_name
from commitments.services.campaigns import (
    check_writable,
    lock_campaign,
    lock_campaigns_of_ward,
)
from commitments.services.edits import check_of_campaign, check_unit, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit

# A meeting may fall outside the period (prepared before, summed up after): up to this.
FARTHEST = dt.timedelta(days=366)
MOST_PEOPLE = 100_000
LONGEST_AGENDA = 40


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda; a number decides its place, equal ones keep theirs."""

    kind: str
    text_vi: str
    document: OfficialDocument | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What a meeting was, as the form has it. Without a day: planned, or unknown.

    `new_body` names an outside body to register as a further organiser.
    """

    kind: str
    title: str
    held_on: dt.date | None = None
    place: str = ""
    organising_units: Sequence[ParticipatingUnit] = ()
    organising_bodies: Sequence[OutsideBody] = ()
    new_body: str = ""
    attendance: str = ""
    attendance_count: int | None = None
    conclusions: str = ""
    minutes: OfficialDocument | None = None
    note: str = ""


_WORDS = ("title", "place", "attendance", "conclusions", "note")


def lock_meeting(
    meeting: Meeting, *, registers: bool = False
) -> tuple[Campaign, Meeting]:
    """Lock the campaign, then its meeting; both are read afresh.

    Who also registers a body locks all campaigns of the ward, in their order.
    """
    campaign = _locked(meeting.campaign, registers=registers)
    row = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    row.campaign = campaign
    return campaign, row


def check_papers_of(
    document: OfficialDocument | None, campaign: Campaign, kept: int | None, field: str
) -> None:
    """A document of this year, not withdrawn, unless it stands there already."""
    if document is None or document.pk == kept:
        return
    check_of_campaign(document, campaign, field=field)
    if document.withdrawn_at is not None:
        raise RuleViolation(
            _("This document was withdrawn. Choose another."),
            code="document_withdrawn",
            field=field,
        )


def check_bodies(bodies: Sequence[OutsideBody], campaign: Campaign, field: str) -> None:
    """RuleViolation "other_ward" for a body that another ward registered."""
    if any(body.ward_id != campaign.ward_id for body in bodies):
        raise RuleViolation(
            _("Choose a body registered by this ward."), code="other_ward", field=field
        )


def _check_day(facts: MeetingFacts, campaign: Campaign) -> None:
    """A plausible day; what came of a meeting is written down once it was held."""
    day = facts.held_on
    if day is None:
        return
    first, last = campaign.period_start - FARTHEST, campaign.period_end + FARTHEST
    if not first <= day <= last:
        raise RuleViolation(
            _("Enter a day from %(first)s to %(last)s. Now: %(day)s.")
            % {
                "first": f"{first:%d/%m/%Y}",
                "last": f"{last:%d/%m/%Y}",
                "day": f"{day:%d/%m/%Y}",
            },
            code="day_far_off",
            field="held_on",
        )
    has_result = facts.attendance_count is not None or nfc(facts.conclusions)
    if day > timezone.localdate() and has_result:
        raise RuleViolation(
            _(
                "The meeting is on %(day)s, still to come. Leave the conclusions and "
                "the number of people empty until then."
            )
            % {"day": f"{day:%d/%m/%Y}"},
            code="result_before_day",
            field="held_on",
        )


def _check_facts(
    facts: MeetingFacts, campaign: Campaign, kept_minutes: int | None = None
) -> None:
    if not nfc(facts.title):
        raise RuleViolation(
            _("Enter what the meeting is called."), code="title_missing", field="title"
        )
    _check_day(facts, campaign)
    for unit in facts.organising_units:
        check_unit(unit, campaign, field="organising_units")
    check_bodies(facts.organising_bodies, campaign, "organising_bodies")
    if (facts.attendance_count or 0) > MOST_PEOPLE:
        raise RuleViolation(
            _("This figure is too large. Check the number of digits."),
            code="attendance_too_large",
            field="attendance_count",
        )
    check_papers_of(facts.minutes, campaign, kept_minutes, "minutes")


def _check_agenda(
    agenda: Sequence[Point], campaign: Campaign, kept: set[int | None]
) -> None:
    """`kept` are the documents the agenda names already."""
    if len(agenda) > LONGEST_AGENDA:
        raise RuleViolation(
            _("At most %(most)s points fit on an agenda.") % {"most": LONGEST_AGENDA},
            code="agenda_too_long",
        )
    for point in agenda:
        if not nfc(point.text_vi):
            raise RuleViolation(
                _("Write what happens at each point of the agenda."),
                code="point_missing",
            )
        if point.document is None or point.document.pk not in kept:
            check_papers_of(point.document, campaign, None, "agenda")


def in_running_order(agenda: Sequence[Point]) -> list[Point]:
    """The points by their numbers; unnumbered ones last; numbered anew from 1."""
    places = sorted(
        agenda,
        key=lambda point: (point.number is None, point.number or 0),
    )
    return [replace(point, number=place) for place, point in enumerate(places, start=1)]


def _write_agenda(row: Meeting, agenda: Sequence[Point]) -> list[AgendaItem]:
    """Put these points in place of those there; nothing else refers to a point.

    The English of a point stays as long as its Vietnamese does.
    """
    english = dict(row.agenda.values_list("text_vi", "text_en"))
    row.agenda.all().delete()
    items = [
        AgendaItem(
            meeting=row,
            order=point.number or 0,
            kind=point.kind,
            text_vi=nfc(point.text_vi),
            text_en=english.get(nfc(point.text_vi), ""),
            document=point.document,
        )
        for point in in_running_order(agenda)
    ]
    for item in items:
        checked(item)
    return AgendaItem.objects.bulk_create(items)


def _apply(row: Meeting, facts: MeetingFacts) -> None:
    row.kind, row.held_on, row.minutes = facts.kind, facts.held_on, facts.minutes
    row.attendance_count = facts.attendance_count
    for name in _WORDS:
        setattr(row, name, nfc(getattr(facts, name)))


def _organised(
    row: Meeting, facts: MeetingFacts, actor: Any, campaign: Campaign
) -> tuple[list[int], list[int]]:
    """Write who organises it, a new body registered; their pks, for the trail."""
    bodies = list(facts.organising_bodies)
    if nfc(facts.new_body):
        bodies.append(
            body_of_name(actor=actor, ward=campaign.ward, name=facts.new_body)
        )
    row.organising_units.set(facts.organising_units)
    row.organising_bodies.set(bodies)
    return (
        sorted({unit.pk for unit in facts.organising_units}),
        sorted({body.pk for body in bodies}),
    )


def _told(
    row: Meeting, units: Sequence[int], bodies: Sequence[int], agenda: Sequence[Any]
) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "held_on": row.held_on,
        "units": list(units),
        "bodies": list(bodies),
        "attendance_count": row.attendance_count,
        "minutes": row.minutes_id,
        "agenda": [[point.kind, point.document_id] for point in agenda],
    }


def _record(
    mandate: Mandate,
    action: str,
    row: Meeting,
    told: dict[str, Any],
    agenda: Sequence[AgendaItem],
    before: dict[str, Any] | None = None,
) -> None:
    texts = {name: getattr(row, name) for name in _WORDS}
    texts["agenda"] = "\n".join(f"{point.order}. {point.text_vi}" for point in agenda)
    texts = {name: text for name, text in texts.items() if text}
    record(mandate, action, row, before=before, after=told, texts=texts)


def _locked(campaign: Campaign, *, registers: bool) -> Campaign:
    return (lock_campaigns_of_ward if registers else lock_campaign)(campaign)


@transaction.atomic
def record_meeting(
    *,
    actor: Any,
    campaign: Campaign,
    facts: MeetingFacts,
    agenda: Sequence[Point] = (),
) -> Meeting:
    """Write down a meeting, planned or held, with its agenda.

    A contributor's own unit alone organises it. Raises RuleViolation:
    "campaign_closed", "title_missing", "day_far_off", "result_before_day",
    "other_ward", "other_campaign", "attendance_too_large", "document_withdrawn",
    "agenda_too_long", "point_missing".
    """
    campaign = _locked(campaign, registers=bool(nfc(facts.new_body)))
    row = Meeting(campaign=campaign, kind=facts.kind)
    row.organisers_to_be = facts.organising_units
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_facts(facts, campaign)
    _check_agenda(agenda, campaign, set())
    _apply(row, facts)
    checked(row)
    row.save(force_insert=True)
    units, bodies = _organised(row, facts, actor, campaign)
    items = _write_agenda(row, agenda)
    _record(mandate, "meeting_recorded", row, _told(row, units, bodies, items), items)
    return row


@transaction.atomic
def change_meeting(
    *,
    actor: Any,
    meeting: Meeting,
    version: int,
    facts: MeetingFacts,
    agenda: Sequence[Point] = (),
) -> Meeting:
    """Correct a meeting, write down what came of it, put its agenda anew.

    A contributor's own unit alone organises it before and after. Raises
    EditConflict, and RuleViolation as record_meeting.
    """
    campaign, row = lock_meeting(meeting, registers=bool(nfc(facts.new_body)))
    require(actor, "keep_records", row)
    was, row.kind = row.kind, facts.kind
    row.organisers_to_be = facts.organising_units
    mandate = require(actor, "keep_records", row)
    row.kind = was
    check_writable(campaign)
    check_version(row, version)
    _check_facts(facts, campaign, row.minutes_id)
    known = list(row.agenda.all())
    _check_agenda(agenda, campaign, {point.document_id for point in known})
    before = _told(
        row,
        sorted(row.organising_units.values_list("pk", flat=True)),
        sorted(row.organising_bodies.values_list("pk", flat=True)),
        known,
    )
    _apply(row, facts)
    checked(row)
    row.version += 1
    row.save()
    units, bodies = _organised(row, facts, actor, campaign)
    items = _write_agenda(row, agenda)
    told = _told(row, units, bodies, items)
    _record(mandate, "meeting_changed", row, told, items, before)
    return row
