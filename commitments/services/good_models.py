"""Keeping the good models of a ward, and the places where they run."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from commitments.models import Campaign, GoodModel, ModelPlace, OfficialDocument
from commitments.services.campaigns import check_writable, lock_campaign
from commitments.services.edits import (
    check_not_future,
    check_of_campaign,
    check_unit,
    check_version,
)
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import ParticipatingUnit


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A good model as the form has it."""

    name: str
    description: str
    started_on: dt.date
    results: str = ""
    ended_on: dt.date | None = None
    led_by: ParticipatingUnit | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A place where a model runs: a unit of the ward, or a place by its name."""

    since: dt.date
    unit: ParticipatingUnit | None = None
    name: str = ""
    is_origin: bool = False


_FREE_TEXT = ("name", "description", "results", "note")


def _check_facts(
    facts: ModelFacts, documents: Sequence[OfficialDocument], campaign: Campaign
) -> None:
    if not nfc(facts.name):
        raise RuleViolation(
            _("Enter the name of the model."), code="name_missing", field="name"
        )
    if not nfc(facts.description):
        raise RuleViolation(
            _("Write what the model is."),
            code="description_missing",
            field="description",
        )
    check_unit(facts.led_by, campaign, field="led_by")
    for document in documents:
        check_of_campaign(document, campaign, field="documents")
    check_not_future(facts.started_on, field="started_on")
    check_not_future(facts.ended_on, field="ended_on")
    if facts.ended_on and facts.ended_on < facts.started_on:
        raise RuleViolation(
            _("Enter a day from %(since)s on, when it began. Now: %(day)s.")
            % {
                "since": f"{facts.started_on:%d/%m/%Y}",
                "day": f"{facts.ended_on:%d/%m/%Y}",
            },
            code="ended_before_start",
            field="ended_on",
        )


def _check_places(row: GoodModel) -> None:
    """The places of a model lie within its time."""
    times = row.places.aggregate(first=Min("since"), last=Max("since"))
    if times["first"] and times["first"] < row.started_on:
        raise RuleViolation(
            _("One of its places began on %(day)s. Enter that day or an earlier one.")
            % {"day": f"{times['first']:%d/%m/%Y}"},
            code="place_before_start",
            field="started_on",
        )
    if row.ended_on and times["last"] and times["last"] > row.ended_on:
        raise RuleViolation(
            _("One of its places began on %(day)s. Enter that day or a later one.")
            % {"day": f"{times['last']:%d/%m/%Y}"},
            code="place_after_end",
            field="ended_on",
        )


def _apply(row: GoodModel, facts: ModelFacts) -> None:
    for name in facts.__slots__:
        value = getattr(facts, name)
        setattr(row, name, nfc(value) if isinstance(value, str) else value)


def _told(row: GoodModel, documents: Sequence[int]) -> dict[str, Any]:
    return {
        "started_on": row.started_on,
        "ended_on": row.ended_on,
        "unit": row.led_by_id,
        "documents": sorted(documents),
    }


def _texts(row: GoodModel) -> dict[str, str]:
    texts = {name: getattr(row, name) for name in _FREE_TEXT}
    return {name: text for name, text in texts.items() if text}


def lock_model(model: GoodModel) -> tuple[Campaign, GoodModel]:
    """Lock a model behind its campaign, which comes along."""
    campaign = lock_campaign(model.campaign)
    row = GoodModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    row.campaign = campaign
    return campaign, row


@transaction.atomic
def record_model(
    *,
    actor: Any,
    campaign: Campaign,
    facts: ModelFacts,
    documents: Sequence[OfficialDocument] = (),
) -> GoodModel:
    """Write down a good model.

    Raises RuleViolation: "campaign_closed", "name_missing", "description_missing",
    "other_ward", "other_campaign", "in_future", "ended_before_start".
    """
    campaign = lock_campaign(campaign)
    row = GoodModel(campaign=campaign)
    _apply(row, facts)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_facts(facts, documents, campaign)
    checked(row)
    row.save(force_insert=True)
    row.documents.set(documents)
    told = _told(row, [one.pk for one in documents])
    record(mandate, "model_recorded", row, after=told, texts=_texts(row))
    return row


@transaction.atomic
def change_model(
    *,
    actor: Any,
    model: GoodModel,
    version: int,
    facts: ModelFacts,
    documents: Sequence[OfficialDocument] = (),
) -> GoodModel:
    """Correct a good model, or say that it ended.

    Raises EditConflict, and RuleViolation as record_model, "place_before_start",
    "place_after_end".
    """
    campaign, row = lock_model(model)
    require(actor, "keep_records", row)
    check_writable(campaign)
    check_version(row, version)
    before = _told(row, list(row.documents.values_list("pk", flat=True)))
    _apply(row, facts)
    mandate = require(actor, "keep_records", row)  # handing it over needs both
    _check_facts(facts, documents, campaign)
    _check_places(row)
    checked(row)
    row.version += 1
    row.save()
    row.documents.set(documents)
    record(
        mandate,
        "model_changed",
        row,
        before=before,
        after=_told(row, [one.pk for one in documents]),
        texts=_texts(row),
    )
    return row


def _check_place(facts: PlaceFacts, row: GoodModel, campaign: Campaign) -> None:
    check_unit(facts.unit, campaign, field="unit")
    if facts.unit is None and not nfc(facts.name):
        raise RuleViolation(
            _("Choose a unit or name the place."), code="place_missing", field="unit"
        )
    check_not_future(facts.since, field="since")
    if facts.since < row.started_on:
        raise RuleViolation(
            _("Enter a day from %(since)s on, when the model began. Now: %(day)s.")
            % {
                "since": f"{row.started_on:%d/%m/%Y}",
                "day": f"{facts.since:%d/%m/%Y}",
            },
            code="place_before_start",
            field="since",
        )
    if row.ended_on and facts.since > row.ended_on:
        raise RuleViolation(
            _("The model ended on %(day)s.") % {"day": f"{row.ended_on:%d/%m/%Y}"},
            code="place_after_end",
            field="since",
        )
    if facts.is_origin and row.places.filter(is_origin=True).exists():
        raise RuleViolation(
            _("The place where it began stands in the list already."),
            code="second_origin",
            field="is_origin",
        )
    here = row.places.filter(until=None, unit=facts.unit)
    if facts.unit is not None and here.exists():
        raise RuleViolation(
            _("The model runs here already."), code="place_twice", field="unit"
        )


@transaction.atomic
def add_place(*, actor: Any, model: GoodModel, facts: PlaceFacts) -> ModelPlace:
    """Add a place where the model runs.

    Raises RuleViolation: "campaign_closed", "other_ward", "place_missing", "in_future",
    "place_before_start", "place_after_end", "second_origin", "place_twice".
    """
    campaign, row = lock_model(model)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    _check_place(facts, row, campaign)
    place = ModelPlace(
        model=row,
        unit=facts.unit,
        name=nfc(facts.name),
        since=facts.since,
        is_origin=facts.is_origin,
    )
    checked(place)
    place.save(force_insert=True)
    record(
        mandate,
        "place_added",
        row,
        after={
            "place": place.pk,
            "unit": place.unit_id,
            "since": place.since,
            "is_origin": place.is_origin,
        },
        texts={"place": str(place)},
    )
    return place


@transaction.atomic
def end_place(*, actor: Any, place: ModelPlace, until: dt.date) -> ModelPlace:
    """Say until when the model ran in a place; it stays in the list.

    Raises RuleViolation: "campaign_closed", "in_future", "ended_before_start",
    "place_ended".
    """
    campaign, row = lock_model(place.model)
    mandate = require(actor, "keep_records", row)
    check_writable(campaign)
    ending = row.places.select_for_update(of=("self",)).get(pk=place.pk)
    if ending.until is not None:
        raise RuleViolation(
            _("This place ended on %(day)s.") % {"day": f"{ending.until:%d/%m/%Y}"},
            code="place_ended",
            field="until",
        )
    check_not_future(until, field="until")
    if until < ending.since:
        raise RuleViolation(
            _("Enter a day from %(since)s on, when it began. Now: %(day)s.")
            % {"since": f"{ending.since:%d/%m/%Y}", "day": f"{until:%d/%m/%Y}"},
            code="ended_before_start",
            field="until",
        )
    ending.until = until
    checked(ending)
    ending.save(update_fields=["until"])
    record(
        mandate,
        "place_ended",
        row,
        after={"place": ending.pk, "until": until},
        texts={"place": str(ending)},
    )
    return ending
