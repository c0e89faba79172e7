"""A province opens campaigns for many wards: form, preview, then a task."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from criteria.forms.replication import ReplicationForm
from criteria.selectors.province import get_many_wards_unit
from criteria.selectors.replication import (
    list_replicable_sets,
    list_templates,
    list_wards_to_open,
    preview_of,
    wards_below,
)
from criteria.services.replication import ACTION, order_replication
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
def replication(request: HttpRequest, unit: str, year: int) -> HttpResponse:
    """Choose what to open and where, look at what it would do, start it.

    Of this year and the next.
    """
    this_year = timezone.localdate().year
    if year not in (this_year, this_year + 1):
        raise Http404
    province = get_many_wards_unit(user=request.user, slug=unit)
    if not may(request.user, ACTION, province):
        raise PermissionDenied
    request.nav = "province"  # type: ignore[attr-defined]
    form = _form(request, province, year)
    lines = list_wards_to_open(unit=province, year=year)
    context: dict[str, Any] = {
        "form": form,
        "unit": province,
        "year": year,
        "years": [this_year, this_year + 1],
    }
    if request.method == "POST" and form.is_valid():
        wards = _wards(form, lines)
        if request.POST.get("step") == "run" and wards:
            try:
                return _run(request, province, form, wards)
            except RuleViolation as violation:
                field = violation.field if violation.field in form.fields else None
                form.add_error(field, violation.message)
        else:
            context["preview"] = _preview(form, wards)
    context |= {
        "lines": lines,
        "open_count": sum(not line.has_campaign for line in lines),
        "ticked": set(form["wards"].data) if form.is_bound else set(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "criteria/replication/form.html", context, status=status)


def _form(request: HttpRequest, province: Any, year: int) -> ReplicationForm:
    end = dt.date(year, 12, 31)
    sets = list_replicable_sets(user=request.user, unit=province)
    return ReplicationForm(
        request.POST if request.method == "POST" else None,
        year=year,
        sets=sets,
        templates=list_templates(user=request.user, unit=province, year=year),
        wards=wards_below(province, end),
        initial={
            "criteria_set": sets.first(),
            "title": _("Building the exemplary ward in %(year)s") % {"year": year},
            "period_start": dt.date(year, 1, 1),
            "period_end": end,
        },
    )


def _wards(form: ReplicationForm, lines: list[Any]) -> list[Any]:
    if form.takes_all:
        return [line.ward for line in lines if not line.has_campaign]
    return list(form.cleaned_data["wards"])


def _preview(form: ReplicationForm, wards: list[Any]) -> Any:
    order = form.order()
    return preview_of(
        wards=wards,
        criteria_set=order.criteria_set,
        template=order.template,
        start=order.period_start,
        end=order.period_end,
        today=timezone.localdate(),
    )


def _run(
    request: HttpRequest, province: Any, form: ReplicationForm, wards: list[Any]
) -> HttpResponse:
    def act() -> str:
        job = order_replication(
            actor=request.user, unit=province, order=form.order(), wards=wards
        )
        return reverse("jobs:detail", args=[job.pk])

    return redirect(submit_once(actor=request.user, request=request, act=act))
