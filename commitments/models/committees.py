"""The steering committee of a campaign, its members and their terms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import Basis, OfCampaign
from commitments.models.documents import OfficialDocument
from wardsecurity.constraints import in_order, known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import ParticipatingUnit


class CommitteeRole(models.TextChoices):
    """Posts of a steering committee, in their order on paper."""

    HEAD = "truong_ban", _("head")
    STANDING_DEPUTY = "pho_truong_ban_thuong_truc", _("standing deputy head")
    DEPUTY = "pho_truong_ban", _("deputy head")
    MEMBER = "uy_vien", _("member")
    SECRETARY = "thu_ky", _("member and secretary")


class SteeringCommittee(OfCampaign):
    """The committee of a campaign, established by a decision."""

    name = models.CharField(_("name"), max_length=300)
    decision = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="established_committees",
        verbose_name=_("established by"),
    )

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("steering committee")
        verbose_name_plural = _("steering committees")
        ordering = ["campaign_id"]
        constraints = [
            *OfCampaign.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign"], name="commitments_committee_one_per_campaign"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(WardScopedQuerySet):
    """Members by the ward of their committee's campaign."""

    unit_path = "committee__campaign__ward"


class CommitteeMember(models.Model):
    """A post in the committee, held from a day to a day; the position comes first.

    `name` is optional: the position is what counts. Replacing a member ends one term
    and begins the next, which `replaced_by` names.
    """

    committee = models.ForeignKey(
        SteeringCommittee, models.PROTECT, related_name="members"
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    role = models.CharField(_("role"), max_length=30, choices=CommitteeRole)
    position = models.CharField(_("position held"), max_length=200)
    name = models.CharField(_("full name"), max_length=120, blank=True)
    unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    tasks = models.CharField(_("tasks"), max_length=500, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="replaces"
    )
    basis = models.CharField(max_length=8, choices=Basis, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        ordering = ["committee_id", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["committee"],
                condition=models.Q(role=CommitteeRole.HEAD, valid_to__isnull=True),
                name="commitments_member_one_head",
                violation_error_message=_("The committee has a head already."),
            ),
            known_values("role", CommitteeRole),
            models.CheckConstraint(
                condition=~models.Q(position=""),
                name="commitments_member_has_a_position",
            ),
            in_order("valid_from", "valid_to", "commitments_member_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.position

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.committee.scope_unit_id
