"""Choosing the criteria a directive concerns."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments.selectors.directives import get_directive, rights_of
from criteria.forms.directives import DirectiveCriteriaForm
from criteria.selectors.directives import criteria_of
from criteria.selectors.scores import list_assessments
from criteria.services.directives import link_directive
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation


@require_http_methods(["GET", "HEAD", "POST"])
def directive_criteria(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Which criteria of the year a directive concerns."""
    evaluation = enter(request, ward=ward, year=year, nav="directives")
    campaign = evaluation.campaign
    directive = get_directive(user=request.user, campaign=campaign, pk=pk)
    if not rights_of(user=request.user, directive=directive).link:
        raise PermissionDenied
    rows = list(list_assessments(evaluation))
    chosen = criteria_of(user=request.user, directive=directive)
    form = DirectiveCriteriaForm(
        request.POST if request.method == "POST" else None,
        assessments=rows,
        initial={"criteria": [one.criterion.number for one in chosen]},
    )
    if request.method == "POST" and form.is_valid():
        picked = set(form.cleaned_data["criteria"])

        def act() -> str:
            link_directive(
                actor=request.user,
                directive=directive,
                assessments=[row for row in rows if row.criterion.number in picked],
            )
            messages.success(request, _("Criteria of the directive saved."))
            return reverse("commitments:directive-detail", args=[ward, year, pk])

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            form.add_error(None, violation.message)
    return render(
        request,
        "criteria/directives/criteria.html",
        {"campaign": campaign, "directive": directive, "form": form},
        status=422 if form.is_bound else 200,
    )
