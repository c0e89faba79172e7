"""The steering committee's view of the year, and its sheet for the meeting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from criteria.selectors.committee_board import get_committee_board
from criteria.views.here import enter, here_of


@require_safe
def committee_board(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The whole, by category in charge, and what changed since the last meeting."""
    evaluation = enter(request, ward=ward, year=year, nav="committee-board")
    view = get_committee_board(user=request.user, evaluation=evaluation)
    here_of(request).rows = view.board.rows
    context = {"view": view, "board": view.board}
    return render(request, "criteria/committee_board/detail.html", context)


@require_safe
def committee_board_print(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The same on one page of A4."""
    evaluation = enter(request, ward=ward, year=year, nav="committee-board")
    view = get_committee_board(user=request.user, evaluation=evaluation)
    context = {"view": view, "board": view.board}
    return render(request, "criteria/committee_board/print.html", context)
