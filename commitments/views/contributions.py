"""Papers and comments contributed to a meeting: writing one down, correcting it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.forms.conflicts import conflict_of
from commitments.forms.contributions import ContributionForm, stored_contribution
from commitments.selectors.meetings import (
    get_contribution,
    get_meeting,
    history_of_contribution,
)
from commitments.services.contributions import add_contribution, change_contribution
from commitments.services.edits import EditConflict
from commitments.views.acting import act_once, renew_version, status_of_form
from commitments.views.here import enter
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _meeting(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The meeting of an address, for those who keep it."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    meeting = get_meeting(user=request.user, campaign=campaign, pk=pk)
    return campaign, meeting, may(request.user, "keep_records", meeting)


def _form_page(
    request: HttpRequest, form: Any, *, status: int = 0, **more: Any
) -> HttpResponse:
    template = "commitments/meetings/contribution.html"
    status = status or status_of_form(form)
    return render(request, template, {"form": form, **more}, status=status)


@FORM_PAGE
def contribution_create(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Write down what somebody contributed to a meeting."""
    campaign, meeting, may_keep = _meeting(request, ward, year, pk)
    if not may_keep:
        raise PermissionDenied
    form = ContributionForm(request.POST or None, user=request.user, meeting=meeting)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            add_contribution(actor=request.user, meeting=meeting, facts=form.facts())
            messages.success(request, _("Contribution saved."))
            return reverse("commitments:meeting-detail", args=[ward, year, pk])

        if done := act_once(request, form, act):
            return done
    return _form_page(request, form, campaign=campaign, meeting=meeting)


@FORM_PAGE
def contribution_edit(
    request: HttpRequest, ward: str, year: int, pk: int, contribution: int
) -> HttpResponse:
    """Correct a contribution."""
    campaign, meeting, may_keep = _meeting(request, ward, year, pk)
    row = get_contribution(user=request.user, meeting=meeting, pk=contribution)
    if not may_keep:
        raise PermissionDenied
    form = ContributionForm(
        request.POST or None, user=request.user, meeting=meeting, contribution=row
    )
    more: dict[str, Any] = {
        "campaign": campaign,
        "meeting": meeting,
        "contribution": row,
    }
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_contribution(
                actor=request.user,
                contribution=row,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
            messages.success(request, _("Contribution saved."))
            return reverse("commitments:meeting-detail", args=[ward, year, pk])

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            current = refused.current
            history = history_of_contribution(user=request.user, contribution=current)
            stored = stored_contribution(current)
            more["conflict"] = conflict_of(form, stored, history)
            renew_version(form, current)
            return _form_page(request, form, status=409, **more)
    return _form_page(request, form, **more)
