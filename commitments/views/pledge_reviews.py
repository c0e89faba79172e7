"""Reviewing how a unit keeps its commitment, a quarter at a time."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.forms.conflicts import conflict_of
from commitments.forms.pledge_reviews import ReviewForm
from commitments.selectors.pledge_pages import (
    history_of_pledge,
    list_proofs,
    may_review_pledge,
    reviews_of_quarter,
)
from commitments.selectors.pledge_quarters import (
    QUARTERS,
    quarter_on,
    quarters_begun,
)
from commitments.selectors.pledges import get_pledge_unit, live_commitment
from commitments.services.edits import EditConflict
from commitments.services.pledge_reviews import review_commitment
from commitments.views.acting import act_once, renew_version, sent, status_of_form
from commitments.views.here import enter
from wardsecurity.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_review(
    request: HttpRequest, ward: str, year: int, unit: int
) -> HttpResponse:
    """All contents of one unit's commitment in one quarter."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    found = get_pledge_unit(user=request.user, campaign=campaign, pk=unit)
    if not may_review_pledge(user=request.user, campaign=campaign):
        raise PermissionDenied
    standing = live_commitment(user=request.user, campaign=campaign, unit=found)
    if standing is None:
        raise Http404
    quarter = _quarter(request, campaign)
    there = reviews_of_quarter(user=request.user, commitment=standing, quarter=quarter)
    form = ReviewForm(
        sent(request),
        contents=list(standing.text.contents.all()),
        there=there,
        proofs=list_proofs(
            user=request.user,
            campaign=campaign,
            kept=[one.proof_id for one in there.values()],
        ),
        initial={"version": standing.version},
    )
    context: dict[str, Any] = {
        "campaign": campaign,
        "unit": found,
        "standing": standing,
        "form": form,
        "quarter": quarter,
        "quarters": quarters_begun(campaign),
    }
    if form.is_valid():
        try:
            if done := _reviewed(request, standing, quarter, form):
                return done
        except EditConflict as conflict:
            return _conflict_page(request, context, there, conflict)
    return render(
        request,
        "commitments/pledges/review.html",
        context,
        status=status_of_form(form),
    )


def _quarter(request: HttpRequest, campaign: Any) -> int:
    """The quarter asked for, else the one that runs."""
    asked = whole_number(request.GET.get("quarter", ""))
    if asked in QUARTERS:
        return asked
    begun = quarters_begun(campaign)
    return min(quarter_on(campaign), begun[-1]) if begun else 1


def _reviewed(
    request: HttpRequest, standing: Any, quarter: int, form: ReviewForm
) -> HttpResponse | None:
    campaign = standing.campaign

    def act() -> str:
        review_commitment(
            actor=request.user,
            commitment=standing,
            version=form.cleaned_data["version"],
            quarter=quarter,
            looks=form.looks(),
        )
        messages.success(
            request,
            _("Review of quarter %(quarter)s saved.") % {"quarter": quarter},
        )
        at = [campaign.ward.slug, campaign.year, standing.unit_id]
        return reverse("commitments:pledge-unit", args=at)

    return act_once(request, form, act)


def _conflict_page(
    request: HttpRequest, context: dict[str, Any], there: Any, conflict: EditConflict
) -> HttpResponse:
    """Both versions side by side; saving again keeps what is typed here."""
    form = context["form"]
    history = history_of_pledge(user=request.user, commitment=conflict.current)
    renew_version(form, conflict.current)
    context["conflict"] = conflict_of(form, form.stored(there), history)
    return render(request, "commitments/pledges/review.html", context, status=409)
