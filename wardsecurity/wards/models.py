"""Units, who sees which, the bodies that take part in a ward, and who serves where."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import in_order, known_values
from wardsecurity.permissions import Role
from wardsecurity.scoping import WardScopedQuerySet, scope_of
from wardsecurity.text import fold, nfc, sort_key


class UnitKind(models.TextChoices):
    """Levels of administration, before and after the reform of 1 July 2025."""

    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    WARD = "ward", _("ward")
    COMMUNE = "commune", _("commune")
    SPECIAL_ZONE = "special_zone", _("special zone")


COMMUNE_LEVEL = (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.SPECIAL_ZONE)
# What may stand directly below what, before and after the reform of 1 July 2025.
BELOW: dict[str, tuple[UnitKind, ...]] = {
    UnitKind.COUNTRY: (UnitKind.PROVINCE,),
    UnitKind.PROVINCE: (UnitKind.DISTRICT, *COMMUNE_LEVEL),
    UnitKind.DISTRICT: COMMUNE_LEVEL,
}


class UnitQuerySet(WardScopedQuerySet):
    """Units by themselves."""

    unit_path = "self"


class AdministrativeUnit(models.Model):
    """A ward, province … as it was while it existed. Its parent and slug never change.

    Names repeat (many "Phường 1") and are never keys; the official code may be unknown.
    """

    slug = models.SlugField(_("address name"), max_length=60, unique=True)
    code = models.CharField(_("official code"), max_length=20, null=True, blank=True)  # noqa: DJ001 - unknown is not empty
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("unit above it"),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    sort_key = models.CharField(max_length=400, editable=False)
    searched = models.CharField(max_length=120, editable=False, default="")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["sort_key", "pk"]
        constraints = [
            known_values("kind", UnitKind),
            in_order("valid_from", "valid_to", "wards_unit_dates_in_order"),
        ]

    def __str__(self) -> str:
        """The name as pages show it: "phường" with a capital, as a name begins."""
        return self.name[:1].upper() + self.name[1:]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the name in NFC; beside it its sort key, and it folded for searching."""
        self.name = nfc(self.name)
        self.sort_key = sort_key(self.name)
        self.searched = fold(self.name)[:120]
        super().save(*args, **kwargs)

    @property
    def scope_unit_id(self) -> int:
        """Itself."""
        return self.pk

    def exists_on(self, day: dt.date) -> bool:
        """Whether the unit exists on a day; open ends hold for ever."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @property
    def is_commune_level(self) -> bool:
        """Whether campaigns run here."""
        return self.kind in COMMUNE_LEVEL


class UnitScope(models.Model):
    """Closure: a member of `viewer` sees `unit`. Kept by the unit services.

    read_only is for predecessors, whose years a successor reads but never writes.
    """

    viewer = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="seen")
    unit = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="seers")
    read_only = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("unit scope")
        verbose_name_plural = _("unit scopes")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "viewer"], name="wards_scope_one_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} → {self.unit_id}"


class SuccessionKind(models.TextChoices):
    """How one unit follows another (RULES "Units and people")."""

    TRANSFER = "transfer", _("transfer")
    MERGE = "merge", _("merger")
    SPLIT = "split", _("division")
    RENAME = "rename", _("new name")


class SuccessionQuerySet(WardScopedQuerySet):
    """Successions by either of their two units."""

    unit_path = "successor"

    def for_user(self, user: Any) -> Self:
        """Those of which the user reads the one unit or the other."""
        if user.pk is None or not user.is_active:
            return self.none()
        either = models.Q(unit_id=models.OuterRef("predecessor_id")) | models.Q(
            unit_id=models.OuterRef("successor_id")
        )
        return self.filter(models.Exists(scope_of(user).filter(either)))


class UnitSuccession(models.Model):
    """One unit ended and another went on in its place, from a day on.

    Written by wards.succession only, which keeps the scope (UnitScope) true with it.
    """

    predecessor = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="successions",
        verbose_name=_("predecessor"),
    )
    successor = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="precedences",
        verbose_name=_("successor"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SuccessionKind)
    effective_on = models.DateField(_("effective on"))
    document_number = models.CharField(_("document's number"), max_length=60)
    document_date = models.DateField(_("document's date"))
    issuer = models.CharField(_("issuer"), max_length=160)

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession of units")
        verbose_name_plural = _("successions of units")
        ordering = ["-effective_on", "successor__sort_key", "predecessor__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="wards_succession_one_per_pair",
            ),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")),
                name="wards_succession_of_two_units",
                violation_error_message=_("A unit does not follow itself."),
            ),
            known_values("kind", SuccessionKind),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"

    @property
    def scope_unit_id(self) -> int:
        """The unit that goes on."""
        return self.successor_id


class ParticipatingKind(models.TextChoices):
    """Kinds of bodies that take part in a ward's campaign (data/domain.md §1)."""

    PARTY_COMMITTEE = "party_committee", _("Party committee")
    PEOPLES_COMMITTEE = "peoples_committee", _("People's Committee")
    WARD_POLICE = "ward_police", _("ward police")
    MILITARY_COMMAND = "military_command", _("military command")
    FATHERLAND_FRONT = "fatherland_front", _("Fatherland Front")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")
    DEPARTMENT = "department", _("department")
    HEALTH_STATION = "health_station", _("health station")
    SCHOOL = "school", _("school")
    ENTERPRISE = "enterprise", _("enterprise")
    RESIDENTIAL_GROUP = "residential_group", _("residential group")
    CIVIL_DEFENCE_GROUP = "civil_defence_group", _("civil-defence group")
    SECURITY_TEAM = "security_team", _("security and order team")


class ParticipatingUnit(models.Model):
    """A body that takes part in a ward: its police, a mass organisation, a group."""

    ward = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="participating_units",
        verbose_name=_("ward"),
    )
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=24, choices=ParticipatingKind)
    signs = models.BooleanField(_("signs the commitment"), default=True)
    attached_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attached",
        verbose_name=_("attached to"),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("to"), null=True, blank=True)
    sort_key = models.CharField(max_length=400, editable=False)

    objects = WardScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("participating unit")
        verbose_name_plural = _("participating units")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "name"],
                condition=models.Q(valid_to__isnull=True),
                name="wards_participating_unit_one_open_per_name",
                violation_error_message=_("This ward already has a unit of this name."),
            ),
            known_values("kind", ParticipatingKind),
            in_order("valid_from", "valid_to", "wards_participating_dates_in_order"),
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

    def takes_part_on(self, day: dt.date) -> bool:
        """Whether the unit takes part on a day; open ends hold for ever."""
        return self.takes_part_between(day, day)

    def takes_part_between(self, start: dt.date, end: dt.date) -> bool:
        """Whether the unit takes part at some time in a period."""
        return (self.valid_from or end) <= end and (self.valid_to or start) >= start


class MembershipQuerySet(WardScopedQuerySet):
    """Memberships by the unit they are in."""

    unit_path = "unit"


class Membership(models.Model):
    """A person serves in a unit, in a role, from a day to a day."""

    user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("account"),
    )
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="memberships",
        verbose_name=_("unit"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    position = models.CharField(_("position"), max_length=160)
    participating_unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("participating unit"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["unit__sort_key", "user__username", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=models.Q(valid_to__isnull=True),
                name="wards_membership_one_open_per_role",
                violation_error_message=_("This person already has this role here."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    role=Role.UNIT_CONTRIBUTOR, participating_unit__isnull=False
                )
                | (
                    ~models.Q(role=Role.UNIT_CONTRIBUTOR)
                    & models.Q(participating_unit__isnull=True)
                ),
                name="wards_membership_unit_iff_contributor",
                violation_error_message=_(
                    "Choose the participating unit for a unit contributor only."
                ),
            ),
            known_values("role", Role),
            in_order("valid_from", "valid_to", "wards_membership_dates_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.position} ({self.user}, {self.unit})"

    @property
    def scope_unit_id(self) -> int:
        """The unit served in."""
        return self.unit_id
