"""The app of the measuring server: one table, for the write floor."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """Installed by benchmarks/settings.py only."""

    name = "benchmarks"
    default_auto_field = "django.db.models.BigAutoField"
