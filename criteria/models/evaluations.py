"""An evaluation: a campaign measured on a set, with its stored roll-up."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models import Campaign
from criteria.models.sets import Category, CriteriaSet
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet


class EvaluationState(models.TextChoices):
    """RULES "Evaluation": open → submitted → verifying → verified → recognised."""

    OPEN = "open", _("open")
    SUBMITTED = "submitted", _("submitted")
    VERIFYING = "verifying", _("in verification")
    RETURNED = "returned", _("returned")
    VERIFIED = "verified", _("verified")
    RECOGNISED = "recognised", _("recognised")
    NOT_RECOGNISED = "not_recognised", _("not recognised")


CONCLUDED_STATES = (
    EvaluationState.VERIFIED,
    EvaluationState.RECOGNISED,
    EvaluationState.NOT_RECOGNISED,
)


class RollUp(models.Model):
    """The stored sums; points in whole hundredths. Written by services only."""

    size = models.PositiveIntegerField(default=0)
    self_met = models.PositiveIntegerField(default=0)
    self_applicable = models.PositiveIntegerField(default=0)
    self_points = models.PositiveIntegerField(default=0)
    self_max_points = models.PositiveIntegerField(default=0)
    self_unsupported = models.PositiveIntegerField(default=0)
    self_overdue = models.PositiveIntegerField(default=0)
    self_mandatory_failed = models.PositiveIntegerField(default=0)
    verified_met = models.PositiveIntegerField(default=0)
    verified_applicable = models.PositiveIntegerField(default=0)
    verified_points = models.PositiveIntegerField(default=0)
    verified_max_points = models.PositiveIntegerField(default=0)
    verified_mandatory_failed = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class EvaluationQuerySet(WardScopedQuerySet):
    """Evaluations by the ward of their campaign."""

    unit_path = "campaign__ward"


class Evaluation(RollUp):
    """One campaign on one set. The inherited columns are its total.

    `fresh_until` is the last day on which the stored roll-up is true; null: for ever.
    """

    campaign = models.OneToOneField(Campaign, models.PROTECT, related_name="evaluation")
    criteria_set = models.ForeignKey(
        CriteriaSet, models.PROTECT, related_name="evaluations"
    )
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=EvaluationState,
        default=EvaluationState.OPEN,
    )
    fresh_until = models.DateField(null=True)
    # Who submitted and verified last, in which post; `round` counts the submissions.
    round = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    submitted_post = models.CharField(max_length=160, blank=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    verified_post = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [known_values("state", EvaluationState)]
        indexes = [
            models.Index(fields=["fresh_until"], name="criteria_evaluation_fresh")
        ]

    def __str__(self) -> str:
        return str(self.campaign)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.campaign.ward_id


class CategoryScore(RollUp):
    """The stored sums of one category of an evaluation."""

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="category_scores"
    )
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("category score")
        verbose_name_plural = _("category scores")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "category"], name="criteria_categoryscore_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.category_id}"


class ScorePoint(models.Model):
    """Where an evaluation stood at the end of a day: the progress line."""

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="score_points"
    )
    day = models.DateField()
    met = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("score point")
        verbose_name_plural = _("score points")
        ordering = ["evaluation_id", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "day"], name="criteria_scorepoint_one_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.day}: {self.met}"
