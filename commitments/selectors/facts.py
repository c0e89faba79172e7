"""What a ward's own records say on a day: the facts that criteria may take in.

Two readings over the same filters: `ward_facts` counts, in one query for any number of
campaigns; `fact_records` names the records behind one fact, for confirming it. Nothing
here writes, and no fact is stored by itself (RULES "Figures").
"""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commitments.models import (
    Campaign,
    Commitment,
    FundingLine,
    GoodModel,
    Meeting,
    MeetingKind,
    ModelPlace,
    OfficialDocument,
    SigningCeremony,
    SteeringCommittee,
)
from wardsecurity.scoping import open_on
from wardsecurity.wards.models import ParticipatingUnit

MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class WardFacts:
    """The facts of one campaign as of the end of a day."""

    as_of: dt.date
    # The campaign's papers in force: numbered, issued by that day, not withdrawn. A
    # regulation carries the number of the decision it was issued with.
    resolution: bool
    plan: bool
    regulation: bool
    # Its committee, established by a decision in force.
    committee: bool
    # Whole đồng over all lines that stand; they bear no date.
    funding_estimated: int
    funding_allocated: int
    # Quarters that begin in the period, and those of them with a session held.
    quarters: int
    quarters_with_session: int
    # Launch conferences held.
    launch_conferences: int
    # Units that sign, valid on the day of the first ceremony, else on `as_of`; and of
    # them those with a live commitment signed by then. A carried one counts.
    units_required: int
    units_signed: int
    # Models that run on the day; those of which a place other than the first has been
    # running since a day of the period.
    models_running: int
    models_replicated: int


# --- Quarters ---------------------------------------------------------------------


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day some months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def quarters_of(start: dt.date, end: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The quarters of a period, first and last day each, counted from its first day.

    In steps of three months, so that a period that begins on 15 November has quarters
    of its own; the last one ends with the period. Counted from the start each time: a
    31st does not wander to the 28th.
    """
    found: list[tuple[dt.date, dt.date]] = []
    while (first := _months_after(start, len(found) * MONTHS_A_QUARTER)) <= end:
        after = _months_after(start, (len(found) + 1) * MONTHS_A_QUARTER)
        found.append((first, min(end, after - dt.timedelta(days=1))))
    return found


# --- The filters, shared by both readings -----------------------------------------


def _in_force(as_of: dt.date, prefix: str = "") -> Q:
    return Q(
        **{
            f"{prefix}number__isnull": False,
            f"{prefix}issued_on__lte": as_of,
            f"{prefix}withdrawn_at__isnull": True,
        }
    )


def _held(kind: MeetingKind, as_of: dt.date) -> Q:
    return Q(kind=kind, held_on__lte=as_of)


def _required(signing_day: Any) -> Q:
    return Q(signs=True) & open_on(signing_day)


def _signed(as_of: dt.date) -> Q:
    return Q(withdrawn_at=None, ended_at=None, signed_on__lte=as_of)


def _running(as_of: dt.date) -> Q:
    return Q(started_on__lte=as_of) & (Q(ended_on=None) | Q(ended_on__gte=as_of))


def _replicated(as_of: dt.date, start: Any, end: Any) -> Q:
    return Q(is_origin=False, since__gte=start, since__lte=end) & Q(since__lte=as_of)


# --- One query for all facts ------------------------------------------------------


def _number(rows: QuerySet, what: Any, by: str = "campaign") -> Coalesce:
    """An aggregate over the rows of each campaign, 0 without rows."""
    sums = rows.order_by().values(by).annotate(number=what).values("number")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)


def _quarter(periods: Iterable[tuple[dt.date, dt.date]]) -> Case:
    """The quarter a meeting was held in, whatever the period of its campaign."""
    return Case(
        *(
            When(
                campaign__period_start=start,
                campaign__period_end=end,
                held_on__range=quarter,
                then=Value(place),
            )
            for start, end in sorted(set(periods))
            for place, quarter in enumerate(quarters_of(start, end))
        ),
        output_field=IntegerField(),
    )


def _annotated(campaigns: list[Campaign], as_of: dt.date) -> Any:
    here = OuterRef("pk")
    papers = OfficialDocument.objects.filter(_in_force(as_of))
    meetings = Meeting.objects.filter(campaign=here)
    sessions = meetings.filter(_held(MeetingKind.COMMITTEE_SESSION, as_of))
    periods = [(one.period_start, one.period_end) for one in campaigns]
    funding = FundingLine.objects.filter(campaign=here, removed_at=None)
    models = GoodModel.objects.filter(campaign=here)
    ceremonies = SigningCeremony.objects.filter(campaign=here, held_on__lte=as_of)
    first = ceremonies.order_by().values("campaign").annotate(day=Min("held_on"))
    signing_day = Coalesce(
        Subquery(first.values("day")), Value(as_of), output_field=DateField()
    )
    required = ParticipatingUnit.objects.filter(
        _required(OuterRef("signing_day")), ward=OuterRef("ward_id")
    )
    signatures = Commitment.objects.filter(
        _signed(as_of), campaign=OuterRef(OuterRef("pk")), unit=OuterRef("pk")
    )
    replicated = ModelPlace.objects.filter(
        _replicated(as_of, OuterRef("period_start"), OuterRef("period_end")),
        model__campaign=here,
    )
    rows = Campaign.objects.filter(pk__in=[one.pk for one in campaigns])
    return rows.annotate(
        signing_day=signing_day,
        resolution_holds=Exists(papers.filter(pk=OuterRef("resolution_id"))),
        plan_holds=Exists(papers.filter(pk=OuterRef("plan_id"))),
        regulation_holds=Exists(papers.filter(pk=OuterRef("regulation_id"))),
        committee_holds=Exists(
            SteeringCommittee.objects.filter(
                _in_force(as_of, "decision__"), campaign=here
            )
        ),
        estimated=_number(funding, Sum("estimated")),
        allocated=_number(funding, Sum("allocated")),
        session_quarters=_number(
            sessions.annotate(quarter=_quarter(periods)),
            Count("quarter", distinct=True),
        ),
        launches=_number(
            meetings.filter(_held(MeetingKind.LAUNCH_CONFERENCE, as_of)), Count("pk")
        ),
        required=_number(required, Count("pk"), by="ward"),
        signed=_number(required.filter(Exists(signatures)), Count("pk"), by="ward"),
        running=_number(models.filter(_running(as_of)), Count("pk")),
        replicated=_number(
            replicated, Count("model", distinct=True), by="model__campaign"
        ),
    )


def facts_of(campaigns: Iterable[Campaign], as_of: dt.date) -> dict[int, WardFacts]:
    """The facts of campaigns the caller may read, by their pk. One query."""
    return {
        row.pk: WardFacts(
            as_of=as_of,
            resolution=row.resolution_holds,
            plan=row.plan_holds,
            regulation=row.regulation_holds,
            committee=row.committee_holds,
            # PostgreSQL adds big integers up to a decimal.
            funding_estimated=int(row.estimated),
            funding_allocated=int(row.allocated),
            quarters=len(quarters_of(row.period_start, row.period_end)),
            quarters_with_session=row.session_quarters,
            launch_conferences=row.launches,
            units_required=row.required,
            units_signed=row.signed,
            models_running=row.running,
            models_replicated=row.replicated,
        )
        for row in _annotated(list(campaigns), as_of)
    }


def ward_facts(campaign: Campaign, as_of: dt.date) -> WardFacts:
    """All facts of a campaign the caller may read, as of a day. One query."""
    return facts_of([campaign], as_of)[campaign.pk]


# --- The records behind a fact ----------------------------------------------------


def _papers(campaign: Campaign, as_of: dt.date, *pks: int | None) -> list[QuerySet]:
    return [OfficialDocument.objects.filter(_in_force(as_of), pk__in=pks)]


def _signing_day(campaign: Campaign, as_of: dt.date) -> dt.date:
    ceremonies = SigningCeremony.objects.filter(campaign=campaign, held_on__lte=as_of)
    return ceremonies.aggregate(day=Min("held_on"))["day"] or as_of


def _behind(campaign: Campaign, source: str, as_of: dt.date) -> list[QuerySet]:
    period = (campaign.period_start, campaign.period_end)
    meetings = Meeting.objects.filter(campaign=campaign)
    match source:
        case "documents.resolution":
            return _papers(campaign, as_of, campaign.resolution_id)
        case "documents.plan_and_regulation":
            return _papers(campaign, as_of, campaign.plan_id, campaign.regulation_id)
        case "committee.established":
            committees = SteeringCommittee.objects.filter(
                _in_force(as_of, "decision__"), campaign=campaign
            )
            decisions = committees.values("decision_id")
            return [committees, OfficialDocument.objects.filter(pk__in=decisions)]
        case "funding.allocated_share":
            return [FundingLine.objects.filter(campaign=campaign, removed_at=None)]
        case "meetings.quarters_with_session":
            sessions = meetings.filter(_held(MeetingKind.COMMITTEE_SESSION, as_of))
            return [sessions.filter(held_on__range=period)]
        case "meetings.launch_conferences":
            return [meetings.filter(_held(MeetingKind.LAUNCH_CONFERENCE, as_of))]
        case "pledges.units_signed":
            units = ParticipatingUnit.objects.filter(
                _required(_signing_day(campaign, as_of)), ward=campaign.ward_id
            )
            signed = Commitment.objects.filter(_signed(as_of), campaign=campaign)
            return [units, signed.filter(unit__in=units)]
        case "good_models.running":
            rows = GoodModel.objects.filter(campaign=campaign)
            return [rows.filter(_running(as_of))]
        case "good_models.replicated":
            places = ModelPlace.objects.filter(model__campaign=campaign)
            return [places.filter(_replicated(as_of, *period))]
    raise ValueError(source)


def fact_records(
    campaign: Campaign, source: str, as_of: dt.date
) -> dict[str, list[int]]:
    """The pks of the records behind one fact, by model label; for confirming it.

    `source` is a name of criteria/measures.py; ValueError for any other. For a share
    also what it is a share of: the units that must sign, the lines without money.
    """
    found: dict[str, list[int]] = {}
    for rows in _behind(campaign, source, as_of):
        model: type[Model] = rows.model
        found[model._meta.label_lower] = list(
            rows.order_by("pk").values_list("pk", flat=True)
        )
    return found
