"""Recording a ceremony in one form, and ceremony mode for the hall."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commitments.forms.pledge_ceremonies import CeremonyForms, TurnForm
from commitments.selectors.pledge_ceremonies import (
    get_ceremony,
    get_hall,
    list_ceremonies,
    list_meetings_to_sign_at,
    positions_for,
)
from commitments.selectors.pledge_texts import latest_text, shown_text
from commitments.selectors.pledges import score_day, unsigned_units
from commitments.services.pledge_ceremonies import (
    CeremonyRefused,
    Signature,
    hold_ceremony,
    open_ceremony,
    sign_at_ceremony,
)
from commitments.views.acting import act_once, sent
from commitments.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may


def _enter(request: HttpRequest, ward: str, year: int) -> Any:
    """The campaign, for somebody who keeps its records."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied
    return campaign


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_ceremony(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Many units in one form; or open the ceremony and let them sign one by one."""
    campaign = _enter(request, ward, year)
    units = unsigned_units(campaign, score_day(campaign))
    forms = CeremonyForms(
        sent(request),
        meetings=list_meetings_to_sign_at(user=request.user, campaign=campaign),
        units=units,
        positions=positions_for(units),
        initial={"held_on": min(timezone.localdate(), campaign.period_end)},
        all_signed="all" in request.GET,
    )
    if request.method == "POST":
        if "open" in request.POST and forms.occasion.is_valid():
            done = _opened(request, campaign, forms)
        else:
            done = _held(request, campaign, forms) if forms.is_valid() else None
        if done:
            return done
    text = latest_text(user=request.user, campaign=campaign)
    return render(
        request,
        "commitments/pledges/ceremony.html",
        {
            "campaign": campaign,
            "forms": forms,
            "shown": shown_text(text) if text else None,
            "ceremonies": list_ceremonies(user=request.user, campaign=campaign)[:5],
        },
        status=422 if request.method == "POST" else 200,
    )


def _held(
    request: HttpRequest, campaign: Any, forms: CeremonyForms
) -> HttpResponse | None:
    def act() -> str:
        signatures = forms.signatures()
        hold_ceremony(
            actor=request.user,
            campaign=campaign,
            occasion=forms.occasion.occasion(),
            signatures=signatures,
        )
        messages.success(
            request,
            ngettext(
                "Ceremony recorded: %(count)s unit signed.",
                "Ceremony recorded: %(count)s units signed.",
                len(signatures),
            )
            % {"count": len(signatures)},
        )
        return reverse(
            "commitments:pledge-board", args=[campaign.ward.slug, campaign.year]
        )

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except CeremonyRefused as refused:
        forms.refuse(refused)
    except RuleViolation as violation:
        field = violation.field if violation.field in forms.occasion.fields else None
        forms.occasion.add_error(field, violation.message)
    return None


def _opened(
    request: HttpRequest, campaign: Any, forms: CeremonyForms
) -> HttpResponse | None:
    def act() -> str:
        ceremony = open_ceremony(
            actor=request.user, campaign=campaign, occasion=forms.occasion.occasion()
        )
        at = [campaign.ward.slug, campaign.year, ceremony.pk]
        return reverse("commitments:pledge-live", args=at)

    return act_once(request, forms.occasion, act)


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_live(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Ceremony mode: one unit after another, on the hall's screen."""
    campaign = _enter(request, ward, year)
    ceremony = get_ceremony(user=request.user, campaign=campaign, pk=pk)
    asked = request.POST.get("unit") or request.GET.get("unit") or ""
    hall = get_hall(user=request.user, ceremony=ceremony, unit=whole_number(asked))
    form = TurnForm(sent(request), initial={"position": hall.position})
    if form.is_valid() and (done := _turn(request, ceremony, hall, form)):
        return done
    return render(
        request,
        "commitments/pledges/live.html",
        {"campaign": campaign, "hall": hall, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _turn(
    request: HttpRequest, ceremony: Any, hall: Any, form: TurnForm
) -> HttpResponse | None:
    """The called unit signs; a press for one that signed meanwhile only moves on."""
    campaign, data = ceremony.campaign, form.cleaned_data
    here = reverse(
        "commitments:pledge-live", args=[campaign.ward.slug, campaign.year, ceremony.pk]
    )
    if hall.current is None or hall.current.pk != data["unit"]:
        return redirect(here)

    def act() -> str:
        sign_at_ceremony(
            actor=request.user,
            ceremony=ceremony,
            signature=Signature(hall.current, data["position"], data["name"]),
        )
        return here

    return act_once(request, form, act)
