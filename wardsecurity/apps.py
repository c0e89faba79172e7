"""The admin site of the provincial police, in place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class ProvinceAdminConfig(AdminConfig):
    """Django's admin, open to province roles and scoped to their units."""

    default_site = "wardsecurity.admin.ProvinceAdminSite"
