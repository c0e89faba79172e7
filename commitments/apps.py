"""What the ward decided and who promised what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    """Campaigns; documents, committee, meetings and pledges join them later."""

    name = "commitments"
    verbose_name = _("commitments")
