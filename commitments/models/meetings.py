"""Meetings and conferences: what was on the agenda, who spoke, what was concluded."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import OfCampaign, not_both
from commitments.models.bodies import OutsideBody
from commitments.models.documents import OfficialDocument
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import ParticipatingUnit


class MeetingKind(models.TextChoices):
    """What a meeting is for; the first two are measured (criteria 10 and 7)."""

    LAUNCH_CONFERENCE = "launch_conference", _("launch conference")
    COMMITTEE_SESSION = "committee_session", _("session of the steering committee")
    REVIEW = "review", _("mid-year or year-end review")
    OTHER = "other", _("other meeting")


# What measures count is the ward's to write down, not a single unit's.
MEASURED_KINDS = (MeetingKind.LAUNCH_CONFERENCE, MeetingKind.COMMITTEE_SESSION)


class Meeting(OfCampaign):
    """A conference or a session. Without a day it is planned, or its day is unknown.

    `attendance` lists who came as bodies and posts, a line each; the count is a total.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=300)
    held_on = models.DateField(_("day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    organising_units: models.ManyToManyField = models.ManyToManyField(
        ParticipatingUnit,
        blank=True,
        related_name="organised_meetings",
        verbose_name=_("organised by units of the ward"),
    )
    organising_bodies: models.ManyToManyField = models.ManyToManyField(
        OutsideBody,
        blank=True,
        related_name="organised_meetings",
        verbose_name=_("organised by bodies above"),
    )
    attendance = models.TextField(_("who came"), blank=True, max_length=4000)
    attendance_count = models.PositiveIntegerField(
        _("number of people"), null=True, blank=True
    )
    conclusions = models.TextField(_("conclusions"), blank=True, max_length=8000)
    minutes = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="minutes_of",
        verbose_name=_("minutes or notice of conclusions"),
    )

    # Units a service is about to write as organisers: the right is asked on them.
    organisers_to_be: Iterable[ParticipatingUnit] | None = None

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-pk"]
        constraints = [*OfCampaign.Meta.constraints, known_values("kind", MeetingKind)]

    def __str__(self) -> str:
        return self.title

    def acting_unit_ids(self, action: str) -> set[int]:
        """Contributors keep meetings that their unit alone organises.

        Never those that a criterion counts: launch conferences and sessions.
        """
        if self.kind in MEASURED_KINDS:
            return set()
        units = self.organisers_to_be
        if units is None:
            units = self.organising_units.all() if self.pk else ()
        pks = {unit.pk for unit in units}
        return pks if len(pks) == 1 else set()


class AgendaKind(models.TextChoices):
    """What happens at a point of the agenda."""

    REPORT = "bao_cao", _("report")
    DECISION = "cong_bo_quyet_dinh", _("announcement of a decision")
    PAPERS = "tham_luan", _("contributed papers")
    DIRECTIONS = "phat_bieu_chi_dao", _("directions")
    SIGNING = "ky_cam_ket", _("signing of commitments")
    OTHER = "khac", _("other")


class OfMeetingQuerySet(WardScopedQuerySet):
    """Parts of a meeting by the ward of its campaign."""

    unit_path = "meeting__campaign__ward"


class AgendaItem(models.Model):
    """A point of the agenda, in order."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=20, choices=AgendaKind)
    text_vi = models.CharField(_("text"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500, blank=True)
    document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name=_("document"),
    )

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of the agenda")
        verbose_name_plural = _("points of the agenda")
        ordering = ["meeting_id", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "order"], name="commitments_agenda_order_once"
            ),
            known_values("kind", AgendaKind),
        ]

    def __str__(self) -> str:
        return self.text_vi

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.meeting.scope_unit_id


class ContributionKind(models.TextChoices):
    """How somebody contributed."""

    PAPER = "paper", _("contributed paper")
    COMMENT = "comment", _("comment")


class Contribution(models.Model):
    """A paper or comment at a meeting, by a unit or body; the speaker by post."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="contributions")
    kind = models.CharField(_("kind"), max_length=8, choices=ContributionKind)
    unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    body = models.ForeignKey(
        OutsideBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body above"),
    )
    speaker_position = models.CharField(
        _("speaker's position"), max_length=200, blank=True
    )
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("what was said"), blank=True, max_length=8000)
    document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("document"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["meeting_id", "pk"]
        constraints = [
            known_values("kind", ContributionKind),
            not_both("unit", "body", "commitments_contribution_of_one"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.meeting.scope_unit_id
