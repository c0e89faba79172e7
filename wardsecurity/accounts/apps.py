"""Accounts and sign-in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The user, sign-in through allauth, and receipts of forms."""

    name = "wardsecurity.accounts"
    label = "accounts"
    verbose_name = _("accounts")
