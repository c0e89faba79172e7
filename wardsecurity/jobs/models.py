"""A job over many units, and what became of each."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import AdministrativeUnit

# A worker that is alive moves the beat with every item; none takes this long.
SILENCE = dt.timedelta(minutes=2)


class JobState(models.TextChoices):
    """Where a job stands. A killed worker leaves it running, and its beat stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    STOPPING = "stopping", _("being stopped")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("done")
    FAILED = "failed", _("broke off")


UNDER_WAY = (JobState.WAITING, JobState.RUNNING, JobState.STOPPING)


class JobQuerySet(WardScopedQuerySet):
    """Jobs by the unit they were asked for in."""

    unit_path = "unit"


class Job(models.Model):
    """One thing to be done for many units, each in a transaction of its own.

    `facts` is what was ordered, as JSON of the kind; it never changes.
    """

    kind = models.CharField(_("task"), max_length=40)
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="jobs", verbose_name=_("unit")
    )
    asked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_post = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.WAITING
    )
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks over many wards")
        ordering = ["-pk"]
        constraints = [
            known_values("state", JobState),
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")),
                name="jobs_job_done_within_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def scope_unit_id(self) -> int:
        """The unit."""
        return self.unit_id

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in UNDER_WAY

    @property
    def is_silent(self) -> bool:
        """Under way by its state, but no worker has shown itself for a while."""
        last = self.beat_at or self.created_at
        return self.is_under_way and timezone.now() - last > SILENCE


class ItemState(models.TextChoices):
    """What became of one unit of a job."""

    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class ItemQuerySet(WardScopedQuerySet):
    """Items by the unit of their job."""

    unit_path = "job__unit"


class JobItem(models.Model):
    """One unit of a job: its state, a code for programs and a sentence for people."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    order = models.PositiveIntegerField()
    state = models.CharField(
        _("state"), max_length=8, choices=ItemState, default=ItemState.WAITING
    )
    code = models.CharField(max_length=40, blank=True)
    message = models.TextField(_("what came of it"), blank=True)
    facts: Any = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a task")
        verbose_name_plural = _("units of a task")
        ordering = ["job_id", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "unit"], name="jobs_item_one_per_unit"
            ),
            known_values("state", ItemState),
        ]
        indexes = [
            models.Index(
                fields=["job", "order"],
                condition=models.Q(state="waiting"),
                name="jobs_item_next",
            )
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.unit_id}"
