"""The ward's trail, and the whole history of one criterion."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from criteria.forms.trail import TrailForm
from criteria.selectors.assessments import get_assessment
from criteria.selectors.history import items_of, whole_history
from criteria.selectors.small_numbers import hides_small
from criteria.selectors.trail import check_chain, get_choices, lines_of, list_trail
from criteria.views.here import enter
from wardsecurity.permissions import may_read

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Entries of the ward's chain by person, action, day and criterion.

    POST checks the chain: it is work, and writes nothing.
    """
    evaluation = enter(request, ward=ward, year=year, nav="trail")
    user = request.user
    if not may_read(user, "read_trail", evaluation):
        raise PermissionDenied
    choices = get_choices(user=user, evaluation=evaluation)
    form = TrailForm(request.GET or None, choices=choices)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = list_trail(user=user, evaluation=evaluation, **asked)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    is_post = request.method == "POST"
    return render(
        request,
        "criteria/trail/list.html",
        {
            "campaign": evaluation.campaign,
            "form": form,
            "page": page,
            "lines": lines_of(page, hides=lambda: hides_small(user, evaluation)),
            "is_filtered": any(asked.values()),
            "check": check_chain(user=user, evaluation=evaluation) if is_post else None,
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


@require_safe
def criterion_history(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """All that was ever done to a criterion, for ever, a page at a time."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    assessment = get_assessment(user=request.user, evaluation=evaluation, number=number)
    rows = whole_history(user=request.user, assessment=assessment)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "criteria/trail/criterion.html",
        {
            "assessment": assessment,
            "page": page,
            "history": items_of(user=request.user, assessment=assessment, entries=page),
        },
    )
