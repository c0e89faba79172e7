"""What the province decided, for good: each decision, the recognition, the snapshot."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from criteria.decision_keys import (
    BODY_KEY_SIZE,
    NUMBER_KEY_SIZE,
    body_key,
    number_key,
)
from criteria.models.assessments import Assessment, Result, Review
from criteria.models.evaluations import Evaluation
from wardsecurity.append_only import AppendOnly, AppendOnlyQuerySet
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import AdministrativeUnit


class DecisionQuerySet(WardScopedQuerySet):
    """By the ward of the assessment's campaign."""

    unit_path = "assessment__evaluation__campaign__ward"


class CriterionDecision(models.Model):
    """One look at one criterion in one round. Never changed, never deleted.

    A later look adds a row: the assessment itself shows the latest only.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    review = models.CharField(_("decision"), max_length=10, choices=Review)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    points = models.PositiveIntegerField(null=True)  # hundredths
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    decided_post = models.CharField(max_length=160, blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on a criterion")
        verbose_name_plural = _("decisions on criteria")
        ordering = ["assessment_id", "pk"]
        constraints = [known_values("review", Review)]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.review}"


class OfEvaluationQuerySet(WardScopedQuerySet):
    """By the ward of the evaluation's campaign."""

    unit_path = "evaluation__campaign__ward"


class Recognition(models.Model):
    """The decision on a ward's year, by a deciding body, with its number and date.

    Reopening voids it with a reason; it stays. `authority` is the unit whose series the
    number belongs to: a number is used once in it within a year, however it and the
    body are spelled (`body_key`, `number_key`; saving fills them, `fill_keys` before
    bulk_create).
    """

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="recognitions"
    )
    is_recognised = models.BooleanField(_("recognised"))
    authority = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    deciding_body = models.CharField(_("deciding body"), max_length=200)
    body_key = models.CharField(max_length=BODY_KEY_SIZE, editable=False)
    number = models.CharField(_("number and symbol"), max_length=60)
    number_key = models.CharField(max_length=NUMBER_KEY_SIZE, editable=False)
    decided_on = models.DateField(_("date of the decision"))
    year = models.PositiveSmallIntegerField(editable=False)
    reason = models.TextField(_("reason"), blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    recorded_post = models.CharField(max_length=160, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.TextField(_("reason for reopening"), blank=True)
    voided_post = models.CharField(max_length=160, blank=True)

    objects = OfEvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["evaluation_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"],
                condition=models.Q(voided_at__isnull=True),
                name="criteria_recognition_one_live",
            ),
            models.UniqueConstraint(
                fields=["authority", "body_key", "number_key", "year"],
                condition=models.Q(voided_at__isnull=True),
                name="criteria_recognition_number_once",
                violation_error_message=_("This number is used already."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_recognised=True) | ~models.Q(reason=""),
                name="criteria_recognition_refusal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(body_key="") & ~models.Q(number_key=""),
                name="criteria_recognition_has_its_keys",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the keys in step with body and number."""
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self) -> "Recognition":
        """Set both keys from body and number; returns the row."""
        self.body_key = body_key(self.deciding_body)
        self.number_key = number_key(self.number)
        return self

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.evaluation.scope_unit_id


class SnapshotKind(models.TextChoices):
    """At which step a snapshot was taken."""

    SUBMITTED = "submitted", _("submitted")
    VERIFIED = "verified", _("verified")
    CONCLUDED = "concluded", _("concluded")


class SnapshotQuerySet(AppendOnlyQuerySet):
    """By the ward of the evaluation's campaign; read and added only."""

    unit_path = "evaluation__campaign__ward"


class DecisionSnapshot(AppendOnly):
    """What was decided on, as canonical JSON and its SHA-256. Append-only.

    `content` holds the results, the set's version and hash, the evidence with the
    hashes of its files, and the head of the ward's trail at that moment.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="snapshots")
    kind = models.CharField(_("taken when"), max_length=10, choices=SnapshotKind)
    round = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(auto_now_add=True)

    objects = SnapshotQuerySet.as_manager()
    # Annotated by the selectors: the live recognition, and the trail's word on it.
    live_pk: int | None
    told: str | None
    told_chain: int | None
    told_seq: int
    head_now: str | None

    class Meta:
        verbose_name = _("snapshot of a decision")
        verbose_name_plural = _("snapshots of decisions")
        ordering = ["evaluation_id", "pk"]
        constraints = [known_values("kind", SnapshotKind)]

    def __str__(self) -> str:
        return str(self.evaluation)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.evaluation.scope_unit_id
