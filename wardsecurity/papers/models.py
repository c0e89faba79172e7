"""Codes printed on papers: a token is a row, so that changing keys kills no paper."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardsecurity.scoping import WardScopedQuerySet


def new_token() -> str:
    """96 random bits, as 16 letters and figures of an address."""
    return secrets.token_urlsafe(12)


class PaperTokenQuerySet(WardScopedQuerySet):
    """Tokens by the unit whose paper they are printed on."""

    unit_path = "unit"


class PaperToken(models.Model):
    """A QR code on a paper of a unit: leads to a page of it, until revoked."""

    unit = models.ForeignKey(
        "wards.AdministrativeUnit", models.PROTECT, related_name="paper_tokens"
    )
    token = models.CharField(
        max_length=32, unique=True, default=new_token, editable=False
    )
    path = models.CharField(_("page"), max_length=300)
    title = models.CharField(_("paper"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = PaperTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("code on a paper")
        verbose_name_plural = _("codes on papers")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "path"],
                condition=models.Q(revoked_at__isnull=True),
                name="papers_token_one_live_per_page",
            ),
            models.CheckConstraint(
                condition=models.Q(path__startswith="/"),
                name="papers_token_leads_to_a_page_here",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope_unit_id(self) -> int:
        """The unit."""
        return self.unit_id
