"""A ward leader carries the year before into the new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.forms.carry_over import CarryOverForm
from criteria.selectors.carry_over import carried_words, get_carry_over_page
from criteria.services.carry_over import Carried, carry_over
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
def carry_over_year(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """What of the year before would come along, part by part; ticked parts do."""
    evaluation = enter(request, ward=ward, year=year, nav="assignments")
    if not may(request.user, "open_campaign", evaluation.campaign):
        raise PermissionDenied
    form = CarryOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            parts = form.cleaned_data["parts"]
            _tell(
                request,
                carry_over(actor=request.user, evaluation=evaluation, parts=parts),
            )
            return reverse("criteria:carry-over", args=[ward, year])

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            field = violation.field if violation.field in form.fields else None
            form.add_error(field, violation.message)
    page = get_carry_over_page(user=request.user, evaluation=evaluation)
    rows = [
        (line, form.is_ticked(line.code, offered=line.can_carry)) for line in page.lines
    ]
    return render(
        request,
        "criteria/carry_over.html",
        {"page": page, "form": form, "rows": rows},
        status=422 if request.method == "POST" else 200,
    )


def _tell(request: HttpRequest, report: list[Carried]) -> None:
    """What came along in one sentence, what did not in one each."""
    counts = {one.part.value: one.count for one in report if not one.skipped}
    if counts:
        messages.success(
            request, _("Carried over: %(parts)s.") % {"parts": carried_words(counts)}
        )
    for one in report:
        if one.skipped:
            messages.warning(
                request,
                _("%(part)s: skipped. %(why)s")
                % {"part": one.part.label, "why": one.skipped},
            )
