"""Files kept for the units."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Stored files: by hash, checked by content, stripped, served behind the scope."""

    name = "wardsecurity.files"
    label = "files"
    verbose_name = _("files")
