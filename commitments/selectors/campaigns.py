"""Reading campaigns, and where each part of the work stands."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Sum
from django.db.models.expressions import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone

from commitments.models import (
    Campaign,
    Commitment,
    CommitteeMember,
    Directive,
    FundingLine,
    GoodModel,
    Meeting,
    OfficialDocument,
)
from commitments.models.directives import ENDED
from commitments.selectors.history import HistoryItem, history_of_records
from wardsecurity.permissions import may
from wardsecurity.scoping import open_on


def list_campaigns(*, user: Any) -> QuerySet[Campaign]:
    """Campaigns a user may read, by ward in Vietnamese order, newest year first."""
    return Campaign.objects.for_user(user).select_related("ward__parent")


def get_campaign(*, user: Any, ward: str, year: int) -> Campaign:
    """The campaign of a ward's slug and year; Http404 when out of sight. One query."""
    return get_object_or_404(list_campaigns(user=user), ward__slug=ward, year=year)


def get_campaign_page(*, user: Any, campaign: Campaign) -> Campaign:
    """A campaign with the papers it runs under and the year it came from; one query."""
    rows = list_campaigns(user=user).select_related(
        "resolution__issuer_unit",
        "resolution__issuer_body",
        "plan__issuer_unit",
        "plan__issuer_body",
        "regulation__issuer_unit",
        "regulation__issuer_body",
        "carried_over_from",
    )
    return get_object_or_404(rows, pk=campaign.pk)


def may_keep_campaign(*, user: Any, campaign: Campaign) -> bool:
    """Whether a person still changes this campaign."""
    return campaign.closed_at is None and may(user, "keep_records", campaign)


def documents_for_slot(
    *,
    user: Any,
    campaign: Campaign,
    doc_type: str,
    system: str | None,
    kept: int | None,
) -> QuerySet[OfficialDocument]:
    """Documents that a place of the campaign may take; `kept` is the one there now."""
    rows = OfficialDocument.objects.for_user(user).filter(campaign=campaign)
    rows = rows.filter(Q(withdrawn_at=None) | Q(pk=kept), doc_type=doc_type)
    return rows.filter(system=system) if system else rows


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the parts of a campaign stand: counts, and sums in whole đồng."""

    documents: int
    drafts: int
    committee_members: int
    meetings_held: int
    last_meeting: dt.date | None
    directives: int
    directives_open: int
    directives_overdue: int
    units_signed: int
    estimated: int
    allocated: int
    models_running: int


def get_standing(
    *, user: Any, campaign: Campaign, today: dt.date | None = None
) -> Standing:
    """Counts of everything recorded under a campaign, in one query.

    The caller read the campaign through for_user.
    """
    today = today or timezone.localdate()
    papers = Q(withdrawn_at=None)
    is_open = ~Q(status__in=ENDED)
    held = _per_campaign(Meeting.objects.filter(held_on__lte=today))
    directives = _per_campaign(Directive.objects.all())
    money = _per_campaign(FundingLine.objects.filter(removed_at=None))
    members = CommitteeMember.objects.filter(open_on(max(today, campaign.period_start)))
    row = (
        Campaign.objects.for_user(user)
        .filter(pk=campaign.pk)
        .values(
            documents=_figure(
                _per_campaign(OfficialDocument.objects.filter(papers)),
                Count("pk", filter=Q(number__isnull=False)),
            ),
            drafts=_figure(
                _per_campaign(OfficialDocument.objects.filter(papers)),
                Count("pk", filter=Q(number=None)),
            ),
            committee_members=_figure(
                _per_campaign(members, "committee__campaign"), Count("pk")
            ),
            meetings_held=_figure(held, Count("pk")),
            last_meeting=Subquery(held.annotate(n=Max("held_on")).values("n")),
            directives=_figure(directives, Count("pk")),
            directives_open=_figure(directives, Count("pk", filter=is_open)),
            directives_overdue=_figure(
                directives, Count("pk", filter=is_open & Q(due_on__lt=today))
            ),
            units_signed=_figure(
                _per_campaign(
                    Commitment.objects.filter(withdrawn_at=None, ended_at=None)
                ),
                Count("pk"),
            ),
            estimated=_figure(money, Sum("estimated")),
            allocated=_figure(money, Sum("allocated")),
            models_running=_figure(
                _per_campaign(
                    GoodModel.objects.filter(
                        Q(ended_on=None) | Q(ended_on__gte=today), started_on__lte=today
                    )
                ),
                Count("pk"),
            ),
        )
        .get()
    )
    return Standing(**row)


def _per_campaign(rows: QuerySet[Any], path: str = "campaign") -> QuerySet[Any]:
    """Rows of the campaign of the query around, grouped by it."""
    own = rows.filter(**{path: OuterRef("pk")}).order_by()
    return own.values(of=F(path))


def _figure(rows: QuerySet[Any], aggregate: Any) -> Coalesce:
    """One figure of grouped rows, 0 where there are none."""
    figure = rows.annotate(n=aggregate).values("n")
    return Coalesce(Subquery(figure, output_field=BigIntegerField()), 0)


def history_of_campaign(*, user: Any, campaign: Campaign) -> list[HistoryItem]:
    """What was done to a campaign itself, newest first; two queries."""
    return history_of_records(user=user, model=Campaign, pks=[campaign.pk], limit=20)
