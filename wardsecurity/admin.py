"""The admin site of the provincial police: plain, scoped, by role."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ProvinceAdminSite(admin.AdminSite):
    """Open to province verifiers (who read) and province admins (who change)."""

    site_header = _("Administration for the provincial police")
    site_title = _("Administration")
    index_title = _("What to manage")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """By membership today, whatever the address."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))
