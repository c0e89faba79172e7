"""What the page of carrying over shows: what would come along, and what did."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from commitments.models import (
    Campaign,
    Commitment,
    CommitmentText,
    OfficialDocument,
    SteeringCommittee,
)
from commitments.selectors.carry_over import (
    commitments_to_carry,
    committee_to_carry,
    documents_to_carry,
    members_to_carry,
    previous_campaign,
    standing_units,
    text_to_carry,
)
from criteria.models import Assessment, Evaluation
from criteria.scoring import due_date
from criteria.selectors.history import HistoryItem, item_of
from criteria.selectors.scores import is_open
from wardsecurity.audit.selectors import history_of, was_done


class Part(models.TextChoices):
    """What can be carried over, in the order it is done."""

    TEXT = "text", gettext_lazy("Text of the commitment")
    COMMITMENTS = "commitments", gettext_lazy("Commitments signed")
    COMMITTEE = "committee", gettext_lazy("Steering committee")
    DOCUMENTS = "documents", gettext_lazy("Documents as drafts")
    ASSIGNMENTS = "assignments", gettext_lazy("Assignments and due dates")


@dataclass(frozen=True, slots=True)
class Planned:
    """What an assessment takes over from last year's of the same criterion."""

    number: int
    lead_unit_id: int | None
    supporting_ids: tuple[int, ...]
    due_on: dt.date
    changes: bool  # whether it is anything new


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part on the page: how much of it, or why it stays behind."""

    code: str
    label: str
    words: str
    blocked: str

    @property
    def can_carry(self) -> bool:
        """Whether its box can be ticked."""
        return not self.blocked


@dataclass(frozen=True, slots=True)
class CarryOverPage:
    """The whole page."""

    campaign: Campaign
    source: Campaign | None
    lines: list[PartLine]
    history: list[HistoryItem]
    locked_reason: str
    assign_url: str

    @property
    def can_carry(self) -> bool:
        """Whether anything can be carried over now."""
        return not self.locked_reason and any(line.can_carry for line in self.lines)


# --- Assignments ------------------------------------------------------------------


def _shifted(old: Assessment, row: Assessment, source: Campaign) -> dt.date:
    """Last year's due date in the new period.

    One that followed the quarter of the set follows the new set's; any other keeps its
    distance from the first day of the period. Never outside the period.
    """
    campaign = row.evaluation.campaign
    day = due_date(row.criterion.due_quarter, campaign.period_end)
    if old.due_on != due_date(old.criterion.due_quarter, source.period_end):
        day = campaign.period_start + (old.due_on - source.period_start)
    return min(max(day, campaign.period_start), campaign.period_end)


def _supporting(assessments: Sequence[Assessment]) -> dict[int, set[int]]:
    pairs = Assessment.supporting_units.through.objects.filter(
        assessment__in=[row.pk for row in assessments]
    ).values_list("assessment_id", "participatingunit_id")
    found: dict[int, set[int]] = {row.pk: set() for row in assessments}
    for pk, unit_id in pairs:
        found[pk].add(unit_id)
    return found


def plan_assignments(evaluation: Evaluation, source: Campaign) -> list[Planned]:
    """Units and due dates of criteria with the same key, by number. Four queries.

    Units that no longer take part stay behind; then the criterion keeps the unit that
    opening gave it.
    """
    rows = list(
        Assessment.objects.filter(evaluation=evaluation)
        .select_related("criterion")
        .order_by("criterion__number")
    )
    before = list(
        Assessment.objects.filter(evaluation__campaign=source).select_related(
            "criterion"
        )
    )
    old_by_key = {row.criterion.key: row for row in before}
    supporting = _supporting([*rows, *before])
    units = standing_units(evaluation.campaign)
    planned = []
    for row in rows:
        row.evaluation = evaluation
        old = old_by_key.get(row.criterion.key)
        if old is None:
            continue
        lead = old.lead_unit_id if old.lead_unit_id in units else row.lead_unit_id
        helping = (supporting[old.pk] & units) - {lead}
        due_on = _shifted(old, row, source)
        now = (row.lead_unit_id, supporting[row.pk], row.due_on)
        planned.append(
            Planned(
                number=row.criterion.number,
                lead_unit_id=lead,
                supporting_ids=tuple(sorted(helping)),
                due_on=due_on,
                changes=now != (lead, helping, due_on),
            )
        )
    return planned


# --- What stands there already ----------------------------------------------------


def is_recorded(evaluation: Evaluation, part: str) -> bool:
    """Whether the new year has something of a part already: then it is left alone."""
    campaign = evaluation.campaign
    match part:
        case Part.TEXT:
            return CommitmentText.objects.filter(campaign=campaign).exists()
        case Part.COMMITMENTS:
            return Commitment.objects.filter(campaign=campaign).exists()
        case Part.COMMITTEE:
            return SteeringCommittee.objects.filter(campaign=campaign).exists()
        case Part.DOCUMENTS:
            return OfficialDocument.objects.filter(campaign=campaign).exists()
    # Opening the campaign assigns by kind of unit; only a person's hand is kept.
    pks = Assessment.objects.filter(evaluation=evaluation).values_list("pk", flat=True)
    return was_done("criterion_assigned", Assessment._meta.label_lower, pks)


# --- The page ---------------------------------------------------------------------


def text_signed_under(source: Campaign, campaign: Campaign) -> CommitmentText | None:
    """The words under which signatures go on: the new year's, else last year's."""
    return text_to_carry(campaign) or text_to_carry(source)


def _text_line(source: Campaign) -> tuple[int, str]:
    text = text_to_carry(source)
    size = len(text.contents.all()) if text else 0
    words = ngettext(
        "%(count)s content, the same words", "%(count)s contents, the same words", size
    )
    return size, words % {"count": size}


def _signed_line(source: Campaign, campaign: Campaign) -> tuple[int, str]:
    text = text_signed_under(source, campaign)
    size = commitments_to_carry(source, campaign, text).count() if text else 0
    words = ngettext(
        "%(count)s unit, with the day it signed and who signed",
        "%(count)s units, with the day they signed and who signed",
        size,
    )
    return size, words % {"count": size}


def _committee_line(source: Campaign, campaign: Campaign) -> tuple[int, str]:
    committee = committee_to_carry(source)
    size = members_to_carry(committee, campaign).count() if committee else 0
    words = ngettext(
        "%(count)s member with the categories in charge, without the decision",
        "%(count)s members with the categories in charge, without the decision",
        size,
    )
    return size, words % {"count": size}


def _documents_line(source: Campaign, campaign: Campaign) -> tuple[int, str]:
    size = documents_to_carry(source, campaign).count()
    words = ngettext(
        "%(count)s draft without number, day and files",
        "%(count)s drafts without number, day and files",
        size,
    )
    return size, words % {"count": size}


def _assignments_line(evaluation: Evaluation, source: Campaign) -> tuple[int, str]:
    size = sum(one.changes for one in plan_assignments(evaluation, source))
    words = ngettext(
        "%(count)s criterion: units and due date",
        "%(count)s criteria: units and due dates",
        size,
    )
    return size, words % {"count": size}


def _lines(evaluation: Evaluation, source: Campaign) -> list[PartLine]:
    campaign = evaluation.campaign
    sizes = {
        Part.TEXT: _text_line(source),
        Part.COMMITMENTS: _signed_line(source, campaign),
        Part.COMMITTEE: _committee_line(source, campaign),
        Part.DOCUMENTS: _documents_line(source, campaign),
        Part.ASSIGNMENTS: _assignments_line(evaluation, source),
    }
    lines = []
    for part, (size, words) in sizes.items():
        blocked = ""
        if is_recorded(evaluation, part):
            blocked = reason_in_place(campaign)
        elif not size:
            blocked = reason_nothing(source)
        lines.append(PartLine(part.value, str(part.label), words, blocked))
    return lines


def reason_in_place(campaign: Campaign) -> str:
    """Why a part is left alone."""
    return _("%(year)s has its own already.") % {"year": campaign.year}


def reason_nothing(source: Campaign) -> str:
    """Why a part has nothing to bring."""
    return _("Nothing in %(year)s to carry over.") % {"year": source.year}


def carried_words(counts: Mapping[str, int]) -> str:
    """How much of which part: "Steering committee (14), Documents as drafts (4)"."""
    return ", ".join(
        f"{part.label} ({counts[part.value]})" for part in Part if part.value in counts
    )


def _carried_words(after: Mapping[str, Any]) -> str:
    return _("From %(year)s: %(parts)s") % {
        "year": after["year"],
        "parts": carried_words(after["parts"]),
    }


def get_carry_over_page(*, user: Any, evaluation: Evaluation) -> CarryOverPage:
    """What of the year before could come along; counts only, nothing is written."""
    campaign = evaluation.campaign
    source = previous_campaign(user=user, campaign=campaign)
    told = history_of(user=user, targets=[(Campaign._meta.label_lower, [campaign.pk])])
    locked_reason = ""
    if not is_open(evaluation):
        locked_reason = _("%(year)s is locked: it can be read, not changed.") % {
            "year": campaign.year
        }
    return CarryOverPage(
        campaign=campaign,
        source=source,
        lines=_lines(evaluation, source) if source else [],
        history=[
            replace(item_of(one), what=_carried_words(one.after))
            for one in told
            if one.entry.action == "campaign_carried_over"
        ],
        locked_reason=locked_reason,
        assign_url=reverse(
            "criteria:assignments", args=[campaign.ward.slug, campaign.year]
        ),
    )
