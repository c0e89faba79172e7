"""The text of the commitment: its wording now, its seal, its editions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from commitments.forms.conflicts import conflict_of
from commitments.forms.pledge_texts import TextForm
from commitments.selectors.pledge_texts import (
    history_of_texts,
    latest_text,
    list_texts,
    shown_text,
)
from commitments.services.edits import EditConflict
from commitments.services.pledge_texts import (
    change_text,
    draft_text,
    start_edition,
    wording_of,
)
from commitments.views.acting import act_once, renew_version, sent
from commitments.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may


@require_safe
def pledge_text(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The wording that is signed now, and those before it."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    texts = [
        shown_text(one) for one in list_texts(user=request.user, campaign=campaign)
    ]
    return render(
        request,
        "commitments/pledges/text.html",
        {
            "campaign": campaign,
            "current": texts[0] if texts else None,
            "earlier": texts[1:],
            "history": history_of_texts(
                user=request.user, texts=[one.text for one in texts]
            ),
            "may_keep": campaign.closed_at is None
            and may(request.user, "keep_records", campaign),
        },
    )


@require_POST
def pledge_edition(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Start the next edition from the one that was signed."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied

    def act() -> str:
        text = start_edition(actor=request.user, campaign=campaign)
        messages.success(
            request,
            _("Edition %(edition)s started: change its words before it is signed.")
            % {"edition": text.edition},
        )
        return reverse("commitments:pledge-text-edit", args=[ward, year])

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect("commitments:pledge-text", ward, year)


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_text_edit(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Write down the first text, or change one that nobody has signed."""
    campaign = enter(request, ward=ward, year=year, nav="pledges")
    if not may(request.user, "keep_records", campaign):
        raise PermissionDenied
    text = latest_text(user=request.user, campaign=campaign)
    if text is not None and text.is_sealed and request.method != "POST":
        return redirect("commitments:pledge-text", ward, year)
    is_unfinished = "more" in request.POST
    form = TextForm(
        sent(request) if not is_unfinished else None,
        wording=wording_of(text) if text else None,
        version=text.version if text else None,
        unfinished=request.POST.dict() if is_unfinished else None,
    )
    more: dict[str, Any] = {"campaign": campaign, "text": text, "form": form}
    if is_unfinished:
        return _text_page(request, more, status=200)
    if request.method == "POST" and form.is_valid():
        try:
            if done := _written(request, campaign, text, form):
                return done
        except EditConflict as conflict:
            return _conflict_page(request, more, conflict)
    return _text_page(request, more, status=422 if form.is_bound else 200)


def _text_page(
    request: HttpRequest, context: dict[str, Any], *, status: int
) -> HttpResponse:
    return render(request, "commitments/pledges/text_form.html", context, status=status)


def _written(
    request: HttpRequest, campaign: Any, text: Any, form: TextForm
) -> HttpResponse | None:
    wording, version = form.said(), form.cleaned_data["version"] or 0

    def act() -> str:
        if text is None:
            draft_text(actor=request.user, campaign=campaign, wording=wording)
        else:
            change_text(actor=request.user, text=text, version=version, wording=wording)
        messages.success(request, _("Text saved."))
        return reverse(
            "commitments:pledge-text", args=[campaign.ward.slug, campaign.year]
        )

    return act_once(request, form, act)


def _conflict_page(
    request: HttpRequest, context: dict[str, Any], conflict: EditConflict
) -> HttpResponse:
    """Both versions side by side; saving again keeps what is typed here."""
    form, current = context["form"], conflict.current
    stored = {
        name: getattr(current, name)
        for name in ("title", "scope", "parties", "years_after")
    }
    for one in current.contents.all():
        stored[f"content_{one.order}"] = one.body_vi
        stored[f"label_{one.order}"] = one.label
    history = history_of_texts(user=request.user, texts=[current])
    renew_version(form, current)
    context["conflict"] = conflict_of(form, stored, history)
    return _text_page(request, context, status=409)
