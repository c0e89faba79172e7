"""What people are told about a ward's year, on the caller's transaction.

Call these before the trail is written: its chain is the last lock of a service.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from commitments.models import Campaign
from criteria.models import Assessment, Evaluation, Review
from criteria.selectors.recipients import (
    seats_of,
    units_by_assessment,
    verifiers_of,
)
from wardsecurity.notices.models import Notice, NoticeKind
from wardsecurity.notices.services import post


def about_year(campaign: Campaign) -> dict[str, Any]:
    """The facts of a ward's year."""
    return {"ward": str(campaign.ward), "year": campaign.year}


def about_criterion(assessment: Assessment) -> dict[str, Any]:
    """The facts of a criterion in a ward's year."""
    criterion = assessment.criterion
    return about_year(assessment.evaluation.campaign) | {
        "number": criterion.number,
        "title": criterion.title_vi,
    }


def criterion_path(assessment: Assessment) -> str:
    """The page of a criterion."""
    return path_of_number(assessment.evaluation.campaign, assessment.criterion.number)


def path_of_number(campaign: Campaign, number: int) -> str:
    """The page of the criterion at a number of a ward's year."""
    at = [campaign.ward.slug, campaign.year, number]
    return reverse("criteria:criterion-detail", args=at)


def dashboard_path(campaign: Campaign) -> str:
    """The dashboard of a ward's year."""
    return reverse("criteria:dashboard", args=[campaign.ward.slug, campaign.year])


def notify_assigned(assessment: Assessment, *more: Assessment, by: Any = None) -> None:
    """Tell the contributors of a criterion's units that it was given to them.

    As many criteria of one evaluation as were given at once: five queries. `by` is the
    pk of who did it, who knows. Given again as it was, it is told once a day.
    """
    rows = [assessment, *more]
    campaign = assessment.evaluation.campaign
    today = timezone.localdate()
    seats, units = seats_of([campaign.ward_id], today), units_by_assessment(rows)
    post(
        Notice(
            user_id=user_id,
            unit_id=campaign.ward_id,
            kind=NoticeKind.ASSIGNED,
            facts=about_criterion(row) | {"due_on": row.due_on.isoformat()},
            path=criterion_path(row),
            key=f"assigned:{row.pk}:{row.due_on}:{today}",
        )
        for row in rows
        for user_id in seats.of_units(units[row.pk])
        if user_id != by
    )


def notify_returned(evaluation: Evaluation) -> None:
    """Tell each returned criterion's contributors, and the ward's offices of all.

    Six queries, however many were returned.
    """
    campaign = evaluation.campaign
    rows = _returned(evaluation)
    seats = seats_of([campaign.ward_id], timezone.localdate())
    units = units_by_assessment(rows)
    key = f"returned:{evaluation.pk}:{evaluation.round}"
    all_of_them = Notice(
        kind=NoticeKind.RETURNED,
        facts=about_year(campaign) | {"count": len(rows)},
        path=dashboard_path(campaign),
        key=key,
    )
    post(
        [
            *_for(seats.offices(campaign.ward_id), campaign, all_of_them),
            *(
                one
                for row in rows
                for one in _for(
                    seats.of_units(units[row.pk]),
                    campaign,
                    Notice(
                        kind=NoticeKind.RETURNED,
                        facts=about_criterion(row),
                        path=criterion_path(row),
                        key=f"{key}:{row.pk}",
                    ),
                )
            ),
        ]
    )


def _returned(evaluation: Evaluation) -> Sequence[Assessment]:
    rows = list(
        Assessment.objects.filter(
            evaluation=evaluation, review=Review.RETURNED
        ).select_related("criterion")
    )
    for row in rows:
        row.evaluation = evaluation
    return rows


def notify_submitted(evaluation: Evaluation) -> None:
    """Tell the province that a ward's year waits, and the ward's offices that it left.

    Not the leader who submitted it.
    """
    campaign, today = evaluation.campaign, timezone.localdate()
    above = set(verifiers_of(campaign.ward_id, today).values_list("pk", flat=True))
    offices = set(seats_of([campaign.ward_id], today).offices(campaign.ward_id))
    at = [campaign.ward.slug, campaign.year]
    verification = reverse("criteria:verification-overview", args=at)
    post(
        Notice(
            user_id=pk,
            unit_id=campaign.ward_id,
            kind=NoticeKind.SUBMITTED,
            facts=about_year(campaign),
            path=verification if pk in above else dashboard_path(campaign),
            key=f"submitted:{evaluation.pk}:{evaluation.round}",
        )
        for pk in above | offices
        if pk != evaluation.submitted_by_id
    )


def notify_concluded(evaluation: Evaluation) -> None:
    """Tell everybody of the ward how its year was verified, or recognised."""
    campaign = evaluation.campaign
    seats = seats_of([campaign.ward_id], timezone.localdate())
    people = seats.offices(campaign.ward_id).union(
        seats.committee.get(campaign.ward_id, ()), *seats.of_unit.values()
    )
    told = Notice(
        kind=NoticeKind.CONCLUDED,
        facts=about_year(campaign) | {"state": evaluation.state},
        path=dashboard_path(campaign),
        key=f"concluded:{evaluation.pk}:{evaluation.state}:{evaluation.version}",
    )
    post(_for(people, campaign, told))


def _for(people: Iterable[int], campaign: Campaign, told: Notice) -> Iterable[Notice]:
    """One notice for each of several people."""
    return [
        Notice(
            user_id=pk,
            unit_id=campaign.ward_id,
            kind=told.kind,
            facts=told.facts,
            path=told.path,
            key=told.key,
        )
        for pk in people
    ]
