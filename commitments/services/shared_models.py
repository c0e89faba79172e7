"""What goes from ward to ward: the province recommends a model, wards adopt it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign, GoodModel, ModelPlace
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import check_not_future, check_unit
from commitments.services.good_models import lock_model
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit, UnitKind, UnitScope


@transaction.atomic
def recommend_model(*, actor: Any, model: GoodModel, why: str) -> GoodModel:
    """Show a ward's model to all wards of the province, with a word of why.

    Said again, the word is replaced. Raises RuleViolation "why_missing",
    "model_ended".
    """
    _campaign, row = lock_model(model)
    mandate = require(actor, "recommend", row)
    if not nfc(why):
        raise RuleViolation(
            _("Write what other wards can learn from it."),
            code="why_missing",
            field="why",
        )
    if row.ended_on and row.ended_on < timezone.localdate():
        raise RuleViolation(
            _("The model ended on %(day)s.") % {"day": f"{row.ended_on:%d/%m/%Y}"},
            code="model_ended",
        )
    row.recommended_at, row.recommended_by = timezone.now(), actor
    row.recommended_post, row.recommended_why = mandate.post, nfc(why)
    checked(row)
    row.save(update_fields=_RECOMMENDED)
    record(mandate, "model_recommended", row, texts={"why": row.recommended_why})
    return row


_RECOMMENDED = [
    "recommended_at",
    "recommended_by",
    "recommended_post",
    "recommended_why",
]


@transaction.atomic
def withdraw_recommendation(*, actor: Any, model: GoodModel) -> GoodModel:
    """Take the recommendation back; what wards adopted stays theirs.

    Raises RuleViolation "not_recommended".
    """
    _campaign, row = lock_model(model)
    mandate = require(actor, "recommend", row)
    if row.recommended_at is None:
        raise RuleViolation(
            _("The province does not recommend this model."), code="not_recommended"
        )
    row.recommended_at = row.recommended_by = None
    row.recommended_post = row.recommended_why = ""
    row.save(update_fields=_RECOMMENDED)
    record(mandate, "model_unrecommended", row)
    return row


@dataclass(frozen=True, slots=True)
class Adoption:
    """How a ward makes a model its own: since when, led by whom, where."""

    started_on: dt.date
    led_by: ParticipatingUnit | None = None
    units: Sequence[ParticipatingUnit] = ()


def _check_shared(source: GoodModel, campaign: Campaign) -> None:
    """The model is recommended to this ward, and is another ward's."""
    if source.campaign.ward_id == campaign.ward_id:
        raise RuleViolation(
            _("This is the ward's own model."), code="own_model", field="led_by"
        )
    provinces = UnitScope.objects.filter(
        unit=campaign.ward_id, viewer__kind=UnitKind.PROVINCE, read_only=False
    )
    shared = UnitScope.objects.filter(
        unit=source.campaign.ward_id,
        viewer__in=provinces.values("viewer"),
        read_only=False,
    )
    if source.recommended_at is None or not shared.exists():
        raise RuleViolation(
            _("The province does not recommend this model."), code="not_recommended"
        )


@transaction.atomic
def adopt_model(
    *, actor: Any, campaign: Campaign, source: GoodModel, adoption: Adoption
) -> GoodModel:
    """Make a recommended model the ward's own, running in units of the ward.

    Name and description are copied, results are not: they are the other ward's. Raises
    RuleViolation: "campaign_closed", "own_model", "not_recommended",
    "adopted_already", "other_ward", "in_future".
    """
    campaign = lock_campaign(campaign)
    # Read afresh: the province may have taken its word back meanwhile.
    source = GoodModel.objects.select_related("campaign").get(pk=source.pk)
    row = GoodModel(
        campaign=campaign,
        name=source.name,
        description=source.description,
        started_on=adoption.started_on,
        led_by=adoption.led_by,
        adopted_from=source,
    )
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_shared(source, campaign)
    if campaign.goodmodel_set.filter(adopted_from=source).exists():
        raise RuleViolation(
            _("This model was adopted already."), code="adopted_already"
        )
    check_not_future(adoption.started_on, field="started_on")
    check_unit(adoption.led_by, campaign, field="led_by")
    for unit in adoption.units:
        check_unit(unit, campaign, field="units")
    checked(row)
    row.save(force_insert=True)
    ModelPlace.objects.bulk_create(
        ModelPlace(model=row, unit=unit, since=adoption.started_on)
        for unit in adoption.units
    )
    record(
        mandate,
        "model_adopted",
        row,
        after={
            "from": source.pk,
            "started_on": adoption.started_on,
            "unit": row.led_by_id,
            "places": sorted(unit.pk for unit in adoption.units),
        },
        texts={"name": row.name},
    )
    return row
