"""A ward's criteria sets: taken away, filled in, looked at, published."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from criteria.forms.sets import SetFileForm
from criteria.selectors.moves import get_move, list_moves_of_ward
from criteria.selectors.sets import (
    get_set_upload,
    get_ward_set,
    list_ward_sets,
    says_working,
    status_of,
    version_before,
)
from criteria.selectors.small_numbers import drop_small, hides_small
from criteria.services.set_diffs import compare
from criteria.services.set_files import SetContent
from criteria.services.set_imports import apply_upload, examine, upload_set
from criteria.services.set_workbooks import write_set
from criteria.services.sets import publish_set
from wardsecurity.accounts.receipts import submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may
from wardsecurity.spreadsheets.responses import workbook_response
from wardsecurity.spreadsheets.writing import marked_copy
from wardsecurity.wards.selectors import get_ward


def _enter(request: HttpRequest, ward: str, *, to_edit: bool = False) -> Any:
    """The ward of an address: 404 out of sight, 403 for whoever edits no sets."""
    request.nav = "sets"  # type: ignore[attr-defined]
    unit = get_ward(user=request.user, slug=ward)
    if to_edit and not may(request.user, "edit_set", unit):
        raise PermissionDenied
    return unit


@require_safe
def set_list(request: HttpRequest, ward: str) -> HttpResponse:
    """The sets a ward works with, and what to do next with them."""
    return _list(request, _enter(request, ward), SetFileForm())


def _list(
    request: HttpRequest, unit: Any, form: SetFileForm, status: int = 200
) -> HttpResponse:
    sets = list(list_ward_sets(user=request.user, ward=unit))
    states = {one.state for one in sets if one.owner_id == unit.pk}
    rows = [
        {"set": one, "status": status_of(one), "is_own": one.owner_id == unit.pk}
        for one in sets
    ]
    may_edit = may(request.user, "edit_set", unit)
    return render(
        request,
        "criteria/sets/list.html",
        {
            "ward": unit,
            "rows": rows,
            "form": form,
            "may_edit": may_edit,
            "may_open": may(request.user, "open_campaign", unit),
            "step": 5 if "published" in states else 4 if "draft" in states else 1,
            "moves": list_moves_of_ward(user=request.user, ward=unit),
        },
        status=status,
    )


@require_POST
def set_upload(request: HttpRequest, ward: str) -> HttpResponse:
    """Keep a file for its dry run."""
    unit = _enter(request, ward, to_edit=True)
    form = SetFileForm(request.POST, request.FILES)
    if form.is_valid():

        def act() -> str:
            kept = upload_set(
                actor=request.user, owner=unit, upload=form.cleaned_data["file"]
            )
            return reverse("criteria:set-import", args=[unit.slug, kept.pk])

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            form.add_error("file", violation.message)
    return _list(request, unit, form, 422)


def _upload_of(request: HttpRequest, unit: Any, pk: int) -> Any:
    upload = get_set_upload(user=request.user, pk=pk)
    if upload.owner_id != unit.pk:
        raise Http404
    return upload


@require_http_methods(["GET", "HEAD", "POST"])
def set_import(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """The dry run of a file; sent, it makes the draft that was shown."""
    unit = _enter(request, ward)
    upload = _upload_of(request, unit, pk)
    if not may(request.user, "edit_set", unit):
        raise PermissionDenied
    status = 200
    if request.method == "POST":

        def act() -> str:
            made = apply_upload(
                actor=request.user, upload=upload, seen=request.POST.get("seen", "")
            )
            messages.success(request, _("The draft is made. Compare it, then publish."))
            return reverse("criteria:set-compare", args=[unit.slug, made.pk])

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            status = 409
            messages.error(request, violation.message)
    return render(
        request,
        "criteria/sets/import.html",
        {
            "ward": unit,
            "run": examine(upload),
            "step": 3,
            "again": SetFileForm(),
        },
        status=status,
    )


@require_safe
def set_marked(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """The file that was sent, its faults marked."""
    unit = _enter(request, ward)
    upload = _upload_of(request, unit, pk)
    if not may(request.user, "edit_set", unit):
        raise PermissionDenied
    book = examine(upload).book
    if book is None:
        raise Http404
    stem = upload.name.removesuffix(".xlsx")
    name = _("%(name)s - faults marked") % {"name": stem}
    return workbook_response(marked_copy(book), name=name)


@require_safe
def set_download(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """A set as a workbook, to be filled in and sent back."""
    unit = _enter(request, ward)
    one = get_ward_set(user=request.user, ward=unit, pk=pk)
    return workbook_response(write_set(SetContent.of(one)), name=str(one))


@require_safe
def set_compare(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """What differs between two sets that the ward sees."""
    unit = _enter(request, ward)
    one = get_ward_set(user=request.user, ward=unit, pk=pk)
    sent = request.GET.get("with", "")
    other = (
        get_ward_set(user=request.user, ward=unit, pk=whole_number(sent) or 0)
        if sent
        else version_before(user=request.user, criteria_set=one)
    )
    others = list_ward_sets(user=request.user, ward=unit).exclude(pk=one.pk)
    return render(
        request,
        "criteria/sets/compare.html",
        {
            "ward": unit,
            "set": one,
            "status": status_of(one),
            "other": other,
            "others": others,
            "diff": compare(SetContent.of(other), SetContent.of(one))
            if other
            else None,
            "may_publish": _may_publish(request, unit, one),
            "step": 4,
        },
    )


def _may_publish(request: HttpRequest, unit: Any, one: Any) -> bool:
    return (
        one.owner_id == unit.pk
        and one.state == "draft"
        and may(request.user, "edit_set", one)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def set_publish(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """Say what publishing means, then freeze the ward's draft."""
    unit = _enter(request, ward)
    one = get_ward_set(user=request.user, ward=unit, pk=pk)
    if one.owner_id != unit.pk or not may(request.user, "edit_set", one):
        raise PermissionDenied
    status = 200
    if request.method == "POST":

        def act() -> str:
            publish_set(
                actor=request.user,
                criteria_set=one,
                seen_hash=request.POST.get("seen", ""),
            )
            messages.success(request, _("Published. Now open the year on it."))
            return reverse("criteria:ward-sets", args=[unit.slug])

        try:
            return redirect(submit_once(actor=request.user, request=request, act=act))
        except RuleViolation as violation:
            status = 409
            messages.error(request, violation.message)
            one = get_ward_set(user=request.user, ward=unit, pk=pk)
    content = SetContent.of(one)
    return render(
        request,
        "criteria/sets/publish.html",
        {
            "ward": unit,
            "set": one,
            "content": content,
            "unchecked": content.unchecked,
            "same_statement": says_working(one),
            "is_draft": one.state == "draft",
            "step": 4,
        },
        status=status,
    )


@require_safe
def move_detail(request: HttpRequest, ward: str, pk: int) -> HttpResponse:
    """What a year said before it went over to another version of its set."""
    unit = _enter(request, ward)
    move = get_move(user=request.user, ward=ward, pk=pk)
    content = json.loads(move.content)
    if hides_small(request.user, move.evaluation):
        content["assessments"] = [drop_small(one) for one in content["assessments"]]
    groups = {
        fate: [row for row in content["assessments"] if row["fate"] == fate]
        for fate in ("left", "cleared", "moved")
    }
    return render(
        request,
        "criteria/sets/move.html",
        {"ward": unit, "move": move, "content": content, **groups},
    )
