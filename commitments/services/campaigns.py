"""Starting a campaign, what it runs under, and writing within it while it is open."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import (
    Campaign,
    DocumentType,
    OfficialDocument,
    PaperSystem,
)
from commitments.services.edits import check_of_campaign, check_version
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit

LONGEST_PERIOD = dt.timedelta(days=731)


def lock_campaign(campaign: Campaign) -> Campaign:
    """Lock a campaign: the first lock of every service that writes its records.

    Lock order everywhere: campaigns, evaluations, assessments, evidence, trail chains
    (each by pk). Not a key lock, so that rows which refer to it are still inserted.
    """
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("ward").get(pk=campaign.pk)


def lock_campaigns_of_ward(campaign: Campaign) -> Campaign:
    """Lock every campaign of a ward in the order of their pks; return this one.

    A ward's documents refer to each other and share their numbers across its years:
    whoever writes one waits for whoever writes another.
    """
    rows = Campaign.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("ward").filter(ward=campaign.ward_id).order_by("pk")
    return {row.pk: row for row in locked}[campaign.pk]


def check_writable(campaign: Campaign) -> None:
    """RuleViolation "campaign_closed" once the year's conclusion has closed it."""
    if campaign.closed_at is not None:
        raise RuleViolation(
            _("%(year)s is closed: it can be read, not changed.")
            % {"year": campaign.year},
            code="campaign_closed",
        )


def check_period(period_start: dt.date, period_end: dt.date) -> None:
    """RuleViolation "period_reversed", "period_too_long"."""
    if period_end < period_start:
        raise RuleViolation(
            _("Choose a last day after the first day of the period."),
            code="period_reversed",
            field="period_end",
        )
    if period_end - period_start > LONGEST_PERIOD:
        raise RuleViolation(
            _("The period is longer than two years. Check both dates."),
            code="period_too_long",
            field="period_end",
        )


@transaction.atomic
def create_campaign(
    *,
    actor: Any,
    ward: AdministrativeUnit,
    title: str,
    period_start: dt.date,
    period_end: dt.date,
    is_example: bool = False,
    is_synthetic: bool = False,
    action: str = "open_campaign",
) -> Campaign:
    """Start the campaign of the year in which the period ends.

    `action` is what the actor needs in the ward: a province opens by "open_for_ward".

    Raises RuleViolation: "not_a_ward", "period_reversed", "period_too_long",
    "ward_ended", "campaign_exists".
    """
    ward = AdministrativeUnit.objects.select_for_update().get(pk=ward.pk)
    mandate = require(actor, action, ward)
    if not ward.is_commune_level:
        raise RuleViolation(
            _("A campaign runs in a ward, commune or special zone."), code="not_a_ward"
        )
    check_period(period_start, period_end)
    if ward.valid_to and period_start > ward.valid_to:
        raise RuleViolation(
            _("%(ward)s ended on %(day)s: its successor opens new campaigns.")
            % {"ward": ward, "day": f"{ward.valid_to:%d/%m/%Y}"},
            code="ward_ended",
            field="period_start",
        )
    year = period_end.year
    if Campaign.objects.filter(ward=ward, year=year).exists():
        raise RuleViolation(
            _("This ward already has a campaign for %(year)s.") % {"year": year},
            code="campaign_exists",
            field="period_end",
        )
    campaign = Campaign(
        ward=ward,
        title=title,
        year=year,
        period_start=period_start,
        period_end=period_end,
        is_example=is_example,
        is_synthetic=is_synthetic,
    )
    checked(campaign)
    campaign.save(force_insert=True)
    record(
        mandate,
        "campaign_opened",
        campaign,
        after={"year": year, "from": period_start, "to": period_end},
        texts={"title": title},
    )
    return campaign


# What each slot of a campaign takes: the type of paper, and its system if it matters.
SLOTS: dict[str, tuple[DocumentType, PaperSystem | None]] = {
    "resolution": (DocumentType.NGHI_QUYET, PaperSystem.PARTY),
    "plan": (DocumentType.KE_HOACH, None),
    "regulation": (DocumentType.QUY_CHE, None),
}


def _check_slot(
    slot: str, document: OfficialDocument | None, campaign: Campaign
) -> None:
    """The paper chosen for a slot is of its type, of this campaign, not withdrawn."""
    if document is None:
        return
    check_of_campaign(document, campaign, field=slot)
    doc_type, system = SLOTS[slot]
    if (
        document.doc_type != doc_type
        or (system and document.system != system)
        or (document.withdrawn_at and getattr(campaign, f"{slot}_id") != document.pk)
    ):
        sentences = {
            "resolution": _("Choose a resolution of the Party."),
            "plan": _("Choose a plan."),
            "regulation": _("Choose a working regulation."),
        }
        raise RuleViolation(sentences[slot], code=f"not_a_{slot}", field=slot)


@transaction.atomic
def change_campaign(
    *,
    actor: Any,
    campaign: Campaign,
    version: int,
    title: str,
    resolution: OfficialDocument | None,
    plan: OfficialDocument | None,
    regulation: OfficialDocument | None,
) -> Campaign:
    """Name a campaign, and the resolution, plan and regulation it runs under.

    Raises EditConflict, and RuleViolation: "campaign_closed", "other_campaign",
    "not_a_resolution", "not_a_plan", "not_a_regulation".
    """
    row = lock_campaign(campaign)
    mandate = require(actor, "keep_records", row)
    check_writable(row)
    check_version(row, version)
    chosen = {"resolution": resolution, "plan": plan, "regulation": regulation}
    before = {slot: getattr(row, f"{slot}_id") for slot in SLOTS}
    for slot, document in chosen.items():
        _check_slot(slot, document, row)
        setattr(row, slot, document)
    row.title = nfc(title)
    row.version += 1
    checked(row)
    row.save(update_fields=["title", *SLOTS, "version"])
    record(
        mandate,
        "campaign_changed",
        row,
        before=before,
        after={slot: document and document.pk for slot, document in chosen.items()},
        texts={"title": row.title},
    )
    return row
