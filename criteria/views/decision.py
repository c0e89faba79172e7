"""What was decided and whether it still stands; the recognition sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from criteria.papers.recognition import recognition_sheet
from criteria.selectors.decision_page import get_decision_page
from criteria.selectors.recognition_sheet import get_sheet
from criteria.services.sheet_codes import make_sheet_code
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.papers.responses import paper_response


@require_safe
def decision(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The last snapshot beside what stands now, and every one before it."""
    evaluation = enter(request, ward=ward, year=year, nav="decision")
    page = get_decision_page(user=request.user, evaluation=evaluation)
    return render(request, "criteria/decision/detail.html", {"page": page})


@require_safe
def sheet(request: HttpRequest, ward: str, year: int, kind: str) -> HttpResponse:
    """The recognition sheet, a draft until it is recognised."""
    evaluation = enter(request, ward=ward, year=year, nav="decision")
    facts = get_sheet(user=request.user, evaluation=evaluation)
    name = f"Phiếu kết quả thẩm định năm {year} - {evaluation.campaign.ward}"
    return paper_response([recognition_sheet(facts)], kind=kind, name=name)


@require_POST
def sheet_code(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Give the sheet its code, then show it for printing."""
    evaluation = enter(request, ward=ward, year=year, nav="decision")

    def act() -> str:
        make_sheet_code(actor=request.user, evaluation=evaluation)
        return reverse("criteria:recognition-sheet-pdf", args=[ward, year])

    return redirect(submit_once(actor=request.user, request=request, act=act))
