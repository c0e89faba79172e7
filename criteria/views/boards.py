"""My work, the ward dashboard, the list of criteria, search, and the way about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.selectors.documents import search_documents
from criteria.selectors.boards import get_board
from criteria.selectors.evaluations import list_evaluations
from criteria.selectors.evidence import list_evidence, search_evidence
from criteria.selectors.my_work import get_my_work
from criteria.views.here import enter, here_of
from wardsecurity.permissions import may
from wardsecurity.text import fold


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for me; people of a province start at their queue."""
    request.nav = "my-work"  # type: ignore[attr-defined]
    here = here_of(request)
    if here.is_province:
        return redirect("criteria:verification-queue")
    if here.evaluation is None:
        return redirect("criteria:campaign-switch")
    work = get_my_work(user=request.user, evaluation=here.evaluation)
    here.rows = work.board.rows
    return render(request, "criteria/my_work.html", {"work": work})


def _numbers(values: list[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < 5}


@require_safe
@vary_on_headers("HX-Request")
def dashboard(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Where the ward stands, what is missing, and what a tick would change."""
    evaluation = enter(request, ward=ward, year=year, nav="dashboard")
    board = get_board(
        user=request.user,
        evaluation=evaluation,
        show=request.GET.get("show", ""),
        do=_numbers(request.GET.getlist("do")),
    )
    here_of(request).rows = board.rows
    return render(request, "criteria/dashboard.html", {"board": board})


@require_safe
def dashboard_print(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The dashboard as a sheet of paper."""
    evaluation = enter(request, ward=ward, year=year, nav="dashboard")
    board = get_board(user=request.user, evaluation=evaluation)
    return render(request, "criteria/dashboard_print.html", {"board": board})


@require_safe
def criterion_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The whole set to read: requirement, wanted evidence, where it comes from."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    board = get_board(user=request.user, evaluation=evaluation)
    here_of(request).rows = board.rows
    return render(request, "criteria/criterion_list.html", {"board": board})


@require_safe
def search(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Criteria, documents and evidence that hold the words, diacritics or not."""
    evaluation = enter(request, ward=ward, year=year, nav="")
    q = request.GET.get("q", "").strip()[:100]
    words = fold(q).split()
    board = get_board(user=request.user, evaluation=evaluation)
    here_of(request).rows = board.rows
    rows = [
        row
        for row in board.rows
        if words
        and all(
            word
            in fold(f"{row.number} {row.title} {row.assessment.criterion.requirement}")
            for word in words
        )
    ]
    evidence = list_evidence(user=request.user, ward=evaluation.campaign.ward)
    found = search_evidence(evidence, q=q)[:20] if words else []
    return render(
        request,
        "criteria/search.html",
        {
            "q": q,
            "rows": rows,
            "evidence": found,
            "documents": search_documents(
                user=request.user, ward=evaluation.campaign.ward, q=q
            ),
            "campaign": evaluation.campaign,
        },
    )


@require_safe
def campaign_switch(request: HttpRequest) -> HttpResponse:
    """The wards and years this person may enter."""
    request.nav = "menu"  # type: ignore[attr-defined]
    here = here_of(request)
    q = request.GET.get("q", "").strip()[:100]
    words = fold(q).split()
    evaluations = [
        evaluation
        for evaluation in list_evaluations(user=request.user)
        if all(word in fold(evaluation.campaign.ward.name) for word in words)
    ]
    wards = [
        row.unit
        for row in here.memberships
        if row.unit.is_commune_level
        and row.unit.exists_on(timezone.localdate())
        and may(request.user, "open_campaign", row.unit)
    ]
    return render(
        request,
        "criteria/campaigns/switch.html",
        {"evaluations": evaluations, "q": q, "wards_to_open": wards},
    )


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """Everything else, as a page, so that it works without JavaScript."""
    request.nav = "menu"  # type: ignore[attr-defined]
    return render(request, "criteria/menu.html")
