"""How allauth behaves here: nobody signs up, accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts come from ward leaders and the province, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Back to sign-in with a word; only who knows the password learns it."""
        messages.error(
            request, _("This account is shut. Ask the ward's leader or the province.")
        )
        return redirect("account_login")

    def set_password(self, user: User, password: str) -> None:
        """A password chosen by oneself ends the duty to choose one."""
        user.must_change_password = False
        super().set_password(user, password)
