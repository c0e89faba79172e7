"""Categories in charge of a committee member, and replacing one.

Why replacing stands here and not in commitments: criteria/services/in_charge.py.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.forms.conflicts import conflict_of
from commitments.selectors.committees import get_member, history_of_member
from commitments.services.edits import EditConflict
from commitments.views.acting import act_once, renew_version, status_of_form
from commitments.views.here import enter
from criteria.forms.in_charge import CategoriesForm, ReplaceForm
from criteria.services.in_charge import replace_in_charge, set_member_categories
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _member(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The campaign and its member, for those who keep the committee."""
    campaign = enter(request, ward=ward, year=year, nav="committee")
    member = get_member(user=request.user, campaign=campaign, pk=pk)
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied
    return campaign, member


@FORM_PAGE
def member_categories(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Choose the categories a member is in charge of."""
    campaign, member = _member(request, ward, year, pk)
    # Nothing ticked sends no field of the form: it is bound all the same.
    sent = request.POST if request.method == "POST" else None
    form = CategoriesForm(sent, user=request.user, member=member)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            set_member_categories(
                actor=request.user,
                member=member,
                categories=form.cleaned_data["categories"],
            )
            messages.success(
                request,
                _("Categories in charge saved: %(position)s.") % {"position": member},
            )
            return reverse("commitments:committee-detail", args=[ward, year])

        if done := act_once(request, form, act):
            return done
    context = {"campaign": campaign, "member": member, "form": form}
    template = "criteria/in_charge/categories.html"
    return render(request, template, context, status=status_of_form(form))


@FORM_PAGE
def member_replace(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """End a member's term and begin the next one's, categories in charge with it."""
    campaign, member = _member(request, ward, year, pk)
    form = ReplaceForm(request.POST or None, user=request.user, member=member)
    context: dict[str, Any] = {"campaign": campaign, "member": member, "form": form}
    template = "criteria/in_charge/replace.html"
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            replace_in_charge(
                actor=request.user,
                member=member,
                version=data["version"] or 0,
                last_day=data["last_day"],
                successor=form.successor(),
                categories=data["categories"],
            )
            messages.success(
                request,
                _("Member replaced: %(position)s.") % {"position": data["position"]},
            )
            return reverse("commitments:committee-detail", args=[ward, year])

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            current = refused.current
            history = history_of_member(user=request.user, member=current)
            stored = {name: getattr(current, name) for name in ("position", "name")}
            context["conflict"] = conflict_of(form, stored, history)
            context["member"] = current
            renew_version(form, current)
            return render(request, template, context, status=409)
    return render(request, template, context, status=status_of_form(form))
