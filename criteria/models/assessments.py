"""Assessments: what a ward says of one criterion in one evaluation."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from criteria.models.evaluations import Evaluation
from criteria.models.sets import Criterion
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import ParticipatingUnit


class Result(models.TextChoices):
    """What an assessment comes to."""

    NOT_ASSESSED = "not_assessed", _("not assessed")
    MET = "met", _("met")
    NOT_MET = "not_met", _("not met")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class Review(models.TextChoices):
    """Where the province's look at one criterion stands (RULES "Evaluation")."""

    NONE = "none", _("not submitted")
    PENDING = "pending", _("not looked at")
    ACCEPTED = "accepted", _("accepted")
    ADJUSTED = "adjusted", _("adjusted")
    RETURNED = "returned", _("returned")
    RECHECK = "recheck", _("to be re-checked on site")


DECIDED = (Review.ACCEPTED, Review.ADJUSTED)


class AssessmentQuerySet(WardScopedQuerySet):
    """Assessments by the ward of their campaign."""

    unit_path = "evaluation__campaign__ward"


class Assessment(models.Model):
    """One criterion of one evaluation: who leads it, by when, and what was claimed.

    The claim is `choice` (by hand), `value` and `base` (whole numbers; with a baseline
    `base` is the period before) and `explanation`. Points are whole hundredths. What
    follows from claim and evidence is written by services/scores.py: `self_*`,
    `supported_until` (last day with live evidence; null none, 9999-12-31 for ever),
    `explained_until` (alike), `first_fact_on` (earliest live fact, for lateness).
    `version` counts the edits.
    """

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="assessments"
    )
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="assessments")
    lead_unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_assessments",
        verbose_name=_("lead unit"),
    )
    supporting_units = models.ManyToManyField(
        ParticipatingUnit,
        blank=True,
        related_name="supported_assessments",
        verbose_name=_("supporting units"),
    )
    due_on = models.DateField(_("due date"))
    max_points = models.PositiveIntegerField()
    choice = models.CharField(max_length=16, choices=Result, blank=True)
    value = models.BigIntegerField(null=True)
    base = models.BigIntegerField(null=True)
    explanation = models.TextField(_("explanation"), blank=True)
    self_result = models.CharField(
        max_length=16, choices=Result, default=Result.NOT_ASSESSED
    )
    self_points = models.PositiveIntegerField(default=0)
    supported_until = models.DateField(null=True)
    explained_until = models.DateField(null=True)
    first_fact_on = models.DateField(null=True)
    scored_on = models.DateField(null=True)
    verified_result = models.CharField(max_length=16, choices=Result, blank=True)
    verified_points = models.PositiveIntegerField(null=True)
    review = models.CharField(
        _("review"), max_length=10, choices=Review, default=Review.NONE
    )
    review_reason = models.TextField(_("reason"), blank=True)
    recheck_result = models.CharField(max_length=16, choices=Result, blank=True)
    recheck_points = models.PositiveIntegerField(null=True)
    recheck_finding = models.TextField(_("finding on site"), blank=True)
    recheck_on = models.DateField(_("re-checked on"), null=True)
    version = models.PositiveIntegerField(default=1)
    # Set by selectors/small_numbers.py for a reader who does not see the figure.
    figure_hidden = False
    assessed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    assessed_post = models.CharField(max_length=160, blank=True)
    assessed_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["evaluation_id", "criterion__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "criterion"],
                name="criteria_assessment_one_per_criterion",
            ),
            models.CheckConstraint(
                condition=models.Q(self_points__lte=models.F("max_points")),
                name="criteria_assessment_points_within_max",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_points__isnull=True)
                | models.Q(verified_points__lte=models.F("max_points")),
                name="criteria_assessment_verified_within_max",
            ),
            models.CheckConstraint(
                condition=(models.Q(value__isnull=True) | models.Q(value__gte=0))
                & (models.Q(base__isnull=True) | models.Q(base__gte=0)),
                name="criteria_assessment_figures_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(recheck_points__isnull=True)
                | models.Q(recheck_points__lte=models.F("max_points")),
                name="criteria_assessment_recheck_within_max",
            ),
            models.CheckConstraint(
                condition=~models.Q(review__in=[Review.ADJUSTED, Review.RETURNED])
                | ~models.Q(review_reason=""),
                name="criteria_assessment_review_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(review__in=DECIDED) | ~models.Q(verified_result=""),
                name="criteria_assessment_decided_has_a_result",
            ),
            known_values("self_result", Result),
            known_values("review", Review),
        ]

    def __str__(self) -> str:
        return str(self.criterion)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.evaluation.campaign.ward_id

    def lets_act(self, unit: ParticipatingUnit, action: str) -> bool:
        """Whether contributors of a participating unit may do `action` here.

        Lead and supporting units assess; units that are asked for their part of a
        figure also record evidence. A query at most, for the supporting units.
        """
        if unit.ward_id != self.scope_unit_id:
            return False
        if unit.pk == self.lead_unit_id:
            return True
        if action == "record_evidence" and unit.kind in self.criterion.figures_by:
            campaign = self.evaluation.campaign
            period = (campaign.period_start, campaign.period_end)
            return unit.takes_part_between(*period) or self.is_supported_by(unit.pk)
        return self.is_supported_by(unit.pk)

    def is_supported_by(self, unit_id: int) -> bool:
        """Whether a unit supports; known already where the list was read for it."""
        known: dict[int, bool] = self.__dict__.get("supporters", {})
        if unit_id in known:
            return known[unit_id]
        return any(unit.pk == unit_id for unit in self.supporting_units.all())

    @property
    def days_late(self) -> int:
        """Days between the due date and the earliest live fact; 0 when in time."""
        if self.first_fact_on is None:
            return 0
        return max(dt.timedelta(0), self.first_fact_on - self.due_on).days


class AssessmentFigure(models.Model):
    """One unit's part of a figure; parts are added up, never their percentages."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="figures")
    unit = models.ForeignKey(ParticipatingUnit, models.PROTECT, related_name="+")
    value = models.BigIntegerField(null=True)
    base = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("figure of a unit")
        verbose_name_plural = _("figures of units")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "unit"], name="criteria_figure_one_per_unit"
            ),
            models.CheckConstraint(
                condition=(models.Q(value__isnull=True) | models.Q(value__gte=0))
                & (models.Q(base__isnull=True) | models.Q(base__gte=0)),
                name="criteria_figure_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.unit_id}"

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.assessment.scope_unit_id

    def acting_unit_ids(self, action: str) -> set[int]:
        """The unit whose part this is."""
        return {self.unit_id}
