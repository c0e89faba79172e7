"""Meetings: the list of a year, one of them, recording and correcting it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.conflicts import conflict_of
from commitments.forms.meetings import (
    MeetingForm,
    Points,
    agenda_rows,
    stored_meeting,
)
from commitments.selectors.choices import documents_to_choose, own_units
from commitments.selectors.meetings import (
    get_meeting,
    get_meeting_board,
    get_meeting_page,
    history_of_meeting,
    list_agenda,
)
from commitments.services.edits import EditConflict
from commitments.services.meetings import change_meeting, record_meeting
from commitments.views.acting import act_once, renew_version, status_of_form
from commitments.views.here import enter
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def meeting_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Meetings of the year: to come first, then held; quarters with a session."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    board = get_meeting_board(
        user=request.user, campaign=campaign, show=request.GET.get("kind", "")
    )
    context = {"campaign": campaign, "board": board}
    return render(request, "commitments/meetings/list.html", context)


@require_safe
def meeting_detail(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Who organised it, what was on the agenda, who spoke, what was concluded."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    meeting = get_meeting(user=request.user, campaign=campaign, pk=pk)
    page = get_meeting_page(user=request.user, meeting=meeting)
    context = {"campaign": campaign, "page": page, "meeting": meeting}
    return render(request, "commitments/meetings/detail.html", context)


# --- Recording and correcting -----------------------------------------------------


def _detail_url(campaign: Any, meeting: Any) -> str:
    at = [campaign.ward.slug, campaign.year, meeting.pk]
    return reverse("commitments:meeting-detail", args=at)


def _points(request: HttpRequest, campaign: Any, agenda: Any = ()) -> Any:
    """The rows of an agenda; what they name already stays to choose from."""
    kept = [item.document for item in agenda if item.document]
    offered = [*documents_to_choose(user=request.user, campaign=campaign), *kept]
    documents = {str(one.pk): one for one in offered}
    return Points(
        request.POST or None,
        prefix="agenda",
        initial=agenda_rows(agenda),
        form_kwargs={"documents": documents},
    )


def _form_page(
    request: HttpRequest, form: Any, points: Any, *, status: int = 0, **more: Any
) -> HttpResponse:
    context = {"form": form, "points": points, **more}
    status = status or status_of_form(form)
    return render(request, "commitments/meetings/form.html", context, status=status)


def _is_whole(form: Any, points: Any) -> bool:
    """Whether the form and every row of its agenda are in order."""
    is_whole = form.is_valid()
    if points.is_valid():
        return is_whole
    said = points.non_form_errors() or [_("Correct the marked lines of the agenda.")]
    for sentence in said:
        form.add_error(None, sentence)
    return False


@FORM_PAGE
def meeting_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Record a meeting, planned or held, with its agenda."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    own = own_units(user=request.user, campaign=campaign)
    if own == set():
        raise PermissionDenied
    form = MeetingForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        own=own,
        initial={"kind": request.GET.get("kind", "")},
    )
    points = _points(request, campaign)
    if request.method == "POST" and _is_whole(form, points):

        def act() -> str:
            meeting = record_meeting(
                actor=request.user,
                campaign=campaign,
                facts=form.facts(),
                agenda=points.points(),
            )
            messages.success(request, _("Meeting saved."))
            return _detail_url(campaign, meeting)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, form, points, campaign=campaign)


@FORM_PAGE
def meeting_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a meeting, or write down what came of it."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    meeting = get_meeting(user=request.user, campaign=campaign, pk=pk)
    if not may(request.user, "keep_records", meeting):
        raise PermissionDenied
    form = MeetingForm(
        request.POST or None,
        user=request.user,
        campaign=campaign,
        own=own_units(user=request.user, campaign=campaign),
        meeting=meeting,
    )
    agenda = list_agenda(user=request.user, meeting=meeting)
    points = _points(request, campaign, agenda)
    more: dict[str, Any] = {"campaign": campaign, "meeting": meeting}
    if request.method == "POST" and _is_whole(form, points):

        def act() -> str:
            change_meeting(
                actor=request.user,
                meeting=meeting,
                version=form.cleaned_data["version"] or 0,
                facts=form.facts(),
                agenda=points.points(),
            )
            messages.success(request, _("Meeting saved."))
            return _detail_url(campaign, meeting)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            current = refused.current
            history = history_of_meeting(user=request.user, meeting=current)
            more["conflict"] = conflict_of(form, stored_meeting(current), history)
            more["conflict_agenda"] = list_agenda(user=request.user, meeting=current)
            renew_version(form, current)
            return _form_page(request, form, points, status=409, **more)
    return _form_page(request, form, points, **more)
