"""Getting ready to submit, and submitting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.forms.submission import SubmitForm
from criteria.selectors.submission import get_submission_page
from criteria.services.verification import EvaluationMoved, submit_evaluation
from criteria.views.here import enter, here_of
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What blocks, what is worth knowing, and the step that hands the year in.

    `?confirm` asks once more what will be locked; the form stands there.
    """
    evaluation = enter(request, ward=ward, year=year, nav="submission")
    if request.method == "POST":
        return _submit(request, evaluation)
    return _page(request, evaluation, confirm="confirm" in request.GET)


def _page(
    request: HttpRequest,
    evaluation: Any,
    *,
    confirm: bool = False,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = get_submission_page(user=request.user, evaluation=evaluation)
    here_of(request).rows = page.check.rows
    asks = confirm and page.check.may_submit
    return render(
        request,
        "criteria/submission_confirm.html" if asks else "criteria/submission.html",
        {"page": page, "refused": refused},
        status=status,
    )


def _submit(request: HttpRequest, evaluation: Any) -> HttpResponse:
    """Hand the year in; refused, back to the page with why, as it stands by now."""
    if not may(request.user, "submit", evaluation):
        raise PermissionDenied
    campaign = evaluation.campaign
    at = [campaign.ward.slug, campaign.year]
    form = SubmitForm(request.POST)
    refused, status = _("Look at the page again, then submit."), 422
    if form.is_valid():

        def act() -> str:
            submit_evaluation(
                actor=request.user,
                evaluation=evaluation,
                version=form.cleaned_data["version"],
            )
            now = timezone.localtime()
            messages.success(
                request,
                _("Submitted at %(time)s on %(day)s. The provincial police verify it.")
                % {"time": f"{now:%H:%M}", "day": f"{now:%d/%m/%Y}"},
            )
            return reverse("criteria:submission", args=at)

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except EvaluationMoved as moved:
            refused, status = moved.message, 409
        except RuleViolation as violation:
            refused = violation.message
    current = enter(request, ward=at[0], year=at[1], nav="submission")
    return _page(request, current, refused=refused, status=status)
