"""Comments on records, and notices to people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """What people say to each other, and what the system tells them."""

    name = "wardsecurity.notices"
    label = "notices"
    verbose_name = _("comments and notices")
