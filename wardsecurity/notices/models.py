"""Comments on records, how far each person has read them, and notices to people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet


class OfUnitQuerySet(WardScopedQuerySet):
    """By the unit whose record is spoken of."""

    unit_path = "unit"


class Comment(models.Model):
    """What somebody said about a record of a unit, in which post.

    The record is named by kind and key (as in the trail), for this app stands below
    those that own it. A comment is taken back, never deleted: who, in which post and
    when stay, the words leave this row and stand in the trail, where they are erasable.
    """

    unit = models.ForeignKey(
        "wards.AdministrativeUnit", models.PROTECT, related_name="comments"
    )
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    path = models.CharField(max_length=300)  # the page it was written on
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="comments")
    post = models.CharField(_("position"), max_length=200)
    text = models.TextField(_("comment"), max_length=4000, blank=True)
    # Positions as they were called then; who held them is in the notices.
    mentioned = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    taken_back_at = models.DateTimeField(null=True, editable=False)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["target_type", "target_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken_back_at__isnull=True) ^ models.Q(text=""),
                name="notices_comment_speaks_until_taken_back",
            )
        ]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="notices_comment_of")
        ]

    def __str__(self) -> str:
        return f"{self.target_type} {self.target_id}"

    @property
    def scope_unit_id(self) -> int:
        """The unit whose record is spoken of."""
        return self.unit_id


class CommentRead(models.Model):
    """How far a person has read the comments of a record."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="comments_read"
    )
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    last_comment_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("reading of comments")
        verbose_name_plural = _("readings of comments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "target_type", "target_id"],
                name="notices_read_one_per_record",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.target_type} {self.target_id}"


class NoticeKind(models.TextChoices):
    """What a notice tells."""

    ASSIGNED = "assigned", _("assigned")
    RETURNED = "returned", _("returned")
    COMMENTED = "commented", _("commented")
    MENTIONED = "mentioned", _("mentioned")
    DUE = "due", _("due soon")
    LATE = "late", _("late")
    EXPIRING = "expiring", _("evidence expires soon")
    SUBMITTED = "submitted", _("submitted")
    CONCLUDED = "concluded", _("concluded")


class Notice(models.Model):
    """One thing one person should know, with the page it leads to.

    `facts` fill the sentence of its kind, which is put together in the reader's
    language. `key` says what it is about: the same notice is made once per person.
    """

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="notices")
    unit = models.ForeignKey(
        "wards.AdministrativeUnit", models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    facts = models.JSONField(default=dict)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="notices_notice_once_per_person"
            ),
            known_values("kind", NoticeKind),
        ]
        indexes = [
            models.Index(
                fields=["user"],
                condition=models.Q(read_at__isnull=True),
                name="notices_notice_unread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"

    @property
    def scope_unit_id(self) -> int:
        """The unit it is about."""
        return self.unit_id
