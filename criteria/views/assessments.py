"""The page of a criterion, saving its assessment, confirming its figure."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from criteria.forms.assessments import AssessmentForm
from criteria.forms.conflicts import assessment_conflict
from criteria.forms.measures import MeasureForm
from criteria.selectors.assessments import (
    get_assessment,
    get_assessment_at,
    get_assessments,
    list_assessments_here,
    list_parts,
)
from criteria.selectors.criterion_page import get_criterion_page
from criteria.services.assessments import EditConflict, save_assessment
from criteria.services.measures import confirm_measure
from criteria.views.here import enter, here_of
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may
from wardsecurity.wards.selectors import units_served_here


def _form(request: HttpRequest, assessment: Any, data: Any = None) -> AssessmentForm:
    """The form of a criterion for this person: a contributor types own parts only."""
    may_assess = may(request.user, "assess", assessment)
    own = None
    if assessment.criterion.figures_by:
        units = units_served_here(
            user=request.user, ward=assessment.evaluation.campaign.ward
        )
        own = {unit.pk for unit in units} or (None if may_assess else set())
    return AssessmentForm(
        data,
        assessment=assessment,
        parts=list_parts(user=request.user, assessment=assessment)
        if assessment.criterion.figures_by
        else [],
        own=own,
        may_assess=may_assess,
    )


def _sent(request: HttpRequest, assessment: Any) -> AssessmentForm:
    """The form as it was sent.

    The service asks who may assess, once it has locked; only whose part of a figure is
    typed must be known before.
    """
    if assessment.criterion.figures_by:
        return _form(request, assessment, request.POST)
    return AssessmentForm(request.POST, assessment=assessment, parts=[])


def _page(
    request: HttpRequest,
    assessment: Any,
    form: AssessmentForm,
    *,
    status: int = 200,
    rows: Any = None,
    **more: Any,
) -> HttpResponse:
    page = get_criterion_page(
        user=request.user,
        evaluation=assessment.evaluation,
        assessment=assessment,
        rows=rows,
    )
    here_of(request).rows = page.rows
    may_type = page.may_assess or bool(form.own and not page.locked_reason)
    return render(
        request,
        "criteria/criterion_detail.html",
        {"page": page, "form": form, "may_type": may_type, **more},
        status=status,
    )


@require_safe
def criterion_detail(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Requirement, evidence in place, assessment, history."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    may(request.user, "assess", evaluation)  # memberships, read once for all below
    rows = list_assessments_here(user=request.user, evaluation=evaluation)
    found = [row for row in rows if row.criterion.number == number]
    if not found:
        raise Http404
    return _page(request, found[0], _form(request, found[0]), rows=rows)


@require_POST
def assessment_save(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Save the ward's claim; when refused, back to the page with what was typed."""
    assessment = get_assessment_at(
        user=request.user, ward=ward, year=year, number=number
    )
    form = _sent(request, assessment)
    if form.is_valid():
        entry, version = form.entry(), form.cleaned_data["version"]

        def act() -> str:
            save_assessment(
                actor=request.user,
                assessment=assessment,
                version=version,
                entry=entry,
            )
            messages.success(
                request,
                _("Assessment of criterion %(number)s saved.") % {"number": number},
            )
            return _after(request, assessment, ward, year)

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except EditConflict:
            return _conflict_page(request, ward, year, number)
        except RuleViolation as violation:
            _refuse(form, violation)
    shown = _entered(request, ward, year, number)
    return _page(request, shown, form, status=422)


@require_POST
def measure_confirm(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Take the figure of the ward's records, if it still is what the page showed."""
    assessment = get_assessment_at(
        user=request.user, ward=ward, year=year, number=number
    )
    form = MeasureForm(request.POST)
    refused, status = _("Look at the figure again, then confirm it."), 422
    if form.is_valid():

        def act() -> str:
            confirm_measure(
                actor=request.user,
                assessment=assessment,
                version=form.cleaned_data["version"],
                seen=form.seen,
            )
            messages.success(
                request,
                _("Figure of criterion %(number)s confirmed.") % {"number": number},
            )
            return _after(request, assessment, ward, year)

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except EditConflict as conflict:
            refused, status = conflict.message, 409
        except RuleViolation as violation:
            refused = violation.message
    current = _entered(request, ward, year, number)
    return _page(
        request,
        current,
        _form(request, current),
        status=status,
        measure_refused=refused,
    )


def _refuse(form: AssessmentForm, violation: RuleViolation) -> None:
    field = violation.field
    if field == "choice" and "choice" not in form.fields:
        field = "not_applicable"
    form.add_error(field if field in form.fields else None, violation.message)


def _entered(request: HttpRequest, ward: str, year: int, number: int) -> Any:
    """The assessment as its page shows it, which then stays in its ward-year."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    return get_assessment(user=request.user, evaluation=evaluation, number=number)


def _conflict_page(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Both versions side by side; saving again keeps what is typed here."""
    current = _entered(request, ward, year, number)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = _form(request, current, data)
    form.is_valid()
    return _page(
        request,
        current,
        form,
        status=409,
        conflict=assessment_conflict(current, form),
    )


def _after(request: HttpRequest, assessment: Any, ward: str, year: int) -> str:
    """Where saving leads: on to the next criterion if that button was pressed."""
    asked = whole_number(request.POST.get("next", ""))
    # Typed by hand it may name a criterion that the set does not have.
    following = asked and get_assessments(
        user=request.user, evaluation=assessment.evaluation, numbers=[asked]
    )
    number = asked if following else assessment.criterion.number
    return reverse("criteria:criterion-detail", args=[ward, year, number])
