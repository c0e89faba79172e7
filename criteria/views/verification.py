"""The province's queue, and an evaluation in verification, criterion by criterion."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from criteria.forms.conflicts import decision_conflict
from criteria.forms.verification import DecisionForm, RecheckForm
from criteria.selectors.assessments import list_assessments_here
from criteria.selectors.evaluations import get_evaluation
from criteria.selectors.verification import (
    get_verification,
    line_of_assessment,
    review_status,
    work_url,
)
from criteria.selectors.verification_page import get_work_page, list_decisions
from criteria.selectors.verification_queue import (
    count_groups,
    in_group,
    list_queue,
    queued,
    search_queue,
    years_queued,
)
from criteria.services.verification import (
    VerificationConflict,
    decide_criterion,
    start_verification,
)
from criteria.views.here import enter, here_of
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may

PAGE_SIZE = 20


def enter_to_verify(request: HttpRequest, *, ward: str, year: int) -> Any:
    """The evaluation of an address: 404 out of sight, 403 for who does not verify."""
    evaluation = enter(request, ward=ward, year=year, nav="verify")
    if not may(request.user, "verify", evaluation):
        raise PermissionDenied
    return evaluation


def afresh(request: HttpRequest, evaluation: Any) -> Any:
    """The evaluation as it stands by now, after a service refused a step."""
    campaign = evaluation.campaign
    return get_evaluation(
        user=request.user, ward=campaign.ward.slug, year=campaign.year
    )


def refuse(form: Any, violation: RuleViolation) -> None:
    """Put what a service says beside its field, else above the form."""
    field = violation.field if violation.field in form.fields else None
    form.add_error(field, ValidationError(violation.message, code=violation.code))


@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """Evaluations of the wards the person verifies, by who has to act."""
    request.nav = "verify"  # type: ignore[attr-defined]
    if not here_of(request).may_verify:
        raise PermissionDenied
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "show", "year")}
    rows = search_queue(
        list_queue(user=request.user), q=asked["q"], year=whole_number(asked["year"])
    )
    found = in_group(rows, asked["show"])
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "criteria/verification/queue.html",
        {
            "page": page,
            "rows": queued(list(page)),
            "groups": count_groups(rows),
            "years": years_queued(user=request.user),
            "asked": asked,
            "is_filtered": bool(asked["q"] or asked["year"] or asked["show"]),
        },
    )


@require_safe
def verification_overview(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """All criteria of a ward's year with their decisions, and the next step."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    found = get_verification(user=request.user, evaluation=evaluation)
    show = request.GET.get("show", "")
    return render(
        request,
        "criteria/verification/overview.html",
        {"found": found, "show": show, "groups": found.shown_groups(show)},
    )


@require_POST
def verification_start(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Begin: the first look at what a ward submitted, then on to a criterion."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    overview = reverse("criteria:verification-overview", args=[ward, year])
    following = whole_number(request.POST.get("number", ""))

    def act() -> str:
        start_verification(actor=request.user, evaluation=evaluation)
        found = get_verification(user=request.user, evaluation=evaluation)
        line = found.line(following or 0) or found.following()
        return line.row.url if line else overview

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(overview)


# --- One criterion ----------------------------------------------------------------


def _row_of(request: HttpRequest, evaluation: Any, number: int) -> tuple[Any, Any]:
    """All assessments of the evaluation, and the one of a number or Http404."""
    rows = list_assessments_here(user=request.user, evaluation=evaluation)
    found = next((row for row in rows if row.criterion.number == number), None)
    if found is None:
        raise Http404
    return rows, found


def _work_page(
    request: HttpRequest,
    rows: Any,
    assessment: Any,
    *,
    form: Any = None,
    recheck: Any = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    work = get_work_page(
        user=request.user,
        evaluation=assessment.evaluation,
        assessment=assessment,
        rows=rows,
    )
    here_of(request).rows = work.page.rows
    context = {
        "work": work,
        "form": form or DecisionForm(line=work.line),
        "recheck": recheck or RecheckForm(assessment=assessment),
        **more,
    }
    return render(request, "criteria/verification/work.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def verification_work(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Claim beside paper; a decision leads to the next criterion not looked at."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    rows, assessment = _row_of(request, evaluation, number)
    if request.method != "POST":
        return _work_page(request, rows, assessment)
    form = DecisionForm(request.POST, line=line_of_assessment(assessment))
    if form.is_valid():

        def act() -> str:
            decide_criterion(
                actor=request.user,
                assessment=assessment,
                version=form.cleaned_data["version"],
                **form.decision,
            )
            _say_decided(request, number, form.cleaned_data["review"])
            return _after(request, evaluation, rows, assessment)

        answer = _decide(request, form, act)
        if answer is not None:
            return answer
        rows, assessment = _row_of(request, afresh(request, evaluation), number)
    return _work_page(request, rows, assessment, form=form, status=422)


@require_POST
def verification_recheck(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Keep what the re-check found on site; the decision follows from it later."""
    evaluation = enter_to_verify(request, ward=ward, year=year)
    rows, assessment = _row_of(request, evaluation, number)
    form = RecheckForm(request.POST, assessment=assessment)
    if form.is_valid():

        def act() -> str:
            decide_criterion(
                actor=request.user,
                assessment=assessment,
                version=form.cleaned_data["version"],
                **form.found,
            )
            messages.success(
                request,
                _("Re-check of criterion %(number)s kept.") % {"number": number},
            )
            return work_url(evaluation.campaign, number)

        answer = _decide(request, form, act)
        if answer is not None:
            return answer
        rows, assessment = _row_of(request, afresh(request, evaluation), number)
    return _work_page(request, rows, assessment, recheck=form, status=422)


def _decide(
    request: HttpRequest, form: Any, act: Callable[[], str]
) -> HttpResponse | None:
    """Act once; a page with both versions when another verifier was faster."""
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except VerificationConflict as conflict:
        return _conflict_page(request, form, conflict.current)
    except RuleViolation as violation:
        refuse(form, violation)
        return None


def _conflict_page(request: HttpRequest, form: Any, current: Any) -> HttpResponse:
    """What the other decided beside what is typed here, which is kept."""
    evaluation = afresh(request, current.evaluation)
    rows, assessment = _row_of(request, evaluation, current.criterion.number)
    form.data = form.data.copy()
    form.data["version"] = str(assessment.version)
    last = next(iter(list_decisions(user=request.user, assessment=assessment)), None)
    who, when = (last.who, last.when) if last else ("", None)
    name = "recheck" if isinstance(form, RecheckForm) else "form"
    return _work_page(
        request,
        rows,
        assessment,
        status=409,
        conflict=decision_conflict(assessment, form, who=who, when=when),
        **{name: form},
    )


def _say_decided(request: HttpRequest, number: int, review: str) -> None:
    messages.success(
        request,
        _("Criterion %(number)s: %(decision)s.")
        % {"number": number, "decision": review_status(review).word.lower()},
    )


def _after(request: HttpRequest, evaluation: Any, rows: Any, assessment: Any) -> str:
    """The next criterion not looked at; the overview when all were."""
    found = get_verification(user=request.user, evaluation=evaluation, rows=rows)
    line = found.following(assessment.criterion.number)
    campaign = evaluation.campaign
    at = [campaign.ward.slug, campaign.year]
    return line.row.url if line else reverse("criteria:verification-overview", args=at)
