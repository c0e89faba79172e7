"""Members of the steering committee: who holds which post, from when to when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import CommitteeMember, SteeringCommittee
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_unit, check_version
from commitments.services.terms import check_one_head, check_terms
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import Mandate, require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """A post as the form has it. `order` counts within a role; None: after the others.

    `valid_to` is corrected on a term that has ended; ending one is `end_member`.
    """

    role: str
    position: str
    name: str = ""
    unit: ParticipatingUnit | None = None
    tasks: str = ""
    order: int | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes a post over; role, order and tasks go with the post."""

    position: str
    name: str = ""
    unit: ParticipatingUnit | None = None


def lock_member(member: CommitteeMember) -> CommitteeMember:
    """Lock the campaign, then the member; both are read afresh."""
    campaign = lock_campaign(member.committee.campaign)
    rows = CommitteeMember.objects.select_for_update(of=("self",))
    row = rows.select_related("committee").get(pk=member.pk)
    row.committee.campaign = campaign
    return row


def check_sitting(row: CommitteeMember) -> None:
    """RuleViolation "term_ended" for a member whose last day is known."""
    if row.valid_to is not None:
        raise RuleViolation(
            _("This term ended on %(day)s.") % {"day": f"{row.valid_to:%d/%m/%Y}"},
            code="term_ended",
        )


def _apply_member(row: CommitteeMember, facts: MemberFacts) -> None:
    row.role, row.unit = facts.role, facts.unit
    row.position, row.name = nfc(facts.position), nfc(facts.name)
    row.tasks = nfc(facts.tasks)
    row.valid_from, row.valid_to = facts.valid_from, facts.valid_to
    if facts.order is not None:
        row.order = facts.order


def _check_member(row: CommitteeMember, *, end_field: str = "valid_to") -> None:
    """Every rule of a member, then those the row itself states."""
    if not row.position:
        raise RuleViolation(
            _("Enter the position held: it is what counts."),
            code="position_missing",
            field="position",
        )
    check_unit(row.unit, row.committee.campaign, field="unit")
    check_terms(row, end_field=end_field)
    check_one_head(row, field="role")
    checked(row)


def _told(row: CommitteeMember) -> dict[str, Any]:
    return {
        "role": row.role,
        "order": row.order,
        "unit": row.unit_id,
        "from": row.valid_from,
        "to": row.valid_to,
        "replaced_by": row.replaced_by_id,
    }


def _texts(row: CommitteeMember) -> dict[str, str]:
    texts = {"position": row.position, "name": row.name, "tasks": row.tasks}
    return {name: text for name, text in texts.items() if text}


@transaction.atomic
def add_member(
    *, actor: Any, committee: SteeringCommittee, facts: MemberFacts
) -> CommitteeMember:
    """Add a post to the committee, at the end of it unless an order is given.

    Raises RuleViolation: "campaign_closed", "position_missing", "other_ward",
    "two_heads", "day_far_off", "last_day_before_first".
    """
    campaign = lock_campaign(committee.campaign)
    committee = SteeringCommittee.objects.get(pk=committee.pk)
    committee.campaign = campaign
    row = CommitteeMember(committee=committee)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    last = committee.members.order_by("order").last()
    row.order = last.order + 1 if last else 1
    _apply_member(row, facts)
    _check_member(row)
    row.save(force_insert=True)
    record(mandate, "member_added", row, after=_told(row), texts=_texts(row))
    return row


@transaction.atomic
def change_member(
    *, actor: Any, member: CommitteeMember, version: int, facts: MemberFacts
) -> CommitteeMember:
    """Correct what is written of a member: words, role, order, dates.

    The last day of an ended term may be corrected, not taken away: a term is neither
    ended nor reopened by a correction. Raises EditConflict, and RuleViolation as
    add_member, "terms_overlap", "term_not_reopened", "term_not_ended_here".
    """
    row = lock_member(member)
    mandate = require(actor, "keep_records", row)
    check_writable(row.committee.campaign)
    check_version(row, version)
    before = _told(row)
    if row.valid_to and not facts.valid_to:
        raise RuleViolation(
            _("Enter the last day: a term that ended is not opened again."),
            code="term_not_reopened",
            field="valid_to",
        )
    if facts.valid_to and not row.valid_to:
        raise RuleViolation(
            _("End the term on its own page, where a successor can be named."),
            code="term_not_ended_here",
            field="valid_to",
        )
    _apply_member(row, facts)
    _check_member(row)
    row.version += 1
    row.save()
    _record_change(mandate, "member_changed", row, before)
    return row


def _record_change(
    mandate: Mandate,
    action: str,
    row: CommitteeMember,
    before: dict[str, Any],
    **texts: str,
) -> None:
    texts = _texts(row) | texts
    record(mandate, action, row, before=before, after=_told(row), texts=texts)


@transaction.atomic
def replace_member(
    *,
    actor: Any,
    member: CommitteeMember,
    version: int,
    last_day: dt.date,
    successor: Successor,
) -> CommitteeMember:
    """End one term and begin the next the day after; return the next member.

    The next one has the same role, place in the order and tasks. The page that does it
    is criteria's, which hands the categories in charge on in the same transaction
    (criteria.services.in_charge.replace_in_charge).

    Raises EditConflict, and RuleViolation: "campaign_closed", "term_ended",
    "position_missing", "other_ward", "day_far_off", "last_day_before_first",
    "terms_overlap", "two_heads".
    """
    row = lock_member(member)
    mandate = require(actor, "keep_records", row)
    check_writable(row.committee.campaign)
    check_version(row, version)
    check_sitting(row)
    before = _told(row)
    row.valid_to = last_day
    check_terms(row, end_field="last_day")
    row.version += 1
    row.save()  # before the next is written: the database knows one open head only
    following = CommitteeMember(
        committee=row.committee,
        role=row.role,
        order=row.order,
        tasks=row.tasks,
        position=nfc(successor.position),
        name=nfc(successor.name),
        unit=successor.unit,
        valid_from=last_day + ONE_DAY,
    )
    _check_member(following)
    following.save(force_insert=True)
    row.replaced_by = following
    row.save(update_fields=["replaced_by"])
    _record_change(mandate, "member_replaced", row, before, next=following.position)
    record(
        mandate,
        "member_added",
        following,
        after=_told(following) | {"replaces": row.pk},
        texts=_texts(following),
    )
    return following


@transaction.atomic
def end_member(
    *, actor: Any, member: CommitteeMember, version: int, last_day: dt.date
) -> CommitteeMember:
    """End a member's term without a successor.

    Raises EditConflict, and RuleViolation: "campaign_closed", "term_ended",
    "day_far_off", "last_day_before_first".
    """
    row = lock_member(member)
    mandate = require(actor, "keep_records", row)
    check_writable(row.committee.campaign)
    check_version(row, version)
    check_sitting(row)
    before = _told(row)
    row.valid_to = last_day
    check_terms(row, end_field="last_day")
    row.version += 1
    row.save()
    _record_change(mandate, "member_ended", row, before)
    return row
