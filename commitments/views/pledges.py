"""The board of commitments and one unit's: signing, scan, renewal, withdrawal."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.pledges import ScanForm, SignForm, WithdrawPledgeForm
from commitments.selectors.pledge_board import get_pledge_board
from commitments.selectors.pledge_ceremonies import positions_for
from commitments.selectors.pledge_pages import (
    draft_pledge,
    get_unit_page,
    may_keep_pledge,
)
from commitments.selectors.pledge_reminders import reminders
from commitments.selectors.pledge_texts import latest_text, shown_text
from commitments.selectors.pledges import (
    default_counterparty,
    get_pledge_unit,
    list_counterparties,
    live_commitment,
    score_day,
    signing_coverage,
    unsigned_units,
)
from commitments.services.pledges import (
    attach_scan,
    keep_scan,
    renew_commitment,
    sign_commitment,
    withdraw_commitment,
)
from commitments.views.acting import act_once, done_before, sent, status_of_form
from commitments.views.here import enter
from wardsecurity.errors import RuleViolation
from wardsecurity.files.keeping import open_kept, seal_kept
from wardsecurity.files.selectors import list_files
from wardsecurity.permissions import may

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def pledge_board(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Units × contents, coverage by kind, and who has not signed."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    board = get_pledge_board(user=request.user, campaign=campaign)
    may_keep = campaign.closed_at is None and may(
        request.user, "keep_records", campaign
    )
    return render(
        request,
        "commitments/pledges/board.html",
        {"campaign": campaign, "board": board, "may_keep": may_keep},
    )


@require_safe
def pledge_remind(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Words for Zalo to those who have not signed."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    day = score_day(campaign)
    unsigned = unsigned_units(campaign, day)
    coverage = signing_coverage(campaign, day)
    return render(
        request,
        "commitments/pledges/remind.html",
        {
            "campaign": campaign,
            "coverage": coverage,
            "reminders": reminders(
                campaign=campaign, unsigned=unsigned, coverage=coverage
            ),
        },
    )


@require_safe
def pledge_unit(request: HttpRequest, ward: str, year: int, unit: int) -> HttpResponse:
    """One unit: what stands, what stood before, its scan and its reviews."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    found = get_pledge_unit(user=request.user, campaign=campaign, pk=unit)
    page = get_unit_page(user=request.user, campaign=campaign, unit=found)
    return render(
        request,
        "commitments/pledges/unit.html",
        {"campaign": campaign, "page": page, "unit": found},
    )


def _enter_unit(
    request: HttpRequest, ward: str, year: int, unit: int
) -> tuple[Any, Any]:
    """Campaign and unit, for somebody who may keep its commitment."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    found = get_pledge_unit(user=request.user, campaign=campaign, pk=unit)
    if not may_keep_pledge(user=request.user, campaign=campaign, unit=found):
        raise PermissionDenied
    return campaign, found


def _standing(request: HttpRequest, campaign: Any, unit: Any) -> Any:
    """The unit's standing commitment; Http404 when it has none."""
    row = live_commitment(user=request.user, campaign=campaign, unit=unit)
    if row is None:
        raise Http404
    return row


def _unit_url(campaign: Any, unit: Any) -> str:
    at = [campaign.ward.slug, campaign.year, unit.pk]
    return reverse("commitments:pledge-unit", args=at)


# --- Signing ----------------------------------------------------------------------


@require_http_methods(FORM_METHODS)
def pledge_sign(request: HttpRequest, ward: str, year: int, unit: int) -> HttpResponse:
    """Record that a unit signed."""
    campaign, found = _enter_unit(request, ward, year, unit)
    standing = live_commitment(user=request.user, campaign=campaign, unit=found)
    return _sign(request, campaign, found, standing=standing)


@require_http_methods(FORM_METHODS)
def pledge_renew(request: HttpRequest, ward: str, year: int, unit: int) -> HttpResponse:
    """Record that a unit signed again: what stood ends."""
    campaign, found = _enter_unit(request, ward, year, unit)
    standing = _standing(request, campaign, found)
    return _sign(request, campaign, found, standing=standing, renews=standing)


def _sign(
    request: HttpRequest, campaign: Any, unit: Any, *, standing: Any, renews: Any = None
) -> HttpResponse:
    """The one form of a signing, new or again."""
    form = _sign_form(request, campaign, unit)
    kept: list[Any] = []
    if request.method == "POST":
        form.is_valid()
        kept = _keep(request, form, campaign, unit)
        if form.is_valid() and (
            done := _signed(request, form, campaign, unit, kept, renews)
        ):
            return done
    text = latest_text(user=request.user, campaign=campaign)
    return render(
        request,
        "commitments/pledges/sign.html",
        {
            "campaign": campaign,
            "unit": unit,
            "form": form,
            "kept": kept,
            "renews": renews,
            "standing": standing,
            "shown": shown_text(text) if text else None,
        },
        status=status_of_form(form),
    )


def _sign_form(request: HttpRequest, campaign: Any, unit: Any) -> SignForm:
    units, bodies = list_counterparties(user=request.user, campaign=campaign)
    other = default_counterparty(campaign)
    today = timezone.localdate()
    return SignForm(
        sent(request),
        request.FILES or None,
        units=[one for one in units if one != unit],
        bodies=bodies,
        initial={
            "signed_on": min(today, campaign.period_end),
            "signer_position": positions_for([unit])[unit.pk],
            "counterparty": f"unit-{other.pk}" if other and other != unit else "",
        },
    )


def _keep(request: HttpRequest, form: SignForm, campaign: Any, unit: Any) -> list[Any]:
    """The scan, kept now or by an earlier try; what is refused goes into the form."""
    ids = open_kept(request.user, request.POST.get("kept", ""))
    if upload := request.FILES.get("scan"):
        draft = draft_pledge(campaign=campaign, unit=unit)
        try:
            ids = [keep_scan(actor=request.user, row=draft, upload=upload).pk]
        except RuleViolation as violation:
            form.add_error("scan" if violation.field else None, violation.message)
    files = list_files(user=request.user, unit=campaign.ward, pks=ids[:1])
    data = request.POST.copy()
    data["kept"] = seal_kept(request.user, [one.pk for one in files])
    form.data = data
    return files


def _signed(
    request: HttpRequest,
    form: SignForm,
    campaign: Any,
    unit: Any,
    kept: Any,
    renews: Any,
) -> HttpResponse | None:
    signing = form.signing(unit, kept[0] if kept else None)

    def act() -> str:
        if renews is None:
            sign_commitment(actor=request.user, campaign=campaign, signing=signing)
        else:
            renew_commitment(actor=request.user, commitment=renews, signing=signing)
        messages.success(
            request, _("Signing of %(unit)s recorded.") % {"unit": unit.name}
        )
        return _unit_url(campaign, unit)

    return act_once(request, form, act)


# --- Scan and withdrawal ----------------------------------------------------------


@require_http_methods(FORM_METHODS)
def pledge_scan(request: HttpRequest, ward: str, year: int, unit: int) -> HttpResponse:
    """Hang the scan of the signed paper on the commitment, or replace it."""
    campaign, found = _enter_unit(request, ward, year, unit)
    standing = _standing(request, campaign, found)
    form = ScanForm(sent(request), request.FILES or None)
    if form.is_valid() and (done := _scanned(request, form, campaign, standing)):
        return done
    return render(
        request,
        "commitments/pledges/scan.html",
        {"campaign": campaign, "unit": found, "form": form, "standing": standing},
        status=status_of_form(form),
    )


def _scanned(
    request: HttpRequest, form: ScanForm, campaign: Any, standing: Any
) -> HttpResponse | None:
    try:
        stored = keep_scan(
            actor=request.user, row=standing, upload=form.cleaned_data["scan"]
        )
    except RuleViolation as violation:
        form.add_error("scan" if violation.field else None, violation.message)
        return None

    def act() -> str:
        attach_scan(actor=request.user, commitment=standing, stored=stored)
        messages.success(request, _("Scan saved."))
        return _unit_url(campaign, standing.unit)

    return act_once(request, form, act)


@require_http_methods(FORM_METHODS)
def pledge_withdraw(
    request: HttpRequest, ward: str, year: int, unit: int
) -> HttpResponse:
    """Let a commitment no longer stand, with a reason."""
    campaign, found = _enter_unit(request, ward, year, unit)
    if led_on := done_before(request):
        return led_on
    standing = _standing(request, campaign, found)
    form = WithdrawPledgeForm(sent(request))
    if form.is_valid():

        def act() -> str:
            withdraw_commitment(
                actor=request.user,
                commitment=standing,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Commitment withdrawn."))
            return _unit_url(campaign, found)

        if done := act_once(request, form, act):
            return done
    return render(
        request,
        "commitments/pledges/withdraw.html",
        {"campaign": campaign, "unit": found, "form": form, "standing": standing},
        status=status_of_form(form),
    )
