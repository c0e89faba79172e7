"""The campaign: a ward's year of work towards the title."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import in_order
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import AdministrativeUnit


class Campaign(models.Model):
    """A ward's campaign of one year. Its period is not the calendar year.

    `year` is the year the period ends in. `is_example` marks a real ward shown as an
    example, `is_synthetic` an invented one; both show the sample-figures mark. The
    resolution, plan and regulation it runs under are chosen among its documents.
    """

    ward = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="campaigns"
    )
    title = models.CharField(_("title"), max_length=300)
    year = models.PositiveSmallIntegerField(_("year"))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    is_example = models.BooleanField(_("example"), default=False)
    is_synthetic = models.BooleanField(_("invented"), default=False)
    resolution = models.ForeignKey(
        "commitments.OfficialDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resolution_of",
        verbose_name=_("resolution"),
    )
    plan = models.ForeignKey(
        "commitments.OfficialDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_of",
        verbose_name=_("plan"),
    )
    regulation = models.ForeignKey(
        "commitments.OfficialDocument",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="regulation_of",
        verbose_name=_("working regulation"),
    )
    carried_over_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_over_to"
    )
    # Where an example comes from: {title, publisher, url, published_on, notes: [...]}.
    source = models.JSONField(default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WardScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["ward__sort_key", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "year"],
                name="commitments_campaign_one_per_ward_and_year",
                violation_error_message=_(
                    "This ward already has a campaign for this year."
                ),
            ),
            in_order(
                "period_start", "period_end", "commitments_campaign_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ward} {self.year}"

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.ward_id

    @property
    def is_sample(self) -> bool:
        """Whether its figures are no ward's own work, and every page says so."""
        return self.is_example or self.is_synthetic

    @property
    def sample_words(self) -> str:
        """What every page says then: facts of an article are not invented figures."""
        if self.is_example and not self.is_synthetic:
            return gettext("Example after an article")
        return gettext("Sample figures")
