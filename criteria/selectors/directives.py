"""Where directives meet criteria: which concern which, and what is overdue."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commitments.models import Campaign, Directive
from commitments.selectors.directives import list_due, status_of
from commitments.selectors.statuses import Status
from criteria.models import Assessment, DirectiveCriterion

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class DirectiveLink:
    """A directive as a page of criteria shows it: its words, its state, its address."""

    directive: Directive
    status: Status
    url: str


def _link(directive: Directive, campaign: Campaign, today: dt.date) -> DirectiveLink:
    at = [campaign.ward.slug, campaign.year, directive.pk]
    return DirectiveLink(
        directive=directive,
        status=status_of(directive, today),
        url=reverse("commitments:directive-detail", args=at),
    )


def directives_of(*, user: Any, assessment: Assessment) -> list[DirectiveLink]:
    """Directives that concern a criterion.

    One query, and none where the list that `assessment` is from saw none.
    """
    if vars(assessment).get("has_directives") is False:
        return []
    rows = (
        DirectiveCriterion.objects.for_user(user)
        .filter(assessment=assessment)
        .select_related("directive")
        .order_by("directive__order")
    )
    campaign, today = assessment.evaluation.campaign, timezone.localdate()
    return [_link(row.directive, campaign, today) for row in rows]


def criteria_of(*, user: Any, directive: Directive) -> list[Assessment]:
    """Assessments of the criteria a directive concerns, by number. One query."""
    rows = (
        DirectiveCriterion.objects.for_user(user)
        .filter(directive=directive)
        .select_related("assessment__criterion")
        .order_by("assessment__criterion__number")
    )
    return [row.assessment for row in rows]


@dataclass(frozen=True, slots=True)
class OverdueDirectives:
    """What a quiet card says of overdue directives."""

    count: int
    links: list[DirectiveLink]


def overdue_directives(*, user: Any, campaign: Campaign) -> OverdueDirectives:
    """Overdue directives of a campaign, the longest overdue first. One query."""
    today = timezone.localdate()
    rows = list_due(user=user, campaign=campaign, until=today - dt.timedelta(days=1))
    links = [_link(row, campaign, today) for row in rows[:MOST_SHOWN]]
    return OverdueDirectives(len(rows), links)
