"""Funding: what the plan costs, what was allocated, what was spent. Whole đồng."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import OfCampaign
from commitments.models.documents import OfficialDocument
from wardsecurity.constraints import known_values

LARGEST_AMOUNT = 10**15  # đồng; more is a slip of the finger


class FundingSource(models.TextChoices):
    """Where money comes from; the community's as totals only, never by giver."""

    WARD = "ward", _("ward budget")
    HIGHER = "higher", _("higher budget")
    COMMUNITY = "community", _("community contributions (total)")


class FundingLine(OfCampaign):
    """A purpose with its amounts in whole đồng, each 0 or more."""

    order = models.PositiveSmallIntegerField(_("order"), default=1)
    purpose = models.CharField(_("purpose"), max_length=300)
    source = models.CharField(_("source"), max_length=10, choices=FundingSource)
    estimated = models.BigIntegerField(_("estimated"))
    allocated = models.BigIntegerField(_("allocated"), default=0)
    spent = models.BigIntegerField(_("spent"), default=0)
    document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding_lines",
        verbose_name=_("document"),
    )
    removed_at = models.DateTimeField(null=True, editable=False)
    removed_reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("funding line")
        verbose_name_plural = _("funding lines")
        ordering = ["campaign_id", "order", "pk"]
        constraints = [
            *OfCampaign.Meta.constraints,
            known_values("source", FundingSource),
            models.CheckConstraint(
                condition=models.Q(estimated__range=(0, LARGEST_AMOUNT))
                & models.Q(allocated__range=(0, LARGEST_AMOUNT))
                & models.Q(spent__range=(0, LARGEST_AMOUNT)),
                name="commitments_funding_amounts_within",
                violation_error_message=_("Amounts are from 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
