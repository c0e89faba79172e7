"""How allauth behaves here: nobody signs up, accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts come from ward leaders and the province, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No."""
        return False
