"""The user of the system, and the receipts of the forms they sent."""

from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from wardsecurity.permissions import ADMIN_SITE_ROLES, Role
from wardsecurity.scoping import open_on


class UserManager(BaseUserManager["User"]):
    """Accounts are made by services; names are compared without case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find the account of a sign-in name, whatever its case."""
        return self.get(username__iexact=username)

    def create_user(
        self, username: str, password: str | None = None, **fields: Any
    ) -> "User":
        """Make an account; without a password it cannot sign in."""
        user = self.model(username=username.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account: what they may do hangs on dated memberships only.

    There are no groups, permission rows, staff flags or superusers to hand out: the
    admin site asks the same roles as every page (docs/decisions/0002-roles-only.md).
    """

    username = models.CharField(
        _("sign-in name"),
        max_length=60,
        unique=True,
        validators=[ASCIIUsernameValidator()],
    )
    full_name = models.CharField(_("full name"), max_length=120, blank=True)
    email = models.EmailField(_("work e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    must_change_password = models.BooleanField(
        _("must choose a new password"), default=False
    )
    created_at = models.DateTimeField(_("made on"), default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="accounts_user_name_whatever_case",
                violation_error_message=_("An account with this name already exists."),
            )
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def scope_unit_id(self) -> None:
        """Accounts belong to no unit: their memberships do."""
        return None

    def get_full_name(self) -> str:
        """The name for greetings; the sign-in name when none is kept."""
        return self.full_name or self.username

    @cached_property
    def admin_site_roles(self) -> frozenset[str]:
        """Roles held today that open the admin site. One query a request."""
        memberships = apps.get_model("wards.Membership")._default_manager
        return frozenset(
            memberships.filter(
                open_on(timezone.localdate()),
                user_id=self.pk,
                role__in=ADMIN_SITE_ROLES,
            ).values_list("role", flat=True)
        )

    @property
    def is_staff(self) -> bool:
        """Whether the admin site lets this person in."""
        return bool(self.admin_site_roles)

    @property
    def is_superuser(self) -> bool:
        """Nobody is: third-party code asks."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question, answered by role: verifiers view, admins change too."""
        _app, _dot, codename = perm.partition(".")
        if Role.PROVINCE_ADMIN in self.admin_site_roles:
            return True
        return self.is_staff and codename.startswith("view_")

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin index shows an app."""
        return self.is_staff


class FormReceipt(models.Model):
    """Where a form led that was sent once: sent twice, it leads there again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    result_url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("form receipt")
        verbose_name_plural = _("form receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="accounts_receipt_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key[:8]}"
