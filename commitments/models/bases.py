"""What most records of a campaign share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.campaigns import Campaign
from wardsecurity.scoping import WardScopedQuerySet


class Basis(models.TextChoices):
    """Where an example's record comes from; empty for a ward's own."""

    SEED = "seed", _("stated in the published article")
    SAMPLE = "sample", _("sample, not a fact about the ward")
    DRAFTED = "drafted", _("drafted by the project")


class OfCampaignQuerySet(WardScopedQuerySet):
    """Records by the ward of their campaign."""

    unit_path = "campaign__ward"


class OfCampaign(models.Model):
    """A record of one campaign of a ward."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, editable=False)
    basis = models.CharField(
        _("where it comes from"), max_length=8, choices=Basis, blank=True
    )
    note = models.TextField(_("note"), blank=True, max_length=2000)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfCampaignQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(basis__in=["", *Basis.values]),
                name="%(app_label)s_%(class)s_basis_known",
            )
        ]

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.campaign.ward_id


def exactly_one(first: str, second: str, name: str) -> models.CheckConstraint:
    """One of two references is given, never both, never none."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{first}__isnull": True})
        ^ models.Q(**{f"{second}__isnull": True}),
        name=name,
    )


def not_both(first: str, second: str, name: str) -> models.CheckConstraint:
    """At most one of two references is given."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{first}__isnull": True})
        | models.Q(**{f"{second}__isnull": True}),
        name=name,
    )
