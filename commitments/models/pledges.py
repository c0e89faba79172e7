"""Commitments: the sealed text, who signed it, and how each content is kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import OfCampaign, not_both
from commitments.models.bodies import OutsideBody
from commitments.models.documents import OfficialDocument
from commitments.models.meetings import Meeting
from wardsecurity.constraints import in_order, known_values
from wardsecurity.files.models import StoredFile
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import ParticipatingUnit


class CommitmentText(OfCampaign):
    """One wording of the commitment; frozen from its first signing on.

    `sha256` is over title, scope, parties and contents as NFC UTF-8: what was signed.
    `edition` counts the wordings of a campaign from 1. `years_after` says that it also
    holds for the following years, so that a signing can be carried over.
    """

    edition = models.PositiveSmallIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=300)
    scope = models.CharField(_("holds for"), max_length=200)
    parties = models.CharField(_("parties"), max_length=500, blank=True)
    years_after = models.BooleanField(
        _("this year and the following years"), default=False
    )
    sha256 = models.CharField(max_length=64, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("text of the commitment")
        verbose_name_plural = _("texts of the commitment")
        ordering = ["campaign_id", "-edition"]
        constraints = [
            *OfCampaign.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign", "edition"], name="commitments_text_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sealed(self) -> bool:
        """Whether a unit signed it: from then on it never changes."""
        return self.sealed_at is not None


class CommitmentContent(models.Model):
    """One of the contents of a text, in order."""

    text = models.ForeignKey(CommitmentText, models.CASCADE, related_name="contents")
    order = models.PositiveSmallIntegerField(_("order"))
    label = models.CharField(_("short name"), max_length=80, blank=True)
    body_vi = models.TextField(_("content"), max_length=2000)
    body_en = models.TextField(_("content in English"), blank=True, max_length=2000)
    basis = models.CharField(max_length=8, blank=True)

    class Meta:
        verbose_name = _("content of the commitment")
        verbose_name_plural = _("contents of the commitment")
        ordering = ["text_id", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "order"], name="commitments_content_order_once"
            )
        ]

    def __str__(self) -> str:
        return self.label or self.body_vi[:60]


class SigningCeremony(OfCampaign):
    """Units sign together: on a day, in a place, often at a meeting."""

    held_on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ceremonies",
        verbose_name=_("meeting"),
    )

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("signing ceremony")
        verbose_name_plural = _("signing ceremonies")
        ordering = ["campaign_id", "held_on", "pk"]
        constraints = [*OfCampaign.Meta.constraints]

    def __str__(self) -> str:
        return f"{self.held_on:%d/%m/%Y}"


class Commitment(OfCampaign):
    """A unit's signature under a text. What was signed never changes.

    Live while neither withdrawn nor ended (renewed by a later one). A carried one keeps
    the day it was signed, in the year before. The signer is a position, rarely a name.
    """

    text = models.ForeignKey(CommitmentText, models.PROTECT, related_name="commitments")
    unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        related_name="commitments",
        verbose_name=_("unit"),
    )
    counterparty_unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other party"),
    )
    counterparty_body = models.ForeignKey(
        OutsideBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other party"),
    )
    signed_on = models.DateField(_("signed on"))
    signer_position = models.CharField(_("signer's position"), max_length=200)
    signer_name = models.CharField(_("signer's name"), max_length=120, blank=True)
    ceremony = models.ForeignKey(
        SigningCeremony,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("ceremony"),
    )
    valid_to = models.DateField(_("holds until"), null=True, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commitment_scans",
        verbose_name=_("scan"),
    )
    scan_name = models.CharField(max_length=200, blank=True)
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="carried_to"
    )
    renews = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="renewed_by"
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    recorded_post = models.CharField(max_length=160, blank=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["campaign_id", "unit__sort_key", "-pk"]
        constraints = [
            *OfCampaign.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign", "unit"],
                condition=models.Q(withdrawn_at__isnull=True, ended_at__isnull=True),
                name="commitments_commitment_one_live_per_unit",
                violation_error_message=_("This unit has signed already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(signer_position=""),
                name="commitments_commitment_signer_has_a_position",
                violation_error_message=_("Enter the signer's position."),
            ),
            not_both(
                "counterparty_unit",
                "counterparty_body",
                "commitments_commitment_one_other_party",
            ),
            in_order("signed_on", "valid_to", "commitments_commitment_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.signed_on:%d/%m/%Y}"

    @property
    def is_live(self) -> bool:
        """Whether it stands: neither withdrawn nor renewed."""
        return self.withdrawn_at is None and self.ended_at is None

    def acting_unit_ids(self, action: str) -> set[int]:
        """The signing unit's contributors act for it."""
        return {self.unit_id}


class Verdict(models.TextChoices):
    """How a unit keeps one content of its commitment."""

    GOOD = "good", _("doing well")
    DOING = "doing", _("under way")
    REMIND = "remind", _("to be reminded")


class ReviewQuerySet(WardScopedQuerySet):
    """Reviews by the ward of their campaign."""

    unit_path = "commitment__campaign__ward"


class CommitmentReview(models.Model):
    """A look at one content of one commitment in one quarter (1 to 4) of the year."""

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="reviews")
    content = models.ForeignKey(
        CommitmentContent, models.PROTECT, related_name="reviews"
    )
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict)
    remark = models.CharField(_("remark"), max_length=1000, blank=True)
    proof = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proof_of",
        verbose_name=_("proof"),
    )
    reviewed_at = models.DateTimeField(auto_now=True)
    reviewed_post = models.CharField(max_length=160, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a commitment")
        verbose_name_plural = _("reviews of commitments")
        ordering = ["commitment_id", "content__order", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "content", "quarter"],
                name="commitments_review_one_per_quarter",
            ),
            models.CheckConstraint(
                condition=models.Q(quarter__range=(1, 4)),
                name="commitments_review_quarter_known",
            ),
            known_values("verdict", Verdict),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.quarter}"

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.commitment.scope_unit_id

    def acting_unit_ids(self, action: str) -> set[int]:
        """Reviews are the ward's: a unit does not review itself."""
        return set()
