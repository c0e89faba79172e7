"""The page of a campaign: the home of everything that organises the work."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.campaigns import CampaignForm, stored_campaign
from commitments.forms.conflicts import conflict_of
from commitments.selectors.campaign_parts import parts_of
from commitments.selectors.campaigns import (
    get_campaign_page,
    get_standing,
    history_of_campaign,
    may_keep_campaign,
)
from commitments.selectors.document_trees import tree_of
from commitments.services.campaigns import change_campaign
from commitments.services.edits import EditConflict
from commitments.views.acting import act_once, renew_version, sent, status_of_form
from commitments.views.here import enter


@require_safe
def campaign_detail(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What the campaign runs under, where each part stands, where it comes from."""
    here = enter(request, ward=ward, year=year, nav="campaign")
    campaign = get_campaign_page(user=request.user, campaign=here)
    return render(
        request,
        "commitments/campaigns/detail.html",
        {
            "campaign": campaign,
            "parts": parts_of(
                campaign, get_standing(user=request.user, campaign=campaign)
            ),
            "branches": tree_of(user=request.user, campaign=campaign),
            "may_keep": may_keep_campaign(user=request.user, campaign=campaign),
            "history": history_of_campaign(user=request.user, campaign=campaign),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_edit(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Name the campaign, and choose the papers it runs under."""
    campaign = enter(request, ward=ward, year=year, nav="campaign")
    if not may_keep_campaign(user=request.user, campaign=campaign):
        raise PermissionDenied
    form = CampaignForm(sent(request), user=request.user, campaign=campaign)
    context: dict[str, Any] = {"campaign": campaign, "form": form}
    status = status_of_form(form)
    if form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            change_campaign(
                actor=request.user,
                campaign=campaign,
                version=data["version"] or 0,
                title=data["title"],
                resolution=data["resolution"],
                plan=data["plan"],
                regulation=data["regulation"],
            )
            messages.success(request, _("Campaign saved."))
            return reverse("commitments:campaign-detail", args=[ward, year])

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            history = history_of_campaign(user=request.user, campaign=campaign)
            stored = stored_campaign(refused.current)
            context["conflict"] = conflict_of(form, stored, history)
            renew_version(form, refused.current)
            status = 409
    return render(request, "commitments/campaigns/form.html", context, status=status)
