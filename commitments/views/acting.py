"""Running a service from a form: once, with what it refuses beside its field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from commitments.services.edits import EditConflict
from wardsecurity.accounts.receipts import sent_before, submit_once
from wardsecurity.errors import RuleViolation


def act_once(
    request: HttpRequest, form: forms.Form, act: Callable[[], str]
) -> HttpResponse | None:
    """Redirect to where `act` leads; None when a rule refused it, now in the form.

    EditConflict and PermissionDenied pass through.
    """
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except (EditConflict, PermissionDenied):
        raise
    except RuleViolation as violation:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, violation.message)
        return None


def done_before(request: HttpRequest) -> HttpResponse | None:
    """On to where this very form led when it was sent before; None when it was not.

    For pages that are there no more once their form has done its work.
    """
    led_to = request.method == "POST" and sent_before(
        actor=request.user, request=request
    )
    return redirect(led_to) if led_to else None


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, be it nothing; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


def renew_version(form: forms.Form, current: Any) -> None:
    """After a conflict: saving again keeps what is typed, over the current version."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(current.version)  # type: ignore[index]


def status_of_form(form: forms.Form) -> int:
    """422 for a form that came back, 200 for a new one."""
    return 422 if form.is_bound else 200
