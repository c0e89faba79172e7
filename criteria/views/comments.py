"""Writing comments on a criterion, taking them back, marking them as read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from criteria.forms.comments import CommentForm
from criteria.selectors.assessments import get_assessment
from criteria.selectors.comments import get_comments, posts_to_mention
from criteria.services.comments import ANCHOR, comment_on, take_back
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.notices.selectors import get_comment
from wardsecurity.notices.services import mark_read
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may


def _enter(request: HttpRequest, ward: str, year: int, number: int) -> Any:
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    return get_assessment(user=request.user, evaluation=evaluation, number=number)


def _back(request: HttpRequest, assessment: Any) -> str:
    """The page the panel was on, if it is one of ours; else the criterion's."""
    asked = request.POST.get("next", "").partition("#")[0]
    if (
        asked.startswith("/")
        and len(asked) <= 400
        and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    ):
        return asked
    campaign = assessment.evaluation.campaign
    at = [campaign.ward.slug, campaign.year, assessment.criterion.number]
    return reverse("criteria:criterion-detail", args=at)


def _page(
    request: HttpRequest, assessment: Any, form: CommentForm, *, status: int
) -> HttpResponse:
    """The thread on a page of its own, with what was typed."""
    return render(
        request,
        "criteria/comments/page.html",
        {
            "assessment": assessment,
            "thread": get_comments(
                user=request.user,
                evaluation=assessment.evaluation,
                assessment=assessment,
            ),
            "form": form,
            "back": _back(request, assessment),
        },
        status=status,
    )


@require_POST
def comment_add(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Write a comment; or, by the button "choose", look whom it may speak to."""
    assessment = _enter(request, ward, year, number)
    if not may(request.user, "comment", assessment):
        raise PermissionDenied
    posts = posts_to_mention(user=request.user, assessment=assessment)
    if "choose" in request.POST:
        return _choose(request, assessment, posts)
    form = CommentForm(request.POST, posts=posts)
    if form.is_valid():
        words, people = form.cleaned_data["text"], form.cleaned_data["people"]

        def act() -> str:
            comment_on(
                actor=request.user, assessment=assessment, text=words, people=people
            )
            messages.success(request, _("Comment sent."))
            return f"{_back(request, assessment)}{ANCHOR}"

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            form.add_error(violation.field, violation.message)
    return _page(request, assessment, form, status=422)


def _choose(request: HttpRequest, assessment: Any, posts: Any) -> HttpResponse:
    """The list of posts: for htmx alone, else with the thread and what was typed."""
    typed = {
        "text": request.POST.get("text", ""),
        "people": request.POST.getlist("people"),
    }
    form = CommentForm(posts=posts, initial=typed)
    if request.htmx:  # type: ignore[attr-defined]
        fetched = {"form": form, "fetched": True}
        return render(request, "criteria/comments/_people.html", fetched)
    return _page(request, assessment, form, status=200)


@require_POST
def comment_take_back(
    request: HttpRequest, ward: str, year: int, number: int, pk: int
) -> HttpResponse:
    """Take the own comment back."""
    assessment = _enter(request, ward, year, number)
    comment = get_comment(user=request.user, row=assessment, pk=pk)
    back = f"{_back(request, assessment)}{ANCHOR}"

    def act() -> str:
        take_back(actor=request.user, assessment=assessment, comment=comment)
        messages.success(request, _("Comment taken back."))
        return back

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(back)


@require_POST
def comments_read(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Mark the comments that the page showed as read: by the button, or when seen."""
    assessment = _enter(request, ward, year, number)
    upto = whole_number(request.POST.get("upto", "")) or 0

    def act() -> str:
        mark_read(actor=request.user, row=assessment, upto=upto)
        return f"{_back(request, assessment)}{ANCHOR}"

    back = submit_once(actor=request.user, request=request, act=act)
    return HttpResponse() if request.htmx else redirect(back)  # type: ignore[attr-defined]
