"""Administrative units and the people in them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WardsConfig(AppConfig):
    """Units, their scope, participating units, memberships."""

    name = "wardsecurity.wards"
    label = "wards"
    verbose_name = _("units and people")
