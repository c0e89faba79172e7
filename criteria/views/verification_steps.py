"""The steps that end a verification: returns, conclusion, recognition, reopening."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.forms.verification import (
    RecognitionForm,
    ReopenForm,
    ReturnsForm,
    VersionForm,
)
from criteria.selectors.conclusion import get_conclusion, list_recognitions
from criteria.selectors.verification import get_verification
from criteria.services.verification import (
    EvaluationMoved,
    conclude_verification,
    recognise,
    reopen,
    send_returns,
)
from criteria.views.here import enter
from criteria.views.verification import afresh, enter_to_verify, refuse
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may


def _step(
    request: HttpRequest, form: Any, act: Callable[[], str]
) -> HttpResponse | None:
    """Run a valid form's service once; None when something is to be corrected."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except EvaluationMoved as moved:
        # What is typed stays; the page shows the year as it is now, to look again.
        form.data = form.data.copy()
        form.data["version"] = str(moved.current.version)
        refuse(form, moved)
        form.moved = moved.message  # announced alone: nothing is to be corrected
    except RuleViolation as violation:
        refuse(form, violation)
    return None


def _shown(evaluation: Any) -> dict[str, Any]:
    return {"version": evaluation.version}


def _page(
    request: HttpRequest,
    name: str,
    form: Any,
    evaluation: Any,
    show: Callable[[Any], dict[str, Any]],
) -> HttpResponse:
    """The page of a step; after a refusal as the year stands by now."""
    if form.is_bound:
        evaluation = afresh(request, evaluation)
    return render(
        request,
        f"criteria/verification/{name}.html",
        {"form": form, "evaluation": evaluation, **show(evaluation)},
        status=422 if form.is_bound else 200,
    )


def _verification(request: HttpRequest) -> Callable[[Any], dict[str, Any]]:
    return lambda row: {"found": get_verification(user=request.user, evaluation=row)}


@require_http_methods(["GET", "HEAD", "POST"])
def verification_returns(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """All returned criteria with their reasons, sent back together."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    form = ReturnsForm(request.POST or None, initial=_shown(evaluation))

    def act() -> str:
        send_returns(
            actor=request.user,
            evaluation=evaluation,
            version=form.cleaned_data["version"],
            due_on=form.cleaned_data["due_on"],
        )
        messages.success(request, _("The criteria were returned to the ward."))
        return reverse("criteria:verification-overview", args=[ward, year])

    return _step(request, form, act) or _page(
        request, "returns", form, evaluation, _verification(request)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verification_conclude(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Self, verified and re-checked results side by side, then the conclusion."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    form = VersionForm(request.POST or None, initial=_shown(evaluation))

    def act() -> str:
        conclude_verification(
            actor=request.user,
            evaluation=evaluation,
            version=form.cleaned_data["version"],
        )
        messages.success(request, _("The verification is concluded."))
        return reverse("criteria:recognition", args=[ward, year])

    def show(row: Any) -> dict[str, Any]:
        return {"conclusion": get_conclusion(user=request.user, evaluation=row)}

    return _step(request, form, act) or _page(
        request, "conclude", form, evaluation, show
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recognition(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What came of the year: read by the ward, recorded by the province."""
    evaluation = enter(request, ward=ward, year=year, nav="recognition")
    may_recognise = may(request.user, "verify", evaluation)
    if may_recognise:
        request.nav = "verify"  # type: ignore[attr-defined]  # one way through
    if request.method == "POST" and not may_recognise:
        raise PermissionDenied
    form = RecognitionForm(request.POST or None, initial=_shown(evaluation))

    def act() -> str:
        recognise(
            actor=request.user,
            evaluation=evaluation,
            version=form.cleaned_data["version"],
            **form.paper,
        )
        messages.success(request, _("The decision is recorded."))
        return reverse("criteria:recognition", args=[ward, year])

    def show(row: Any) -> dict[str, Any]:
        return {
            "conclusion": get_conclusion(user=request.user, evaluation=row),
            "recognitions": list_recognitions(user=request.user, evaluation=row),
            "may_recognise": may_recognise,
        }

    return _step(request, form, act) or _page(
        request, "recognition", form, evaluation, show
    )


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_reopen(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Open a concluded year again, with a reason; every decision stays."""
    evaluation = enter(request, ward=ward, year=year, nav="verify")
    if not may(request.user, "reopen", evaluation):
        raise PermissionDenied
    form = ReopenForm(request.POST or None, initial=_shown(evaluation))

    def act() -> str:
        reopen(
            actor=request.user,
            evaluation=evaluation,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("The year is open again for verification."))
        return reverse("criteria:verification-overview", args=[ward, year])

    def show(row: Any) -> dict[str, Any]:
        recognitions = list_recognitions(user=request.user, evaluation=row)
        return {**_verification(request)(row), "recognitions": recognitions}

    return _step(request, form, act) or _page(request, "reopen", form, evaluation, show)
