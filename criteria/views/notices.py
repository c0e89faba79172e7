"""The person's own notices, each leading to its place; and words ready for Zalo."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from criteria.selectors.boards import get_board
from criteria.selectors.zalo_words import reminders_of
from criteria.views.here import enter, here_of
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.notices.selectors import get_notice, line_of, list_notices
from wardsecurity.notices.services import open_notice, read_all

PAGE_SIZE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What the system tells the person, unread first."""
    request.nav = "notices"  # type: ignore[attr-defined]
    rows = list_notices(user=request.user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "notices/list.html",
        {"page": page, "lines": [line_of(row) for row in page]},
    )


@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = get_notice(user=request.user, pk=pk)

    def act() -> str:
        path = open_notice(actor=request.user, notice=notice)
        is_ours = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return path if is_ours else reverse("criteria:notices")

    return redirect(submit_once(actor=request.user, request=request, act=act))


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""

    def act() -> str:
        read_all(actor=request.user)
        messages.success(request, _("All notices marked as read."))
        return reverse("criteria:notices")

    return redirect(submit_once(actor=request.user, request=request, act=act))


@require_safe
def zalo_reminder(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What is due for which unit, as words ready to be pasted into Zalo."""
    evaluation = enter(request, ward=ward, year=year, nav="my-work")
    board = get_board(user=request.user, evaluation=evaluation)
    here_of(request).rows = board.rows
    return render(
        request,
        "criteria/zalo_reminder.html",
        {
            "campaign": evaluation.campaign,
            "reminders": reminders_of(evaluation=evaluation, rows=board.rows),
        },
    )
