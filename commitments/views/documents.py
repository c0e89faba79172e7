"""Official documents: the list and the tree, one of them, recording and correcting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.forms.conflicts import conflict_of
from commitments.forms.documents import (
    TYPE_CHOICES,
    DocumentForm,
    WithdrawForm,
    stored_document,
)
from commitments.numbering import written
from commitments.selectors.choices import own_units
from commitments.selectors.document_trees import tree_of, uses_of
from commitments.selectors.documents import (
    get_document,
    history_of_document,
    list_documents,
    list_issuers,
    may_keep_document,
    oddities_of,
    status_of,
)
from commitments.services.documents import (
    change_document,
    keep_scan,
    record_document,
    withdraw_document,
)
from commitments.services.edits import EditConflict
from commitments.views.acting import (
    act_once,
    done_before,
    renew_version,
    sent,
    status_of_form,
)
from commitments.views.here import enter
from wardsecurity.files.keeping import Kept, keep_sent, with_fields
from wardsecurity.files.shown import file_view

PAGE_SIZE = 20
FORM_PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _may_record(request: HttpRequest, campaign: Any) -> bool:
    """Whether the person records documents here, were it for the own unit only."""
    own = own_units(user=request.user, campaign=campaign)
    return campaign.closed_at is None and own != set()


@require_safe
def document_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The year's documents, or all years', filtered; or the year's as a tree."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    context = {
        "campaign": campaign,
        "may_record": _may_record(request, campaign),
    }
    if request.GET.get("view") == "tree":
        context["branches"] = tree_of(user=request.user, campaign=campaign)
        return render(request, "commitments/documents/tree.html", context)
    names = ("q", "type", "issuer", "years")
    asked = {name: request.GET.get(name, "")[:100] for name in names}
    rows = list_documents(
        user=request.user,
        ward=campaign.ward,
        campaign=None if asked["years"] == "all" else campaign,
        doc_type=asked["type"],
        issuer=asked["issuer"],
        q=asked["q"],
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": [(row, status_of(row)) for row in page],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "types": TYPE_CHOICES,
        "issuers": list_issuers(user=request.user, ward=campaign.ward),
    }
    return render(request, "commitments/documents/list.html", context)


@require_safe
def document_detail(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Facts, files in place, what it rests on, what rests on it, where it is used."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    document = get_document(user=request.user, campaign=campaign, pk=pk)
    return render(
        request,
        "commitments/documents/detail.html",
        {
            "campaign": campaign,
            "document": document,
            "written": written(document.system, document.display),
            "status": status_of(document),
            "oddities": oddities_of(document),
            "files": [
                file_view(one.stored, one.name) for one in document.standing_files
            ],
            "uses": uses_of(user=request.user, document=document),
            "may_keep": may_keep_document(user=request.user, document=document),
            "history": history_of_document(user=request.user, document=document),
        },
    )


def _detail_url(document: Any) -> str:
    campaign = document.campaign
    at = [campaign.ward.slug, campaign.year, document.pk]
    return reverse("commitments:document-detail", args=at)


def _keep(request: HttpRequest, form: DocumentForm) -> Kept:
    """Keep what was uploaded for this document, beside what was kept before."""
    row = form.row_for_files()

    def keep(upload: Any) -> Any:
        return keep_scan(
            actor=request.user, campaign=form.campaign, row=row, upload=upload
        )

    return keep_sent(request, form, unit=form.campaign.ward, keep=keep)


def _form_page(
    request: HttpRequest, form: DocumentForm, status: int, kept: Kept, **more: Any
) -> HttpResponse:
    if kept.sealed:
        form.data = with_fields(form.data, kept=kept.sealed)
    context = {
        "campaign": form.campaign,
        "form": form,
        "kept_files": [file_view(one, one.name) for one in kept.files],
        **more,
    }
    return render(request, "commitments/documents/form.html", context, status=status)


@FORM_PAGE
def document_create(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Record a document with its files."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    if not _may_record(request, campaign):
        raise PermissionDenied
    form = DocumentForm(
        sent(request),
        request.FILES or None,
        user=request.user,
        campaign=campaign,
        own=own_units(user=request.user, campaign=campaign),
    )
    kept = Kept()
    if form.is_bound:
        form.is_valid()
        kept = _keep(request, form)
    if form.is_valid():

        def act() -> str:
            document = record_document(
                actor=request.user,
                campaign=campaign,
                facts=form.facts(),
                stored=kept.files,
            )
            messages.success(request, _("Document saved."))
            return _detail_url(document)

        if done := act_once(request, form, act):
            return done
    return _form_page(request, form, status_of_form(form), kept)


def _to_change(request: HttpRequest, ward: str, year: int, pk: int) -> Any:
    """The document of an address; PermissionDenied for who only reads it."""
    campaign = enter(request, ward=ward, year=year, nav="documents")
    document = get_document(user=request.user, campaign=campaign, pk=pk)
    if not may_keep_document(user=request.user, document=document):
        raise PermissionDenied
    return document


@FORM_PAGE
def document_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a document, add files or take some off."""
    document = _to_change(request, ward, year, pk)
    form = DocumentForm(
        sent(request),
        request.FILES or None,
        user=request.user,
        campaign=document.campaign,
        own=own_units(user=request.user, campaign=document.campaign),
        document=document,
    )
    more: dict[str, Any] = {"document": document}
    kept, status = Kept(), status_of_form(form)
    if form.is_bound:
        form.is_valid()
        kept = _keep(request, form)
    if form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            change_document(
                actor=request.user,
                document=document,
                version=data["version"] or 0,
                facts=form.facts(),
                stored=kept.files,
                remove=data.get("remove", ()),
            )
            messages.success(request, _("Document saved."))
            return _detail_url(document)

        try:
            if done := act_once(request, form, act):
                return done
        except EditConflict as refused:
            more["conflict"] = _conflict(request, form, refused)
            status = 409
    return _form_page(request, form, status, kept, **more)


def _conflict(request: HttpRequest, form: DocumentForm, refused: EditConflict) -> Any:
    """Both versions side by side; saving again keeps what is typed here."""
    history = history_of_document(user=request.user, document=refused.current)
    stored = stored_document(refused.current)
    found = conflict_of(form, stored, history, form.issuer_names)
    renew_version(form, refused.current)
    return found


@FORM_PAGE
def document_withdraw(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Withdraw a document, with a reason; it stays to be seen."""
    if led_on := done_before(request):
        return led_on
    document = _to_change(request, ward, year, pk)
    form = WithdrawForm(sent(request))
    if form.is_valid():

        def act() -> str:
            withdraw_document(
                actor=request.user,
                document=document,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Document withdrawn."))
            return _detail_url(document)

        if done := act_once(request, form, act):
            return done
    context = {
        "campaign": document.campaign,
        "document": document,
        "form": form,
        "uses": uses_of(user=request.user, document=document),
    }
    template = "commitments/documents/withdraw.html"
    return render(request, template, context, status=status_of_form(form))
