"""Directives: the list, one of them, giving, correcting and following it."""

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
from commitments.forms.directives import (
    DirectiveForm,
    FollowForm,
    stored_directive,
    stored_follow_up,
)
from commitments.selectors.choices import own_units
from commitments.selectors.directives import (
    STATES,
    get_directive,
    get_directive_board,
    giver_of,
    history_of_directive,
    may_give,
    rights_of,
    sent_back,
    status_of,
    word_of,
)
from commitments.services.directives import (
    change_directive,
    follow_directive,
    give_directive,
)
from commitments.services.edits import EditConflict
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
def directive_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Directives of the year by state, overdue ones first."""
    campaign = enter(request, ward=ward, year=year, nav="directives")
    board = get_directive_board(
        user=request.user, campaign=campaign, show=request.GET.get("show", "")
    )
    context = {"campaign": campaign, "board": board}
    return render(request, "commitments/directives/list.html", context)


@require_safe
def directive_detail(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """What it says, who gave it, who carries it out, what came of it."""
    campaign = enter(request, ward=ward, year=year, nav="directives")
    directive = get_directive(user=request.user, campaign=campaign, pk=pk)
    return render(
        request,
        "commitments/directives/detail.html",
        {
            "campaign": campaign,
            "directive": directive,
            "giver": giver_of(directive),
            "status": status_of(directive, timezone.localdate()),
            "rights": rights_of(user=request.user, directive=directive),
            "sent_back": sent_back(user=request.user, directive=directive),
            "history": history_of_directive(user=request.user, directive=directive),
        },
    )


def _form_page(
    request: HttpRequest, form: DirectiveForm, *, status: int, **more: Any
) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "commitments/directives/form.html", context, status=status)


def _detail_url(directive: Any) -> str:
    campaign = directive.campaign
    at = [campaign.ward.slug, campaign.year, directive.pk]
    return reverse("commitments:directive-detail", args=at)


@FORM_PAGE
def directive_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Give a directive: from above for people of the province, else the ward's own."""
    campaign = enter(request, ward=ward, year=year, nav="directives")
    if not may_give(user=request.user, campaign=campaign):
        raise PermissionDenied
    origin = "above" if may(request.user, "direct_from_above", campaign) else "own"
    own = None if origin == "above" else own_units(user=request.user, campaign=campaign)
    form = DirectiveForm(
        sent(request),
        user=request.user,
        campaign=campaign,
        origin=origin,
        own=own,
    )
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            given = give_directive(
                actor=request.user,
                campaign=campaign,
                origin=origin,
                facts=form.facts(),
            )
            messages.success(request, _("Directive saved."))
            return _detail_url(given)

        if done := act_once(request, form, act):
            return done
    status = status_of_form(form)
    return _form_page(request, form, status=status, campaign=campaign, origin=origin)


def _to_edit(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The directive of an address, with what the person may do with it."""
    campaign = enter(request, ward=ward, year=year, nav="directives")
    directive = get_directive(user=request.user, campaign=campaign, pk=pk)
    return campaign, directive, rights_of(user=request.user, directive=directive)


@FORM_PAGE
def directive_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct what a directive says."""
    campaign, directive, rights = _to_edit(request, ward, year, pk)
    if not rights.change:
        raise PermissionDenied
    is_above = directive.origin == "above"
    own = None if is_above else own_units(user=request.user, campaign=campaign)
    form = DirectiveForm(
        sent(request),
        user=request.user,
        campaign=campaign,
        origin=directive.origin,
        own=own,
        directive=directive,
    )
    more = {"campaign": campaign, "origin": directive.origin, "directive": directive}
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_directive(
                actor=request.user,
                directive=directive,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
            messages.success(request, _("Directive saved."))
            return _detail_url(directive)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            stored = stored_directive(refused.current)
            more["conflict"] = _conflict(request, form, refused.current, stored)
            return _form_page(request, form, status=409, **more)
    return _form_page(request, form, status=status_of_form(form), **more)


def _conflict(request: HttpRequest, form: Any, current: Any, stored: Any) -> Any:
    history = history_of_directive(user=request.user, directive=current)
    words = {one: word_of(one) for one in STATES}
    conflict = conflict_of(form, stored, history, words)
    renew_version(form, current)
    return conflict


@FORM_PAGE
def directive_follow(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Take a directive a step on its way, or say how it goes."""
    campaign, directive, rights = _to_edit(request, ward, year, pk)
    if not rights.follow:
        raise PermissionDenied
    form = FollowForm(
        sent(request),
        user=request.user,
        directive=directive,
        decides=may(request.user, "direct_from_above", directive),
        follows=may(request.user, "follow_directive", directive),
    )
    context = {"campaign": campaign, "directive": directive, "form": form}
    context |= {
        "giver": giver_of(directive),
        "status": _status(directive),
        "sent_back": sent_back(user=request.user, directive=directive),
    }
    template = "commitments/directives/follow.html"
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            follow_directive(
                actor=request.user,
                directive=directive,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(),
            )
            messages.success(request, _("Follow-up saved."))
            return _detail_url(directive)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            return _follow_conflict(request, refused.current, form, context)
    return render(request, template, context, status=status_of_form(form))


def _status(directive: Any) -> Any:
    return status_of(directive, timezone.localdate())


def _follow_conflict(
    request: HttpRequest, current: Any, form: FollowForm, context: dict[str, Any]
) -> HttpResponse:
    """Both versions side by side; what no longer follows has to be chosen anew."""
    conflict = _conflict(request, form, current, stored_follow_up(current))
    again = FollowForm(
        form.data,
        user=request.user,
        directive=current,
        decides="reason" in form.fields,
        follows="outcome" in form.fields,
    )
    context |= {"form": again, "conflict": conflict, "status": _status(current)}
    return render(request, "commitments/directives/follow.html", context, status=409)
