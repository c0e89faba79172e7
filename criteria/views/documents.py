"""Where documents meet criteria: what one is meant for, and making it evidence."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commitments.selectors.documents import get_document, may_keep_document
from criteria.forms.documents import DocumentCriteriaForm, DocumentEvidenceForm
from criteria.selectors.documents import (
    criteria_of_document,
    get_options,
    may_record_somewhere,
    why_no_evidence,
)
from criteria.selectors.evidence import get_evidence
from criteria.selectors.scores import list_assessments
from criteria.services.documents import (
    make_evidence,
    suggest_criteria,
    take_over_document,
)
from criteria.views.here import enter
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may

FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _submit(
    request: HttpRequest, form: forms.Form, act: Callable[[], str]
) -> HttpResponse | None:
    """Run a service once for this form; a broken rule goes beside its field."""
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, violation.message)
        return None


@FORM_PAGE
def document_criteria(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Which criteria of the year a document is meant for."""
    evaluation = enter(request, ward=ward, year=year, nav="documents")
    document = get_document(user=request.user, campaign=evaluation.campaign, pk=pk)
    if not may_keep_document(user=request.user, document=document):
        raise PermissionDenied
    rows = {row.pk: row for row in list_assessments(evaluation)}
    meant = criteria_of_document(user=request.user, document=document)
    form = DocumentCriteriaForm(
        request.POST if request.method == "POST" else None,
        assessments=list(rows.values()),
        initial={"criteria": [one.assessment_id for one in meant]},
    )
    if form.is_valid():

        def act() -> str:
            suggest_criteria(
                actor=request.user,
                document=document,
                assessments=[rows[pk] for pk in form.cleaned_data["criteria"]],
            )
            messages.success(request, _("Criteria of the document saved."))
            return reverse("commitments:document-detail", args=[ward, year, pk])

        if done := _submit(request, form, act):
            return done
    return render(
        request,
        "criteria/documents/criteria.html",
        {"campaign": evaluation.campaign, "document": document, "form": form},
        status=422 if form.is_bound else 200,
    )


@FORM_PAGE
def document_evidence(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Make a document evidence for many criteria and several years in one step."""
    evaluation = enter(request, ward=ward, year=year, nav="documents")
    document = get_document(user=request.user, campaign=evaluation.campaign, pk=pk)
    if not may_record_somewhere(user=request.user, evaluation=evaluation):
        raise PermissionDenied
    options = get_options(user=request.user, evaluation=evaluation, document=document)
    form = DocumentEvidenceForm(
        request.POST if request.method == "POST" else None, options=options
    )
    if form.is_valid():
        rows = {row.pk: row for group in options.groups for row in group.rows}
        chosen = [rows[pk] for pk in form.cleaned_data["criteria"]]

        def act() -> str:
            make_evidence(actor=request.user, document=document, assessments=chosen)
            messages.success(request, _("Evidence saved."))
            return _after(request, ward, year, pk)

        if done := _submit(request, form, act):
            return done
    return render(
        request,
        "criteria/documents/evidence.html",
        {
            "campaign": evaluation.campaign,
            "document": document,
            "form": form,
            "options": options,
            "refused": why_no_evidence(document),
        },
        status=422 if form.is_bound else 200,
    )


def _after(request: HttpRequest, ward: str, year: int, pk: int) -> str:
    """Back to the criterion the button stood on, or to the document."""
    if number := whole_number(request.POST.get("criterion", "")):
        return reverse("criteria:criterion-detail", args=[ward, year, number])
    return reverse("commitments:document-detail", args=[ward, year, pk])


@require_POST
def evidence_take_over(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Let evidence say what its document says by now."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    evidence = get_evidence(user=request.user, ward=evaluation.campaign.ward, pk=pk)
    if not all(
        may(request.user, "record_evidence", link.assessment)
        for link in evidence.all_links
    ):
        raise PermissionDenied
    back = reverse("criteria:evidence-detail", args=[ward, year, pk])
    version = whole_number(request.POST.get("version", "")) or 0

    def act() -> str:
        take_over_document(actor=request.user, evidence=evidence, version=version)
        messages.success(request, _("Evidence saved."))
        return back

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(back)
