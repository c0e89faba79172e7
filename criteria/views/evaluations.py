"""A ward leader opens the campaign, and gives criteria to units."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commitments.selectors.carry_over import previous_campaign
from criteria.forms.evaluations import AssignmentForm, CampaignForm
from criteria.selectors.assessments import supporting_units
from criteria.selectors.boards import rows_of
from criteria.selectors.scores import may_change
from criteria.selectors.sets import list_openable_sets
from criteria.services.evaluations import AssignmentRefused, assign, open_evaluation
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may
from wardsecurity.wards.selectors import get_ward, list_participating_units


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_open(request: HttpRequest, ward: str) -> HttpResponse:
    """Open the ward's campaign on a published set."""
    request.nav = "menu"  # type: ignore[attr-defined]
    unit = get_ward(user=request.user, slug=ward)
    if not may(request.user, "open_campaign", unit):
        raise PermissionDenied
    year = timezone.localdate().year
    form = CampaignForm(
        request.POST or None,
        sets=list_openable_sets(user=request.user, ward=unit),
        initial={
            "title": _("Building the exemplary ward in %(year)s") % {"year": year},
        },
    )
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            evaluation = open_evaluation(
                actor=request.user, ward=unit, **form.cleaned_data
            )
            return _opened(request, evaluation.campaign)

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            field = violation.field if violation.field in form.fields else None
            form.add_error(field, violation.message)
    return render(
        request,
        "criteria/campaigns/open.html",
        {"form": form, "ward": unit},
        status=422 if form.is_bound else 200,
    )


def _opened(request: HttpRequest, campaign: Any) -> str:
    """Where a new year begins: with what the year before leaves, if there was one."""
    at = [campaign.ward.slug, campaign.year]
    if previous_campaign(user=request.user, campaign=campaign):
        messages.success(
            request, _("Campaign opened. Choose what comes along from the year before.")
        )
        return reverse("criteria:carry-over", args=at)
    messages.success(request, _("Campaign opened. Now assign the criteria."))
    return reverse("criteria:assignments", args=at)


@require_http_methods(["GET", "HEAD", "POST"])
def assignments(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Lead unit, supporting units and due date of every criterion, in one form."""
    evaluation = enter(request, ward=ward, year=year, nav="assignments")
    if not may(request.user, "assign", evaluation):
        raise PermissionDenied
    campaign = evaluation.campaign
    day = min(timezone.localdate(), campaign.period_end)
    units = list(
        list_participating_units(user=request.user, ward=campaign.ward, day=day)
    )
    rows = rows_of(evaluation, timezone.localdate())
    supporting = supporting_units(evaluation=evaluation)
    forms = [
        (
            row,
            AssignmentForm(
                request.POST or None,
                prefix=f"c{row.number}",
                units=units,
                initial={
                    "lead_unit": row.assessment.lead_unit_id,
                    "supporting": supporting.get(row.assessment.pk, []),
                    "due_on": row.due_on,
                },
            ),
        )
        for row in rows
    ]
    if request.method == "POST":
        faults = [form for _row, form in forms if not form.is_valid()]
        if not faults:
            if done := _assign(request, evaluation, forms):
                return done
        else:
            messages.error(request, _("Not saved yet. Mend the marked rows."))
    return render(
        request,
        "criteria/assignments.html",
        {
            "campaign": campaign,
            "formset_rows": forms,
            "may_change": may_change(evaluation),
            "unassigned": sum(row.assessment.lead_unit_id is None for row in rows),
        },
        status=422 if request.method == "POST" else 200,
    )


def _assign(request: HttpRequest, evaluation: Any, forms: Any) -> HttpResponse | None:
    campaign = evaluation.campaign

    def act() -> str:
        changed = assign(
            actor=request.user,
            evaluation=evaluation,
            assignments={row.number: form.assignment() for row, form in forms},
        )
        messages.success(
            request,
            ngettext(
                "%(count)s criterion changed.",
                "%(count)s criteria changed.",
                len(changed),
            )
            % {"count": len(changed)},
        )
        return reverse("criteria:assignments", args=[campaign.ward.slug, campaign.year])

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except AssignmentRefused as refusal:
        (form,) = [form for row, form in forms if row.number == refusal.number]
        form.add_error(refusal.field, refusal.message)
        messages.error(request, _("Not saved yet. Mend the marked rows."))
    except RuleViolation as violation:
        messages.error(request, violation.message)
    return None
