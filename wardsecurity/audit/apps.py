"""The trail of what was done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Append-only trail, one hash chain per administrative unit."""

    name = "wardsecurity.audit"
    label = "audit"
    verbose_name = _("trail")
