"""Giving a directive, correcting it, and following it to its end."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    Directive,
    DirectiveStatus,
    Meeting,
    OfficialDocument,
    Origin,
    OutsideBody,
)
from commitments.models.directives import ENDED
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import (
    check_not_future,
    check_of_campaign,
    check_unit,
    check_version,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit

_NEW, _AT_WORK, _REPORTED, _DONE, _DROPPED = (
    DirectiveStatus.NEW,
    DirectiveStatus.IN_PROGRESS,
    DirectiveStatus.REPORTED,
    DirectiveStatus.DONE,
    DirectiveStatus.DROPPED,
)
# The way of a directive: new → in progress → reported → done; open ones may be dropped.
# Staying where it is (a word on how it goes) is no move.
_WAY: dict[str, frozenset[str]] = {
    _NEW: frozenset({_AT_WORK, _DROPPED}),
    _AT_WORK: frozenset({_REPORTED, _DROPPED}),
    _REPORTED: frozenset({_DONE, _AT_WORK, _DROPPED}),
    _DONE: frozenset(),
    _DROPPED: frozenset(),
}
_SAID = frozenset({_REPORTED, _DONE, _DROPPED})  # an outcome stands with these


@dataclass(frozen=True, slots=True)
class DirectiveFacts:
    """What a directive says, as the form has it."""

    text_vi: str
    meeting: Meeting | None = None
    giver_rank: str = ""
    giver_name: str = ""
    giver_position: str = ""
    giver_body: OutsideBody | None = None
    given_on: dt.date | None = None
    responsible_unit: ParticipatingUnit | None = None
    due_on: dt.date | None = None
    note: str = ""


_FREE_TEXT = ("text_vi", "giver_rank", "giver_name", "giver_position", "note")


def moves_of(directive: Directive) -> frozenset[str]:
    """The states it may go to from where it is; the ward's own it also closes itself.

    An own directive in progress may be done at once: nobody else confirms it.
    """
    moves = _WAY[directive.status]
    if directive.origin == Origin.OWN and directive.status == _AT_WORK:
        moves |= {_DONE}
    return moves


def is_decided_above(directive: Directive, status: str) -> bool:
    """Whether going to `status` is for the level that gave the directive.

    What comes from above is confirmed, sent back or dropped there.
    """
    return directive.origin == Origin.ABOVE and (
        status in ENDED or (directive.status == _REPORTED and status == _AT_WORK)
    )


def right_to_keep(origin: str) -> str:
    """The action asked for giving or correcting a directive (DESIGN §4 "Roles")."""
    return "direct_from_above" if origin == Origin.ABOVE else "keep_records"


def _check_facts(facts: DirectiveFacts, origin: str, campaign: Campaign) -> None:
    if not nfc(facts.text_vi):
        raise RuleViolation(
            _("Write what is to be done."), code="text_missing", field="text_vi"
        )
    if origin == Origin.ABOVE and not nfc(facts.giver_position):
        raise RuleViolation(
            _("Enter the position of who gives the directive."),
            code="giver_missing",
            field="giver_position",
        )
    check_unit(facts.responsible_unit, campaign, field="responsible_unit")
    check_of_campaign(facts.meeting, campaign, field="meeting")
    if facts.giver_body is not None and facts.giver_body.ward_id != campaign.ward_id:
        raise RuleViolation(
            _("Choose a body registered by this ward."),
            code="other_ward",
            field="giver_body",
        )
    check_not_future(facts.given_on, field="given_on")
    given = facts.given_on or (facts.meeting and facts.meeting.held_on)
    if given and facts.due_on and facts.due_on < given:
        raise RuleViolation(
            _("Enter a day from %(given)s on, when it was given. Now: %(day)s.")
            % {"given": f"{given:%d/%m/%Y}", "day": f"{facts.due_on:%d/%m/%Y}"},
            code="due_before_given",
            field="due_on",
        )


def _apply(row: Directive, facts: DirectiveFacts) -> None:
    for name in facts.__slots__:
        value = getattr(facts, name)
        setattr(row, name, nfc(value) if isinstance(value, str) else value)


def _told(row: Directive) -> dict[str, Any]:
    return {
        "origin": row.origin,
        "status": row.status,
        "meeting": row.meeting_id,
        "body": row.giver_body_id,
        "given_on": row.given_on,
        "unit": row.responsible_unit_id,
        "due_on": row.due_on,
    }


def _texts(row: Directive) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in _FREE_TEXT}
    return {name: text for name, text in texts.items() if text}


def _lock(directive: Directive) -> tuple[Campaign, Directive]:
    """Lock the campaign, then its directive."""
    campaign = lock_campaign(directive.campaign)
    row = Directive.objects.select_for_update(of=("self",)).get(pk=directive.pk)
    row.campaign = campaign
    return campaign, row


@transaction.atomic
def give_directive(
    *, actor: Any, campaign: Campaign, origin: str, facts: DirectiveFacts
) -> Directive:
    """Write down a directive: the ward's own, or one given by the level above.

    Raises RuleViolation: "campaign_closed", "text_missing", "giver_missing",
    "other_ward", "other_campaign", "in_future", "due_before_given".
    """
    campaign = lock_campaign(campaign)
    last = Directive.objects.filter(campaign=campaign).order_by("order").last()
    row = Directive(
        campaign=campaign, origin=origin, order=last.order + 1 if last else 1
    )
    _apply(row, facts)
    mandate = require(actor, right_to_keep(origin), row)
    check_writable(campaign)
    _check_facts(facts, origin, campaign)
    checked(row)
    row.save(force_insert=True)
    record(mandate, "directive_given", row, after=_told(row), texts=_texts(row))
    return row


@transaction.atomic
def change_directive(
    *, actor: Any, directive: Directive, version: int, facts: DirectiveFacts
) -> Directive:
    """Correct what a directive says; where it comes from never changes.

    Raises EditConflict, and RuleViolation as give_directive, "directive_ended".
    """
    campaign, row = _lock(directive)
    action = right_to_keep(row.origin)
    require(actor, action, row)
    before = _told(row)
    check_writable(campaign)
    check_version(row, version)
    _check_open(row)
    _apply(row, facts)
    mandate = require(actor, action, row)  # handing it to another unit needs both
    _check_facts(facts, row.origin, campaign)
    checked(row)
    row.version += 1
    row.save()
    record(
        mandate,
        "directive_changed",
        row,
        before=before,
        after=_told(row),
        texts=_texts(row),
    )
    return row


def _check_open(row: Directive) -> None:
    if row.has_ended:
        raise RuleViolation(
            _("This directive has ended: it can be read, not changed."),
            code="directive_ended",
        )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a directive: its state, in words, with a proof.

    `reason` is the word of the level above when it sends back or drops.
    """

    status: str
    outcome: str = ""
    proof: OfficialDocument | None = None
    reason: str = ""


@transaction.atomic
def follow_directive(
    *, actor: Any, directive: Directive, version: int, entry: FollowUp
) -> Directive:
    """Take a directive a step on its way, or say how it goes.

    The ward reports on what comes from above; there it is confirmed, sent back or
    dropped, and the ward's words stay as they are. The ward ends its own itself. What
    is dropped keeps the reason as its outcome.

    Raises EditConflict, and RuleViolation: "campaign_closed", "directive_ended",
    "move_unknown", "outcome_missing", "reason_missing", "other_campaign".
    """
    campaign, row = _lock(directive)
    from_above = is_decided_above(row, entry.status)
    mandate = require(
        actor, "direct_from_above" if from_above else "follow_directive", row
    )
    check_writable(campaign)
    check_version(row, version)
    _check_open(row)
    if entry.status != row.status and entry.status not in moves_of(row):
        raise RuleViolation(
            _("This step does not follow from where it is. Choose one of those shown."),
            code="move_unknown",
            field="status",
        )
    before = _told(row)
    if from_above:
        _decide(row, entry)
    else:
        _report(row, entry, campaign)
    row.status = entry.status
    row.ended_on = timezone.localdate() if row.has_ended else None
    checked(row)
    row.version += 1
    row.save()
    _record_step(mandate, row, before, entry)
    return row


def _report(row: Directive, entry: FollowUp, campaign: Campaign) -> None:
    """The ward's words and proof."""
    if entry.status in _SAID and not nfc(entry.outcome):
        sentence = (
            _("Say why it is no longer carried out.")
            if entry.status == _DROPPED
            else _("Write what came of it.")
        )
        raise RuleViolation(sentence, code="outcome_missing", field="outcome")
    check_of_campaign(entry.proof, campaign, field="proof")
    row.outcome, row.outcome_document = nfc(entry.outcome), entry.proof


def _decide(row: Directive, entry: FollowUp) -> None:
    """The word of the level above: a reason, unless it confirms."""
    reason = nfc(entry.reason)
    if entry.status == _DONE:
        return
    if not reason:
        raise RuleViolation(
            _("Say why, so that the ward knows."), code="reason_missing", field="reason"
        )
    if entry.status == _DROPPED:
        row.outcome = reason


def _record_step(
    mandate: Mandate, row: Directive, before: dict[str, Any], entry: FollowUp
) -> None:
    texts = {"outcome": row.outcome, "reason": nfc(entry.reason)}
    record(
        mandate,
        "directive_followed",
        row,
        before=before,
        after=_told(row) | {"proof": row.outcome_document_id},
        texts={name: text for name, text in texts.items() if text},
    )
