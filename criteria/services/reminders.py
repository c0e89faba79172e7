"""Notices that the calendar makes: due, late, expiring. For all wards, in bulk.

Due dates are told 14, 7 and 1 days before, lateness on its first day and each week
after, for half a year; evidence 30, 7 and 1 days before it expires. Each step is told
once, by its key, also when the command runs twice a day or missed the step's own day.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from commitments.models import Campaign, Directive
from commitments.selectors.directives import TO_WORK_ON
from criteria import scoring
from criteria.models import Assessment, Evidence, EvidenceLink, Review
from criteria.models.evaluations import EvaluationState
from criteria.selectors.recipients import Seats, seats_of, units_by_assessment
from criteria.selectors.scores import standing_of
from criteria.services.notices import about_criterion, about_year, criterion_path
from wardsecurity.notices.models import Notice, NoticeKind
from wardsecurity.notices.services import post

DUE_STEPS = (1, 7, 14)  # days before a due date
EXPIRY_STEPS = (1, 7, 30)  # days before evidence expires
WEEK = 7
WEEKS_TOLD = 26  # after half a year one more reminder helps nobody
_AT_ONCE = 50  # campaigns

# What the ward may still change: all while open, the returned ones once returned.
_CHANGEABLE = Q(evaluation__state=EvaluationState.OPEN) | Q(
    evaluation__state=EvaluationState.RETURNED, review=Review.RETURNED
)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell, before it is known to whom."""

    kind: str
    facts: dict[str, Any]
    path: str
    key: str


def step_before(day: dt.date, today: dt.date, steps: Sequence[int]) -> int | None:
    """The step a coming day has reached: the smallest that is not passed; else None."""
    left = (day - today).days
    return next((step for step in steps if 0 <= left <= step), None)


def weeks_late(due: dt.date, today: dt.date) -> int | None:
    """0 in the first week after a due date, 1 in the second …; None before, and after
    half a year.
    """
    days = (today - due).days
    weeks = (days - 1) // WEEK
    return weeks if 0 <= weeks < WEEKS_TOLD else None


def _told_dates(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last due date that is told of on a day."""
    return (
        today - dt.timedelta(weeks=WEEKS_TOLD),
        today + dt.timedelta(days=DUE_STEPS[-1]),
    )


def remind(day: dt.date | None = None) -> int:
    """Make the dated notices of a day; return how many are new.

    Not in a closed year, nor in an example after an article: nobody works there.
    Each fifty campaigns are one transaction of about ten queries, whatever they hold.
    """
    today = day or timezone.localdate()
    campaigns = list(
        Campaign.objects.filter(closed_at=None, is_example=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(
        _remind_some(campaigns[start : start + _AT_ONCE], today)
        for start in range(0, len(campaigns), _AT_ONCE)
    )


@transaction.atomic
def _remind_some(pks: list[int], today: dt.date) -> int:
    campaigns = Campaign.objects.filter(pk__in=pks).select_related("ward")
    by_pk = {one.pk: one for one in campaigns}
    seats = seats_of({one.ward_id for one in by_pk.values()}, today)
    return post(
        [
            *_of_criteria(by_pk, seats, today),
            *_of_evidence(by_pk, seats, today),
            *_of_directives(by_pk, seats, today),
        ]
    )


def _for(people: Iterable[int], ward_id: int, told: Told) -> Iterator[Notice]:
    for pk in people:
        yield Notice(
            user_id=pk,
            unit_id=ward_id,
            kind=told.kind,
            facts=told.facts,
            path=told.path,
            key=told.key,
        )


# --- Criteria ---------------------------------------------------------------------


def _of_criteria(
    campaigns: dict[int, Campaign], seats: Seats, today: dt.date
) -> Iterator[Notice]:
    """Coming: the units' contributors and the staff; late: the leaders too."""
    rows = Assessment.objects.filter(
        _CHANGEABLE,
        evaluation__campaign__in=list(campaigns),
        due_on__range=_told_dates(today),
    ).select_related("evaluation", "criterion")
    waiting = [row for row in rows if not _is_done(row, campaigns, today)]
    units = units_by_assessment(waiting)
    for row in waiting:
        ward_id = row.evaluation.campaign.ward_id
        facts = about_criterion(row)
        path, name = criterion_path(row), f"assessment:{row.pk}"
        told = _dated(row.due_on, today, facts, path, name)
        people = seats.of_units(units[row.pk]) | seats.staff.get(ward_id, set())
        if told and told.kind == NoticeKind.LATE:
            people |= seats.leaders.get(ward_id, set())
        if told:
            yield from _for(people, ward_id, told)


def _is_done(row: Assessment, campaigns: dict[int, Campaign], today: dt.date) -> bool:
    """Met with evidence, or explained as not applicable (RULES "overdue")."""
    row.evaluation.campaign = campaigns[row.evaluation.campaign_id]
    one = standing_of(row)
    day = scoring.score_day(today, row.evaluation.campaign.period_end, row.scored_on)
    return scoring.is_met(one, day) or not scoring.is_applicable(one, day)


def _dated(
    due: dt.date, today: dt.date, facts: dict[str, Any], path: str, name: str
) -> Told | None:
    """What a due date says today: which step it has reached, or how late it is."""
    facts = facts | {"due_on": due.isoformat()}
    weeks, step = weeks_late(due, today), step_before(due, today, DUE_STEPS)
    if weeks is not None:
        return Told(NoticeKind.LATE, facts, path, f"late:{name}:{due}:{weeks}")
    if step is not None:
        return Told(NoticeKind.DUE, facts, path, f"due:{name}:{due}:{step}")
    return None


# --- Evidence ---------------------------------------------------------------------


def _of_evidence(
    campaigns: dict[int, Campaign], seats: Seats, today: dt.date
) -> Iterator[Notice]:
    """Who recorded it, the staff, and the contributors of the criteria it is for.

    Only while its expiry changes a score: before the end of an open year's period.
    """
    links = EvidenceLink.objects.filter(
        assessment__evaluation__campaign__in=list(campaigns),
        assessment__evaluation__campaign__period_end__gt=F("evidence__expires_on"),
        assessment__in=Assessment.objects.filter(_CHANGEABLE),
    ).select_related("assessment__evaluation")
    rows = Evidence.objects.filter(
        expires_on__gte=today,
        expires_on__lte=today + dt.timedelta(days=EXPIRY_STEPS[-1]),
        withdrawn_at=None,
        quarantined_at=None,
        links__in=links,
    ).prefetch_related(Prefetch("links", links, to_attr="here"))
    found = list(rows.distinct())
    hanging = {row.pk: [link.assessment for link in row.here] for row in found}
    units = units_by_assessment(one for own in hanging.values() for one in own)
    for row in found:
        step = step_before(row.expires_on or today, today, EXPIRY_STEPS)
        first = hanging[row.pk][0]
        campaign = campaigns[first.evaluation.campaign_id]
        staff = seats.staff.get(row.ward_id, set())
        contributors = seats.of_units(
            unit for one in hanging[row.pk] for unit in units[one.pk]
        )
        sits = seats.offices(row.ward_id).union(*seats.of_unit.values())
        owner = {row.recorded_by_id} & sits
        at = [campaign.ward.slug, campaign.year, row.pk]
        told = Told(
            NoticeKind.EXPIRING,
            about_year(campaign)
            | {"title": row.title, "expires_on": f"{row.expires_on:%Y-%m-%d}"},
            reverse("criteria:evidence-detail", args=at),
            f"expiring:{row.pk}:{row.expires_on}:{step}",
        )
        yield from _for(staff | contributors | owner, row.ward_id, told)


# --- Directives -------------------------------------------------------------------


def _of_directives(
    campaigns: dict[int, Campaign], seats: Seats, today: dt.date
) -> Iterator[Notice]:
    """The responsible unit's contributors and the staff; late: the leaders too."""
    rows = Directive.objects.filter(
        TO_WORK_ON,
        campaign__in=list(campaigns),
        due_on__range=_told_dates(today),
    )
    for row in rows:
        campaign = campaigns[row.campaign_id]
        facts = about_year(campaign) | {"what": "directive", "title": str(row)}
        at = [campaign.ward.slug, campaign.year, row.pk]
        path = reverse("commitments:directive-detail", args=at)
        told = _dated(row.due_on or today, today, facts, path, f"directive:{row.pk}")
        people = seats.of_units([row.responsible_unit_id])
        people |= seats.staff.get(campaign.ward_id, set())
        if told and told.kind == NoticeKind.LATE:
            people |= seats.leaders.get(campaign.ward_id, set())
        if told:
            yield from _for(people, campaign.ward_id, told)
