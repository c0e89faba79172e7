"""The page of a job: how far it is, what came of each ward, stop and go on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.jobs.models import JobState
from wardsecurity.jobs.selectors import get_job, get_job_page
from wardsecurity.jobs.services import resume_job, stop_job


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress; renewed by itself while the job is under way."""
    request.nav = "province"  # type: ignore[attr-defined]
    job = get_job(user=request.user, pk=pk)
    asked = request.GET.get("page", "")
    page = get_job_page(user=request.user, job=job, page=asked)
    is_part = request.headers.get("HX-Request") == "true"
    name = "_progress" if is_part else "detail"
    return render(request, f"jobs/{name}.html", {"page": page})


@require_POST
def job_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin no other ward."""
    job = get_job(user=request.user, pk=pk)

    def act() -> str:
        stopped = stop_job(actor=request.user, job=job).state == JobState.STOPPED
        said = _("The task has stopped.")
        if not stopped:
            said = _("The task stops after the ward under way.")
        messages.success(request, said)
        return request.path.removesuffix("stop/")

    return _acted(request, pk, act)


@require_POST
def job_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where it stands."""
    job = get_job(user=request.user, pk=pk)

    def act() -> str:
        resume_job(actor=request.user, job=job)
        messages.success(request, _("The task goes on."))
        return request.path.removesuffix("resume/")

    return _acted(request, pk, act)


def _acted(request: HttpRequest, pk: int, act: Callable[[], str]) -> HttpResponse:
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect("jobs:detail", pk=pk)
