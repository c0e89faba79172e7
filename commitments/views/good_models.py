"""Good models: the list, one of them, and the places where it runs."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.conflicts import conflict_of
from commitments.forms.good_models import (
    GoodModelForm,
    PlaceEndForm,
    PlaceForm,
    stored_model,
)
from commitments.selectors.choices import own_units
from commitments.selectors.good_models import (
    card_of,
    get_model,
    get_model_list,
    get_place,
    history_of_model,
    may_keep_model,
)
from commitments.selectors.shared_models import province_of, sharing_of
from commitments.services.edits import EditConflict
from commitments.services.good_models import (
    add_place,
    change_model,
    end_place,
    record_model,
)
from commitments.views.acting import (
    act_once,
    renew_version,
    sent,
    status_of_form,
)
from commitments.views.here import enter
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def model_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Good models of the year and where they run."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    models = get_model_list(user=request.user, campaign=campaign)
    province = province_of(campaign.ward)
    context = {"campaign": campaign, "models": models, "province": province}
    return render(request, "commitments/good_models/list.html", context)


@require_safe
def model_detail(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """What it is, what it brought, where it runs since when."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    model = get_model(user=request.user, campaign=campaign, pk=pk)
    return render(
        request,
        "commitments/good_models/detail.html",
        {
            "campaign": campaign,
            "model": model,
            "card": card_of(model, timezone.localdate()),
            "may_keep": may_keep_model(user=request.user, model=model),
            "history": history_of_model(user=request.user, model=model),
            "sharing": sharing_of(model),
            "may_recommend": may(request.user, "recommend", model),
        },
    )


def _detail_url(model: Any) -> str:
    campaign = model.campaign
    at = [campaign.ward.slug, campaign.year, model.pk]
    return reverse("commitments:model-detail", args=at)


@FORM_PAGE
def model_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Write down a good model."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    own = own_units(user=request.user, campaign=campaign)
    if campaign.closed_at is not None or own == set():
        raise PermissionDenied
    form = GoodModelForm(
        sent(request),
        user=request.user,
        campaign=campaign,
        own=own,
    )
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            model = record_model(
                actor=request.user,
                campaign=campaign,
                facts=form.facts(),
                documents=list(form.cleaned_data["documents"]),
            )
            messages.success(request, _("Good model saved."))
            return _detail_url(model)

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form}
    template = "commitments/good_models/form.html"
    return render(request, template, context, status=status_of_form(form))


def _to_edit(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The model of an address; PermissionDenied for who only reads it."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    model = get_model(user=request.user, campaign=campaign, pk=pk)
    if not may_keep_model(user=request.user, model=model):
        raise PermissionDenied
    return campaign, model


@FORM_PAGE
def model_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a good model, or say that it ended."""
    campaign, model = _to_edit(request, ward, year, pk)
    form = GoodModelForm(
        sent(request),
        user=request.user,
        campaign=campaign,
        own=own_units(user=request.user, campaign=campaign),
        model=model,
    )
    context: dict[str, Any] = {"campaign": campaign, "form": form, "model": model}
    status = status_of_form(form)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_model(
                actor=request.user,
                model=model,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
                documents=list(form.cleaned_data["documents"]),
            )
            messages.success(request, _("Good model saved."))
            return _detail_url(model)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            history = history_of_model(user=request.user, model=model)
            stored = stored_model(refused.current)
            context["conflict"] = conflict_of(form, stored, history)
            renew_version(form, refused.current)
            status = 409
    return render(request, "commitments/good_models/form.html", context, status=status)


@FORM_PAGE
def place_add(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Add a place where the model runs."""
    campaign, model = _to_edit(request, ward, year, pk)
    form = PlaceForm(
        sent(request),
        user=request.user,
        campaign=campaign,
    )
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            add_place(actor=request.user, model=model, facts=form.facts())
            messages.success(request, _("Place saved."))
            return _detail_url(model)

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form, "model": model}
    template = "commitments/good_models/place.html"
    return render(request, template, context, status=status_of_form(form))


@FORM_PAGE
def place_end(
    request: HttpRequest, ward: str, year: int, pk: int, place: int
) -> HttpResponse:
    """Say until when the model ran in a place."""
    campaign, model = _to_edit(request, ward, year, pk)
    ending = get_place(user=request.user, model=model, pk=place)
    form = PlaceEndForm(sent(request))
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            end_place(
                actor=request.user, place=ending, until=form.cleaned_data["until"]
            )
            messages.success(request, _("Place saved."))
            return _detail_url(model)

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form, "model": model, "place": ending}
    template = "commitments/good_models/place.html"
    return render(request, template, context, status=status_of_form(form))
