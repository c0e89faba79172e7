"""The official-form kit: one description, rendered to PDF and DOCX; QR tokens."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    """Official forms and the codes printed on them."""

    name = "wardsecurity.papers"
    label = "papers"
    verbose_name = _("official forms")
