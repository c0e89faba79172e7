"""Directives (ý kiến chỉ đạo): who wants what done by whom, and what came of it."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import OfCampaign
from commitments.models.bodies import OutsideBody
from commitments.models.documents import OfficialDocument
from commitments.models.meetings import Meeting
from wardsecurity.constraints import known_values
from wardsecurity.wards.models import ParticipatingUnit


class Origin(models.TextChoices):
    """Whether a directive comes from a level above or is the ward's own."""

    ABOVE = "above", _("from above")
    OWN = "own", _("the ward's own")


class DirectiveStatus(models.TextChoices):
    """A directive on its way to its end."""

    NEW = "new", _("newly given")
    IN_PROGRESS = "in_progress", _("in progress")
    REPORTED = "reported", _("waiting for confirmation")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


ENDED = (DirectiveStatus.DONE, DirectiveStatus.DROPPED)


class Directive(OfCampaign):
    """One thing to be done, given by somebody in office, with its outcome and proof."""

    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directives",
        verbose_name=_("given at"),
    )
    origin = models.CharField(_("origin"), max_length=5, choices=Origin)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    text_vi = models.TextField(_("directive"), max_length=2000)
    text_en = models.TextField(_("directive in English"), blank=True, max_length=2000)
    giver_rank = models.CharField(_("rank"), max_length=60, blank=True)
    giver_name = models.CharField(_("given by"), max_length=120, blank=True)
    giver_position = models.CharField(_("position"), max_length=200, blank=True)
    giver_body = models.ForeignKey(
        OutsideBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directives",
        verbose_name=_("body above"),
    )
    given_on = models.DateField(_("given on"), null=True, blank=True)
    responsible_unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="directives",
        verbose_name=_("responsible unit"),
    )
    due_on = models.DateField(_("due date"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=DirectiveStatus,
        default=DirectiveStatus.NEW,
    )
    outcome = models.TextField(_("outcome"), blank=True, max_length=4000)
    outcome_document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcome_of",
        verbose_name=_("proof"),
    )
    ended_on = models.DateField(_("ended on"), null=True, editable=False)

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("directive")
        verbose_name_plural = _("directives")
        ordering = ["campaign_id", "order", "pk"]
        constraints = [
            *OfCampaign.Meta.constraints,
            known_values("origin", Origin),
            known_values("status", DirectiveStatus),
            models.CheckConstraint(
                condition=models.Q(status__in=ENDED, ended_on__isnull=False)
                | (~models.Q(status__in=ENDED) & models.Q(ended_on__isnull=True)),
                name="commitments_directive_ended_has_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=ENDED) | ~models.Q(outcome=""),
                name="commitments_directive_ended_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "due_on"], name="commitments_directive_due"
            )
        ]

    def __str__(self) -> str:
        return self.text_vi[:120]

    @property
    def has_ended(self) -> bool:
        """Whether it is done or dropped."""
        return self.status in ENDED

    def days_overdue(self, today: dt.date) -> int:
        """Days past its due date while something is still to be done; 0 otherwise.

        What was reported waits for a word of the level above, not for the ward.
        """
        if self.due_on is None or self.has_ended:
            return 0
        if self.status == DirectiveStatus.REPORTED:
            return 0
        return max(0, (today - self.due_on).days)

    def acting_unit_ids(self, action: str) -> set[int]:
        """The responsible unit's contributors follow it."""
        return {self.responsible_unit_id} if self.responsible_unit_id else set()
