"""The steering committees above the wards: kept by the province, read by the wards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.committees_above import (
    BodyMemberEndForm,
    BodyMemberForm,
    CommitteeAboveForm,
)
from commitments.selectors.committees_above import (
    get_body_member,
    get_committee,
    get_keeper,
    list_committees,
)
from commitments.services.committees_above import (
    add_body_member,
    end_body_member,
    register_committee,
)
from commitments.views.acting import act_once, done_before, sent, status_of_form
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _enter(request: HttpRequest, unit: str) -> Any:
    request.nav = "province"  # type: ignore[attr-defined]
    return get_keeper(user=request.user, slug=unit)


def _to_keep(request: HttpRequest, unit: str) -> Any:
    """The province of an address; PermissionDenied for who only reads."""
    keeper = _enter(request, unit)
    if not may(request.user, "keep_committees_above", keeper):
        raise PermissionDenied
    return keeper


def _home(unit: Any) -> str:
    return reverse("commitments:committees-above", args=[unit.slug])


def _form_page(
    request: HttpRequest, unit: Any, form: forms.Form, title: str, button: str
) -> HttpResponse:
    context = {"unit": unit, "form": form, "title": title, "button": button}
    template = "commitments/committees/above_form.html"
    return render(request, template, context, status=status_of_form(form))


@require_safe
def committees_above(request: HttpRequest, unit: str) -> HttpResponse:
    """The committees of a province and who sits in them."""
    keeper = _enter(request, unit)
    return render(
        request,
        "commitments/committees/above.html",
        {
            "unit": keeper,
            "committees": list_committees(user=request.user, unit=keeper),
            "may_keep": may(request.user, "keep_committees_above", keeper),
        },
    )


@FORM_PAGE
def committee_create(request: HttpRequest, unit: str) -> HttpResponse:
    """Register a committee."""
    keeper = _to_keep(request, unit)
    form = CommitteeAboveForm(sent(request))
    if form.is_valid():

        def act() -> str:
            register_committee(actor=request.user, unit=keeper, **form.cleaned_data)
            messages.success(request, _("Committee saved."))
            return _home(keeper)

        if done := act_once(request, form, act):
            return done
    return _form_page(
        request, keeper, form, _("Register a committee"), _("Save committee")
    )


@FORM_PAGE
def body_member_create(request: HttpRequest, unit: str, pk: int) -> HttpResponse:
    """Add who sits in a committee."""
    keeper = _to_keep(request, unit)
    body = get_committee(user=request.user, unit=keeper, pk=pk)
    form = BodyMemberForm(sent(request))
    if form.is_valid():

        def act() -> str:
            add_body_member(actor=request.user, body=body, **form.cleaned_data)
            messages.success(request, _("Member saved."))
            return _home(keeper)

        if done := act_once(request, form, act):
            return done
    title = _("Add a member of %(body)s") % {"body": body}
    return _form_page(request, keeper, form, title, _("Save member"))


@FORM_PAGE
def body_member_end(request: HttpRequest, unit: str, pk: int) -> HttpResponse:
    """Write down a member's last day."""
    keeper = _to_keep(request, unit)
    if led_to := done_before(request):
        return led_to
    member = get_body_member(user=request.user, unit=keeper, pk=pk)
    form = BodyMemberEndForm(sent(request))
    if form.is_valid():

        def act() -> str:
            end_body_member(actor=request.user, member=member, **form.cleaned_data)
            messages.success(request, _("Last day saved."))
            return _home(keeper)

        if done := act_once(request, form, act):
            return done
    title = _("Last day of %(position)s") % {"position": member}
    return _form_page(request, keeper, form, title, _("Save last day"))
