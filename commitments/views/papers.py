"""Printing official papers. GET reads and writes nothing; codes are made by POST."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commitments.papers.committees import committee_list
from commitments.papers.meetings import meeting_minutes
from commitments.papers.pledges import commitment_form as form_of
from commitments.selectors.papers import (
    find_committee,
    get_meeting_to_print,
    has_text,
    list_form_facts,
    list_form_units,
    list_meetings_to_print,
)
from commitments.services.papers import make_form_codes
from commitments.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.papers.responses import PDF, paper_response
from wardsecurity.papers.selectors import get_token_of, list_tokens, trail_line
from wardsecurity.papers.services import revoke_token
from wardsecurity.permissions import may


@require_safe
def paper_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What can be printed this year, and the codes that stand on paper."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    user = request.user
    below = f"/w/{campaign.ward.slug}/{campaign.year}/"
    tokens = list(list_tokens(user=user, unit=campaign.ward, below=below))
    return render(
        request,
        "commitments/papers/list.html",
        {
            "campaign": campaign,
            "has_text": has_text(user=user, campaign=campaign),
            "units": list_form_units(user=user, campaign=campaign),
            "committee": find_committee(user=user, campaign=campaign),
            "meetings": list_meetings_to_print(user=user, campaign=campaign),
            "live": [one for one in tokens if one.revoked_at is None],
            "revoked": [one for one in tokens if one.revoked_at is not None],
            "may_print": may(user, "keep_records", campaign)
            and campaign.closed_at is None,
            "may_revoke": may(user, "keep_records", campaign),
        },
    )


@require_POST
def paper_codes(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Give every unit's form its code, then show them all for printing."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    at = [ward, year]

    def act() -> str:
        make_form_codes(actor=request.user, campaign=campaign)
        return reverse("commitments:paper-commitments", args=at)

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect("commitments:paper-list", *at)


@require_POST
def paper_revoke(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """End a code: what it is printed on leads nowhere any more."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    token = get_token_of(user=request.user, unit=campaign.ward, pk=pk)
    back = reverse("commitments:paper-list", args=[ward, year])

    def act() -> str:
        revoke_token(actor=request.user, token=token)
        messages.success(request, _("The paper's code is revoked."))
        return back

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(back)


@require_safe
def commitment_forms(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Every unit's commitment form in one PDF, each from its own page 1."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    forms = list_form_facts(user=request.user, campaign=campaign)
    return paper_response(
        [form_of(facts) for facts in forms],
        kind=PDF,
        name=f"Bản cam kết năm {campaign.year} - {campaign.ward}",
    )


@require_safe
def commitment_form(
    request: HttpRequest, ward: str, year: int, unit: int, kind: str
) -> HttpResponse:
    """One unit's commitment form."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    (facts,) = list_form_facts(user=request.user, campaign=campaign, unit_pk=unit)
    name = f"Bản cam kết năm {campaign.year} - {facts.unit}"
    return paper_response([form_of(facts)], kind=kind, name=name)


@require_safe
def committee(request: HttpRequest, ward: str, year: int, kind: str) -> HttpResponse:
    """The list of the steering committee."""
    campaign = enter(request, ward=ward, year=year, nav="committee")
    found = find_committee(user=request.user, campaign=campaign)
    if found is None:
        raise Http404
    trail = trail_line(user=request.user, unit=campaign.ward)
    paper = committee_list(campaign, found, trail=trail)
    name = f"Danh sách Ban Chỉ đạo năm {campaign.year} - {campaign.ward}"
    return paper_response([paper], kind=kind, name=name)


@require_safe
def minutes(
    request: HttpRequest, ward: str, year: int, pk: int, kind: str
) -> HttpResponse:
    """The minutes of a meeting."""
    campaign = enter(request, ward=ward, year=year, nav="meetings")
    meeting = get_meeting_to_print(user=request.user, campaign=campaign, pk=pk)
    trail = trail_line(user=request.user, unit=campaign.ward)
    paper = meeting_minutes(campaign, meeting, trail=trail)
    return paper_response([paper], kind=kind, name=f"Biên bản - {meeting.title}")
