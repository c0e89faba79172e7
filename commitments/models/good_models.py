"""Good models: what is worth replicating, and where it runs since when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import OfCampaign
from commitments.models.documents import OfficialDocument
from wardsecurity.constraints import in_order
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import ParticipatingUnit


class GoodModel(OfCampaign):
    """A model of the movement that works: what it is, what it brought, its papers."""

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it is"), max_length=4000)
    results = models.TextField(_("results"), blank=True, max_length=4000)
    started_on = models.DateField(_("running since"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    led_by = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="good_models",
        verbose_name=_("led by"),
    )
    documents: models.ManyToManyField = models.ManyToManyField(
        OfficialDocument,
        blank=True,
        related_name="good_models",
        verbose_name=_("documents"),
    )
    # The province's word for it; null: none, or taken back.
    recommended_at = models.DateTimeField(
        _("recommended"), null=True, blank=True, editable=False
    )
    recommended_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    recommended_post = models.CharField(max_length=160, blank=True, editable=False)
    recommended_why = models.TextField(
        _("why it is recommended"), blank=True, max_length=1000
    )
    adopted_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="adoptions",
        verbose_name=_("adopted from"),
    )

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("good model")
        verbose_name_plural = _("good models")
        ordering = ["campaign_id", "started_on", "pk"]
        constraints = [
            *OfCampaign.Meta.constraints,
            in_order("started_on", "ended_on", "commitments_model_dates_in_order"),
            models.UniqueConstraint(
                fields=["campaign", "adopted_from"],
                condition=models.Q(adopted_from__isnull=False),
                name="commitments_model_adopted_once",
                violation_error_message=_("This model was adopted already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["-recommended_at"],
                condition=models.Q(recommended_at__isnull=False),
                name="commitments_model_recommended",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def acting_unit_ids(self, action: str) -> set[int]:
        """Contributors of the unit that leads it."""
        return {self.led_by_id} if self.led_by_id else set()


class PlaceQuerySet(WardScopedQuerySet):
    """Places by the ward of their model."""

    unit_path = "model__campaign__ward"


class ModelPlace(models.Model):
    """Where a model runs, and since when. `is_origin` marks where it began."""

    model = models.ForeignKey(GoodModel, models.CASCADE, related_name="places")
    unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    name = models.CharField(_("place"), max_length=200, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    is_origin = models.BooleanField(_("it began here"), default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place of a model")
        verbose_name_plural = _("places of models")
        ordering = ["model_id", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=False) | ~models.Q(name=""),
                name="commitments_place_is_named",
                violation_error_message=_("Choose a unit or name the place."),
            ),
            models.UniqueConstraint(
                fields=["model", "unit"],
                condition=models.Q(unit__isnull=False, until__isnull=True),
                name="commitments_place_unit_once",
                violation_error_message=_("The model runs here already."),
            ),
            in_order("since", "until", "commitments_place_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.unit)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.model.scope_unit_id
