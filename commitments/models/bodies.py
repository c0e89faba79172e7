"""Bodies above or beside a ward, and the terms of its Party bodies."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import exactly_one
from wardsecurity.constraints import in_order, known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.text import nfc, sort_key
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingUnit


class BodyKind(models.TextChoices):
    """What a body outside the ward is."""

    STEERING_COMMITTEE = "steering_committee", _("steering committee above")
    PARTY = "party", _("Party body")
    AUTHORITY = "authority", _("authority")
    POLICE = "police", _("police")
    OTHER = "other", _("other body")


class OutsideBody(models.Model):
    """A body above or beside a ward: it issues papers, gives directions, signs.

    Registered by each ward for itself, such as "Ban Chỉ đạo 138 thành phố Đồng Hới".
    A province registers its own steering committee here too (`ward` is then the
    province) and keeps its members; the wards below read them.
    """

    ward = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="outside_bodies"
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=20, choices=BodyKind, default=BodyKind.AUTHORITY
    )
    sort_key = models.CharField(max_length=400, editable=False)

    objects = WardScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("outside body")
        verbose_name_plural = _("outside bodies")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "name"],
                name="commitments_body_one_per_name",
                violation_error_message=_("This body is registered already."),
            ),
            known_values("kind", BodyKind),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the name in NFC and its sort key beside it."""
        self.name = nfc(self.name)
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.ward_id


class BodyMemberQuerySet(WardScopedQuerySet):
    """Members by the unit that keeps their committee."""

    unit_path = "body__ward"


class BodyMember(models.Model):
    """A post in a steering committee above the wards; the position is what counts."""

    body = models.ForeignKey(OutsideBody, models.PROTECT, related_name="members")
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    position = models.CharField(_("position held"), max_length=200)
    name = models.CharField(_("full name"), max_length=120, blank=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = BodyMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a committee above")
        verbose_name_plural = _("members of committees above")
        ordering = ["body_id", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(position=""),
                name="commitments_bodymember_has_a_position",
            ),
            in_order("valid_from", "valid_to", "commitments_bodymember_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.position

    @property
    def scope_unit_id(self) -> int:
        """The unit that keeps the committee."""
        return self.body.ward_id


class PartyTerm(models.Model):
    """A term of a Party body: its papers are numbered through it (36-HD/VPTW)."""

    ward = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="party_terms"
    )
    unit = models.ForeignKey(
        ParticipatingUnit, models.PROTECT, null=True, blank=True, related_name="+"
    )
    body = models.ForeignKey(
        OutsideBody, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("term"), max_length=60)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = WardScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party term")
        verbose_name_plural = _("Party terms")
        ordering = ["ward_id", "-starts_on", "pk"]
        constraints = [
            exactly_one("unit", "body", "commitments_term_of_one_body"),
            in_order("starts_on", "ends_on", "commitments_term_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.ward_id

    @property
    def holder(self) -> ParticipatingUnit | OutsideBody:
        """The Party body whose term this is."""
        holder = self.unit or self.body
        assert holder is not None  # noqa: S101 - the database holds to it
        return holder
