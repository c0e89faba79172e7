"""The steering committee: its page, establishing it, its members.

Replacing a member is a page of criteria: categories in charge go on with the post.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.conflicts import conflict_of
from commitments.forms.members import (
    CommitteeForm,
    EndForm,
    MemberForm,
    stored_committee,
    stored_member,
)
from commitments.selectors.committees import (
    find_committee,
    get_committee,
    get_committee_page,
    get_member,
    history_of_committee,
    history_of_member,
)
from commitments.services.committees import change_committee, establish_committee
from commitments.services.edits import EditConflict
from commitments.services.members import add_member, change_member, end_member
from commitments.views.acting import act_once, renew_version, status_of_form
from commitments.views.here import enter
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def committee_detail(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Who serves, by role; who served; by which decision."""
    campaign = enter(request, ward=ward, year=year, nav="committee")
    page = get_committee_page(user=request.user, campaign=campaign)
    context = {"campaign": campaign, "page": page}
    return render(request, "commitments/committees/detail.html", context)


def _enter_to_write(request: HttpRequest, ward: str, year: int) -> Any:
    campaign = enter(request, ward=ward, year=year, nav="committee")
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied
    return campaign


def _page_url(campaign: Any) -> str:
    at = [campaign.ward.slug, campaign.year]
    return reverse("commitments:committee-detail", args=at)


def _form_page(
    request: HttpRequest, name: str, form: Any, *, status: int = 0, **more: Any
) -> HttpResponse:
    status = status or status_of_form(form)
    template = f"commitments/committees/{name}.html"
    return render(request, template, {"form": form, **more}, status=status)


@FORM_PAGE
def committee_establish(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Write down the committee of this year."""
    campaign = _enter_to_write(request, ward, year)
    if request.method != "POST" and find_committee(
        user=request.user, campaign=campaign
    ):
        return redirect(_page_url(campaign))
    form = CommitteeForm(request.POST or None, user=request.user, campaign=campaign)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            establish_committee(
                actor=request.user, campaign=campaign, facts=form.facts()
            )
            messages.success(request, _("Committee saved. Add its members."))
            return _page_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, "form", form, campaign=campaign)


@FORM_PAGE
def committee_edit(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Correct the committee's name or decision."""
    campaign = _enter_to_write(request, ward, year)
    committee = get_committee(user=request.user, campaign=campaign)
    form = CommitteeForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        committee=committee,
    )
    more: dict[str, Any] = {"campaign": campaign, "committee": committee}
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_committee(
                actor=request.user,
                committee=committee,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
            messages.success(request, _("Committee saved."))
            return _page_url(campaign)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            history = history_of_committee(
                user=request.user, committee=committee, members=[]
            )
            stored = stored_committee(refused.current)
            more["conflict"] = conflict_of(form, stored, history)
            renew_version(form, refused.current)
            return _form_page(request, "form", form, status=409, **more)
    return _form_page(request, "form", form, **more)


@FORM_PAGE
def member_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Add a member; "and one more" comes back to an empty form."""
    campaign = _enter_to_write(request, ward, year)
    committee = get_committee(user=request.user, campaign=campaign)
    form = MemberForm(request.POST or None, user=request.user, campaign=campaign)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            member = add_member(
                actor=request.user, committee=committee, facts=form.facts()
            )
            messages.success(
                request, _("Member saved: %(position)s.") % {"position": member}
            )
            if "more" in request.POST:
                return reverse("commitments:member-create", args=[ward, year])
            return _page_url(campaign)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, "member", form, campaign=campaign)


@FORM_PAGE
def member_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct what is written of a member."""
    campaign = _enter_to_write(request, ward, year)
    member = get_member(user=request.user, campaign=campaign, pk=pk)
    form = MemberForm(
        request.POST or None, user=request.user, campaign=campaign, member=member
    )
    more: dict[str, Any] = {"campaign": campaign, "member": member}
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            change_member(
                actor=request.user,
                member=member,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
            )
            messages.success(
                request, _("Member saved: %(position)s.") % {"position": member}
            )
            return _page_url(campaign)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            more["conflict"] = _member_conflict(request, form, refused.current)
            return _form_page(request, "member", form, status=409, **more)
    return _form_page(request, "member", form, **more)


def _member_conflict(request: HttpRequest, form: Any, current: Any) -> Any:
    history = history_of_member(user=request.user, member=current)
    conflict = conflict_of(form, stored_member(current), history)
    renew_version(form, current)
    return conflict


@FORM_PAGE
def member_end(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """End a member's term without a successor."""
    campaign = _enter_to_write(request, ward, year)
    member = get_member(user=request.user, campaign=campaign, pk=pk)
    form = EndForm(request.POST or None, initial={"version": member.version})
    more: dict[str, Any] = {"campaign": campaign, "member": member}
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            end_member(
                actor=request.user,
                member=member,
                version=form.cleaned_data["version"] or 0,
                last_day=form.cleaned_data["last_day"],
            )
            messages.success(
                request, _("Term ended: %(position)s.") % {"position": member}
            )
            return _page_url(campaign)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            more["conflict"] = _member_conflict(request, form, refused.current)
            more["member"] = refused.current
            return _form_page(request, "end", form, status=409, **more)
    return _form_page(request, "end", form, **more)
