"""Bodies above or beside the ward, and Party terms: one page, and its forms."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.bodies import BodyForm, TermForm
from commitments.selectors.bodies import get_body, get_term, list_bodies, list_terms
from commitments.selectors.committees_above import list_committees_above
from commitments.services.bodies import (
    change_body,
    change_term,
    record_term,
    register_body,
)
from commitments.views.acting import act_once, sent, status_of_form
from commitments.views.here import enter
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def body_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Who issues papers besides the ward's units; the terms Party numbers run in."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    return render(
        request,
        "commitments/documents/bodies.html",
        {
            "campaign": campaign,
            "bodies": list_bodies(user=request.user, ward=campaign.ward),
            "above": list_committees_above(ward=campaign.ward),
            "terms": list_terms(user=request.user, ward=campaign.ward),
            "may_keep": may(request.user, "keep_records", campaign),
        },
    )


def _to_keep(request: HttpRequest, ward: str, year: int) -> Any:
    """The campaign of an address; PermissionDenied for who only reads."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied
    return campaign


def _form_page(
    request: HttpRequest, campaign: Any, form: forms.Form, **more: Any
) -> HttpResponse:
    template = "commitments/documents/body_form.html"
    context = {"campaign": campaign, "form": form, **more}
    return render(request, template, context, status=status_of_form(form))


def _list_url(campaign: Any) -> str:
    return reverse("commitments:body-list", args=[campaign.ward.slug, campaign.year])


@FORM_PAGE
def body_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Register a body."""
    campaign = _to_keep(request, ward, year)
    form = BodyForm(sent(request))
    if form.is_valid():

        def act() -> str:
            register_body(actor=request.user, ward=campaign.ward, **form.cleaned_data)
            messages.success(request, _("Body saved."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, campaign, form, title=_("Register a body"))


@FORM_PAGE
def body_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct the name or kind of a body."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    body = get_body(user=request.user, ward=campaign.ward, pk=pk)
    if not may(request.user, "keep_records", body):
        raise PermissionDenied
    form = BodyForm(sent(request), body=body)
    if form.is_valid():

        def act() -> str:
            change_body(actor=request.user, body=body, **form.cleaned_data)
            messages.success(request, _("Body saved."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, campaign, form, title=_("Correct a body"))


@FORM_PAGE
def term_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Write down a term of a Party body."""
    campaign = _to_keep(request, ward, year)
    form = TermForm(sent(request), user=request.user, ward=campaign.ward)
    if form.is_valid():

        def act() -> str:
            record_term(actor=request.user, ward=campaign.ward, facts=form.facts())
            messages.success(request, _("Term saved."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, campaign, form, title=_("Record a term"), is_term=True)


@FORM_PAGE
def term_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a term."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    term = get_term(user=request.user, ward=campaign.ward, pk=pk)
    if not may(request.user, "keep_records", term):
        raise PermissionDenied
    form = TermForm(sent(request), user=request.user, ward=campaign.ward, term=term)
    if form.is_valid():

        def act() -> str:
            change_term(actor=request.user, term=term, facts=form.facts())
            messages.success(request, _("Term saved."))
            return _list_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, campaign, form, title=_("Correct a term"), is_term=True)
