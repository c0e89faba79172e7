"""Models a province recommends: the list, recommending, adopting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from commitments.forms.shared_models import AdoptForm, RecommendForm
from commitments.selectors.choices import own_units
from commitments.selectors.good_models import get_model
from commitments.selectors.shared_models import (
    get_model_to_adopt,
    get_shared_page,
    get_sharing_unit,
)
from commitments.services.shared_models import (
    adopt_model,
    recommend_model,
    withdraw_recommendation,
)
from commitments.views.acting import act_once, sent, status_of_form
from commitments.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def shared_models(request: HttpRequest, unit: str) -> HttpResponse:
    """What works elsewhere in the province, and how many took it up."""
    province = get_sharing_unit(user=request.user, slug=unit)
    nav = "shared-models" if province.reads_all else "models"  # type: ignore[attr-defined]
    request.nav = nav  # type: ignore[attr-defined]
    page = get_shared_page(
        unit=province,
        shows_all=request.GET.get("show") == "all",
        page=request.GET.get("page", ""),
    )
    return render(request, "commitments/shared_models/list.html", {"page": page})


def _to_recommend(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The model of an address; PermissionDenied for who does not recommend."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    model = get_model(user=request.user, campaign=campaign, pk=pk)
    if not may(request.user, "recommend", model):
        raise PermissionDenied
    return campaign, model


@FORM_PAGE
def model_recommend(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Recommend a ward's model to the province."""
    campaign, model = _to_recommend(request, ward, year, pk)
    form = RecommendForm(sent(request), initial={"why": model.recommended_why})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            recommend_model(
                actor=request.user, model=model, why=form.cleaned_data["why"]
            )
            messages.success(request, _("Model recommended to the wards."))
            return reverse("commitments:model-detail", args=[ward, year, pk])

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form, "model": model}
    template = "commitments/shared_models/recommend.html"
    return render(request, template, context, status=status_of_form(form))


@require_POST
def model_unrecommend(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Take a recommendation back."""
    _campaign, model = _to_recommend(request, ward, year, pk)
    back = reverse("commitments:model-detail", args=[ward, year, pk])

    def act() -> str:
        withdraw_recommendation(actor=request.user, model=model)
        messages.success(request, _("Recommendation taken back."))
        return back

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(back)


@FORM_PAGE
def model_adopt(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Make a recommended model of another ward this ward's own."""
    campaign = enter(request, ward=ward, year=year, nav="models")
    own = own_units(user=request.user, campaign=campaign)
    if campaign.closed_at is not None or own == set():
        raise PermissionDenied
    source = get_model_to_adopt(campaign=campaign, pk=pk)
    form = AdoptForm(sent(request), user=request.user, campaign=campaign, own=own)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            model = adopt_model(
                actor=request.user,
                campaign=campaign,
                source=source,
                adoption=form.adoption(),
            )
            messages.success(request, _("Model adopted."))
            return reverse("commitments:model-detail", args=[ward, year, model.pk])

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form, "source": source}
    template = "commitments/shared_models/adopt.html"
    return render(request, template, context, status=status_of_form(form))
