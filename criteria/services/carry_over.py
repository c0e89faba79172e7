"""Carrying a ward's last year into the next, as far as a leader ticks it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import Campaign, CommitteeMember
from commitments.selectors.carry_over import (
    commitments_to_carry,
    earlier_campaigns,
    text_to_carry,
)
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.carry_over import (
    CARRIED,
    carry_committee,
    carry_documents,
    carry_text,
)
from commitments.services.pledge_carrying import carry_commitments
from criteria.models import Assessment, Evaluation, MemberCategory
from criteria.selectors.carry_over import (
    Part,
    is_recorded,
    plan_assignments,
    reason_in_place,
    reason_nothing,
    text_signed_under,
)
from criteria.services.evaluations import Assignment, assign, check_open
from criteria.services.scores import lock_assessments, lock_evaluations
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Mandate, require
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one part: how many records, or why none."""

    part: Part
    count: int
    skipped: str = ""


@transaction.atomic
def carry_over(
    *, actor: Any, evaluation: Evaluation, parts: Collection[str]
) -> list[Carried]:
    """Bring parts of the ward's year before into an open year; say what was done.

    A part of which the new year has something already is skipped and said, so a second
    run adds nothing. Never carried: results, evidence, figures, reviews, meetings,
    directives and amounts. Signed commitments bring the words they were signed under.

    Raises RuleViolation: "campaign_closed", "evaluation_locked", "nothing_chosen",
    "no_year_before".
    """
    campaign = lock_campaign(evaluation.campaign)
    evaluations = lock_evaluations([evaluation.pk])
    locked = evaluations[evaluation.pk]
    rows = Assessment.objects.filter(evaluation=locked)
    lock_assessments(rows.values_list("pk", flat=True), evaluations)
    mandate = require(actor, "open_campaign", campaign)
    check_writable(campaign)
    check_open(locked)
    chosen = [part for part in Part if part.value in parts]
    if not chosen:
        raise RuleViolation(
            _("Tick at least one part."), code="nothing_chosen", field="parts"
        )
    source = earlier_campaigns(campaign).first()
    if source is None:
        raise RuleViolation(
            _("The ward has no year before this one."), code="no_year_before"
        )
    taken = {part: is_recorded(locked, part) for part in chosen}
    report = []
    for part in chosen:
        count = 0 if taken[part] else _carry(actor, mandate, locked, source, part)
        skipped = ""
        if not count:
            skipped = (
                reason_in_place(campaign) if taken[part] else reason_nothing(source)
            )
        report.append(Carried(part, count, skipped))
    counts = {one.part.value: one.count for one in report if one.count}
    if counts:
        campaign = Campaign.objects.get(pk=campaign.pk)
        campaign.carried_over_from = source
        campaign.save(update_fields=["carried_over_from"])
        after = {"from": source.pk, "year": source.year, "parts": counts}
        record(mandate, CARRIED, campaign, after=after)
    return report


def _carry(
    actor: Any, mandate: Mandate, evaluation: Evaluation, source: Campaign, part: Part
) -> int:
    """Carry one part into its empty place; how many records it made."""
    campaign = evaluation.campaign
    way: dict[str, Any] = {
        "actor": actor,
        "source_campaign": source,
        "campaign": campaign,
    }
    match part:
        case Part.TEXT:
            text = carry_text(**way)
            return text.contents.count() if text else 0
        case Part.COMMITMENTS:
            text = text_signed_under(source, campaign)
            if not text or not commitments_to_carry(source, campaign, text).exists():
                return 0
            text = carry_text(**way) or text_to_carry(campaign)
            return len(carry_commitments(**way, text=text)) if text else 0
        case Part.COMMITTEE:
            members = carry_committee(**way)
            _carry_categories(mandate, evaluation, members)
            return len(members)
        case Part.DOCUMENTS:
            return len(carry_documents(**way))
    return _carry_assignments(actor, evaluation, source)


def _carry_categories(
    mandate: Mandate, evaluation: Evaluation, members: dict[int, CommitteeMember]
) -> None:
    """Members stay in charge of the categories of the same code in the new set."""
    categories = {one.code: one for one in evaluation.criteria_set.categories.all()}
    joins = MemberCategory.objects.filter(member__in=members).select_related("category")
    codes: dict[int, list[str]] = {}
    for join in joins.order_by("category__order"):
        if join.category.code in categories:
            codes.setdefault(join.member_id, []).append(join.category.code)
    MemberCategory.objects.bulk_create(
        MemberCategory(member=members[pk], category=categories[code])
        for pk, in_charge in codes.items()
        for code in in_charge
    )
    for pk, in_charge in codes.items():
        after = {"categories": in_charge}
        record(mandate, "member_in_charge", members[pk], after=after)


def _carry_assignments(actor: Any, evaluation: Evaluation, source: Campaign) -> int:
    """Give criteria of the same key to last year's units, through the one service."""
    planned = [one for one in plan_assignments(evaluation, source) if one.changes]
    rows = ParticipatingUnit.objects.filter(ward=evaluation.campaign.ward_id)
    units = {row.pk: row for row in rows}
    changed = assign(
        actor=actor,
        evaluation=evaluation,
        assignments={
            one.number: Assignment(
                lead_unit=units[one.lead_unit_id] if one.lead_unit_id else None,
                due_on=one.due_on,
                supporting_units=tuple(units[pk] for pk in one.supporting_ids),
            )
            for one in planned
        },
    )
    return len(changed)
