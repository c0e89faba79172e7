"""How the ward measures up."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CriteriaConfig(AppConfig):
    """Criteria sets, evaluations, assessments, evidence, scoring, and their screens."""

    name = "criteria"
    verbose_name = _("criteria")

    def ready(self) -> None:
        """Listen to what the ground floor tells; say what its worker can do."""
        import_module("criteria.services.units")
        import_module("criteria.services.replication")
