"""A password given by somebody else must be changed before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

OPEN = {"account_change_password", "account_logout", "set_language", "healthz"}


class PasswordChangeMiddleware:
    """Send an account with a handed-out password to the password page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let through whoever chose the own password."""
        user = request.user
        if getattr(user, "must_change_password", False) and (
            resolve(request.path_info).url_name not in OPEN
        ):
            return redirect("account_change_password")
        return self.get_response(request)
