"""Tasks over many wards: with progress, stopped and gone on with at will."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Jobs and their items."""

    name = "wardsecurity.jobs"
    label = "jobs"
    verbose_name = _("tasks over many wards")
