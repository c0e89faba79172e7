"""Reading good models: where they run, since when, and how many were replicated."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from commitments.models import Campaign, GoodModel, ModelPlace
from commitments.selectors.choices import own_units
from commitments.selectors.history import HistoryItem, history_of_records, plain_words
from commitments.selectors.statuses import Status
from wardsecurity.audit.selectors import Told
from wardsecurity.permissions import may


def is_running(model: GoodModel, day: dt.date) -> bool:
    """Whether a model has begun and not ended on a day, both days counted."""
    ended = model.ended_on is not None and model.ended_on < day
    return model.started_on <= day and not ended


def is_replicated(places: Iterable[ModelPlace], campaign: Campaign) -> bool:
    """Whether a place other than where it began joined within the campaign's period."""
    return any(
        not place.is_origin
        and campaign.period_start <= place.since <= campaign.period_end
        for place in places
    )


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A good model as a list shows it."""

    model: GoodModel
    status: Status
    places: list[ModelPlace]
    running_in: int
    replicated: bool


@dataclass(frozen=True, slots=True)
class ModelList:
    """The page of good models."""

    cards: list[ModelCard]
    running: int
    replicated: int
    may_add: bool


def card_of(model: GoodModel, today: dt.date) -> ModelCard:
    """A model of list_models with its places, ready to be shown."""
    places = list(model.places.all())
    running = is_running(model, today)
    word = _("Running") if running else _("Ended")
    icon, tone = ("check-circle", "bamboo") if running else ("no-symbol", "muted")
    here = [
        place
        for place in places
        if running and (place.until is None or place.until >= today)
    ]
    return ModelCard(
        model=model,
        status=Status("running" if running else "ended", word, icon, tone),
        places=places,
        running_in=len(here),
        replicated=is_replicated(places, model.campaign),
    )


def list_models(*, user: Any, campaign: Campaign) -> QuerySet[GoodModel]:
    """Good models of a campaign with their places."""
    return (
        GoodModel.objects.for_user(user)
        .filter(campaign=campaign)
        .select_related("led_by")
        .prefetch_related("places__unit")
    )


def get_model_list(
    *, user: Any, campaign: Campaign, today: dt.date | None = None
) -> ModelList:
    """Good models, running ones first. Two queries and the places' units."""
    today = today or timezone.localdate()
    cards = []
    for model in list_models(user=user, campaign=campaign):
        model.campaign = campaign
        cards.append(card_of(model, today))
    cards.sort(key=lambda card: card.status.code != "running")
    return ModelList(
        cards=cards,
        running=sum(card.status.code == "running" for card in cards),
        replicated=sum(card.replicated for card in cards),
        may_add=campaign.closed_at is None
        and own_units(user=user, campaign=campaign) != set(),
    )


def get_model(*, user: Any, campaign: Campaign, pk: int) -> GoodModel:
    """A model with places and documents if `user` may read it; Http404 otherwise."""
    rows = list_models(user=user, campaign=campaign).prefetch_related("documents")
    model = get_object_or_404(rows, pk=pk)
    model.campaign = campaign
    return model


def get_place(*, user: Any, model: GoodModel, pk: int) -> ModelPlace:
    """A place of a model if `user` may read it; Http404 otherwise."""
    rows = ModelPlace.objects.for_user(user).select_related("unit")
    place = get_object_or_404(rows, model=model, pk=pk)
    place.model = model
    return place


def may_keep_model(*, user: Any, model: GoodModel) -> bool:
    """Whether the person changes a model and its places now."""
    return model.campaign.closed_at is None and may(user, "keep_records", model)


def _words(told: Told) -> str:
    what = plain_words(told)
    place = told.texts.get("place")
    return f"{what}: {place}" if place else what


def history_of_model(*, user: Any, model: GoodModel) -> list[HistoryItem]:
    """What was done to a model and its places, newest first. Two queries."""
    return history_of_records(user=user, model=GoodModel, pks=[model.pk], words=_words)
