"""Funding: the table, a line, and the sheet to print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.conflicts import conflict_of
from commitments.forms.fields import ReasonForm
from commitments.forms.funding import FundingForm, stored_funding
from commitments.selectors.funding import (
    get_funding_line,
    get_funding_table,
    history_of_funding,
)
from commitments.services.edits import EditConflict
from commitments.services.funding import (
    change_funding,
    record_funding,
    remove_funding,
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
def funding_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What the plan costs, what was allocated and spent, by source and in all."""
    campaign = enter(request, ward=ward, year=year, nav="funding")
    table = get_funding_table(user=request.user, campaign=campaign)
    pks = [row.line.pk for block in table.blocks for row in block.rows]
    pks += [line.pk for line in table.removed]
    context = {
        "campaign": campaign,
        "table": table,
        "history": history_of_funding(user=request.user, pks=pks),
    }
    return render(request, "commitments/funding/list.html", context)


@require_safe
def funding_print(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The table as a sheet of paper."""
    campaign = enter(request, ward=ward, year=year, nav="funding")
    table = get_funding_table(user=request.user, campaign=campaign)
    context = {"campaign": campaign, "table": table}
    return render(request, "commitments/funding/print.html", context)


def _list_url(campaign: Any) -> str:
    at = [campaign.ward.slug, campaign.year]
    return reverse("commitments:funding-list", args=at)


def _check_may_keep(request: HttpRequest, row: Any, campaign: Any) -> None:
    if campaign.closed_at is not None or not may(request.user, "keep_records", row):
        raise PermissionDenied


@FORM_PAGE
def funding_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Write down a funding line."""
    campaign = enter(request, ward=ward, year=year, nav="funding")
    _check_may_keep(request, campaign, campaign)
    form = FundingForm(
        sent(request),
        user=request.user,
        campaign=campaign,
    )
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            record_funding(actor=request.user, campaign=campaign, facts=form.facts())
            messages.success(request, _("Funding line saved."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form}
    template = "commitments/funding/form.html"
    return render(request, template, context, status=status_of_form(form))


@FORM_PAGE
def funding_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a funding line."""
    campaign = enter(request, ward=ward, year=year, nav="funding")
    line = get_funding_line(user=request.user, campaign=campaign, pk=pk)
    _check_may_keep(request, line, campaign)
    form = FundingForm(
        sent(request),
        user=request.user,
        campaign=campaign,
        line=line,
    )
    context: dict[str, Any] = {"campaign": campaign, "form": form, "line": line}
    status = status_of_form(form)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_funding(
                actor=request.user,
                line=line,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
            messages.success(request, _("Funding line saved."))
            return _list_url(campaign)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            history = history_of_funding(user=request.user, pks=[line.pk])
            stored = stored_funding(refused.current)
            context["conflict"] = conflict_of(form, stored, history)
            renew_version(form, refused.current)
            status = 409
    return render(request, "commitments/funding/form.html", context, status=status)


@FORM_PAGE
def funding_remove(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Take a funding line out of the sums, with a reason; it stays to be seen."""
    campaign = enter(request, ward=ward, year=year, nav="funding")
    line = get_funding_line(user=request.user, campaign=campaign, pk=pk)
    _check_may_keep(request, line, campaign)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            remove_funding(
                actor=request.user, line=line, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Funding line removed."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "form": form, "line": line}
    template = "commitments/funding/remove.html"
    return render(request, template, context, status=status_of_form(form))
