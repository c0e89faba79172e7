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
from criteria.selectors.history import last_assigned
from criteria.selectors.scores import may_change
from criteria.selectors.sets import list_openable_sets
from criteria.services.evaluations import (
    AssignmentConflict,
    AssignmentRefused,
    assign,
    given_of,
    open_evaluation,
)
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
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
            # From the page of a set: the one that was published just now.
            "criteria_set": whole_number(request.GET.get("set", "")),
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
    forms = _assignment_forms(request, evaluation)
    status = 200
    if request.method == "POST":
        status, touched = 422, [form for form in forms if form.is_touched()]
        forms = [form if form in touched else form.untyped() for form in forms]
        if all(form.is_valid() for form in touched):
            try:
                return _assign(request, evaluation, touched)
            except AssignmentConflict as conflict:
                status = 409
                _show_conflict(request, touched, conflict)
            except AssignmentRefused as refusal:
                (form,) = [one for one in touched if one.row.number == refusal.number]
                form.add_error(refusal.field, refusal.message)
                messages.error(request, _("Not saved yet. Mend the marked rows."))
            except RuleViolation as violation:
                messages.error(request, violation.message)
        else:
            messages.error(request, _("Not saved yet. Mend the marked rows."))
    return render(
        request,
        "criteria/assignments.html",
        {
            "campaign": evaluation.campaign,
            "forms": forms,
            "may_change": may_change(evaluation),
            "unassigned": sum(one.row.assessment.lead_unit_id is None for one in forms),
        },
        status=status,
    )


def _assignment_forms(request: HttpRequest, evaluation: Any) -> list[AssignmentForm]:
    """A form for every criterion, with the ward's units to choose from."""
    campaign, today = evaluation.campaign, timezone.localdate()
    units = list_participating_units(user=request.user, ward=campaign.ward)
    by_pk = {unit.pk: unit for unit in units}
    supporting = supporting_units(evaluation=evaluation)
    return [
        AssignmentForm(
            request.POST or None,
            row=row,
            given=given_of(row.assessment, supporting.get(row.assessment.pk, ())),
            units=by_pk,
            day=min(today, campaign.period_end),
        )
        for row in rows_of(user=request.user, evaluation=evaluation, today=today)
    ]


def _assign(
    request: HttpRequest, evaluation: Any, touched: list[AssignmentForm]
) -> HttpResponse:
    """Write what was changed; what the service raises passes through."""
    campaign = evaluation.campaign

    def act() -> str:
        changed = assign(
            actor=request.user,
            evaluation=evaluation,
            assignments={form.row.number: form.assignment() for form in touched},
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

    return redirect(submit_once(actor=request.user, request=request, act=act))


def _show_conflict(
    request: HttpRequest,
    touched: list[AssignmentForm],
    conflict: AssignmentConflict,
) -> None:
    """Both versions in each row that somebody else changed meanwhile."""
    messages.error(request, conflict.message)
    for form in touched:
        if stored := conflict.stored.get(form.row.number):
            last = last_assigned(user=request.user, assessment=form.row.assessment)
            form.overtaken(
                stored,
                who=last.who if last else "",
                when=last.when if last else None,
            )
