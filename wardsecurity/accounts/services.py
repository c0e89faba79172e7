"""Making and mending accounts. What an account may do hangs on memberships (wards)."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import (
    ADMIN_SITE_ROLES,
    Mandate,
    Role,
    ScopedRow,
    SystemActor,
    mandate_of,
    require,
)
from wardsecurity.scoping import open_on
from wardsecurity.text import nfc

# No letters or digits that look alike on paper or a phone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Handed:
    """An account and the one-time password to hand over: shown once, kept nowhere."""

    user: User
    password: str


@dataclass(frozen=True, slots=True)
class OneTime:
    """A one-time password and its hash, which takes a tenth of a second to make."""

    text: str
    hashed: str


def new_one_time() -> OneTime:
    """For many accounts made at once: hashed before anything is locked."""
    text = one_time_password()
    return OneTime(text, make_password(text))


def one_time_password() -> str:
    """Fifteen letters and digits in three groups: 74 bits."""
    return "-".join(
        "".join(secrets.choice(_ALPHABET) for _place in range(5)) for _group in range(3)
    )


@transaction.atomic
def create_account(
    *,
    actor: Any,
    unit: ScopedRow,
    username: str,
    full_name: str = "",
    email: str = "",
    one_time: OneTime | None = None,
) -> Handed:
    """Make an account on a unit's authority, with a one-time password.

    It may do nothing before a membership is granted (wards.invitations.invite).
    """
    mandate = require(actor, "manage_accounts", unit)
    user = User(
        username=username.strip().lower(),
        full_name=nfc(full_name),
        email=email,
        must_change_password=True,
    )
    one_time = one_time or new_one_time()
    user.password = one_time.hashed
    checked(user)
    user.save(force_insert=True)
    record(
        mandate,
        "account_created",
        user,
        after={"user": user.username},
        texts={"full_name": user.full_name, "email": user.email},
        chain_of=unit,
    )
    return Handed(user, one_time.text)


@transaction.atomic
def update_account(
    *, actor: Any, user: User, full_name: str, email: str, is_active: bool
) -> User:
    """Correct an account's name and e-mail, or let it sign in no more.

    Raises RuleViolation: "account_out_of_reach", "own_account".
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    mandate, unit = _mandate_over(actor, row)
    if row == actor and not is_active:
        raise RuleViolation(
            _("You cannot shut your own account."),
            code="own_account",
            field="is_active",
        )
    before = {"is_active": row.is_active}
    texts = {"full_name": nfc(full_name), "email": email}
    if before["is_active"] == is_active and all(
        getattr(row, name) == text for name, text in texts.items()
    ):
        return row
    row.full_name, row.email = texts["full_name"], email
    row.is_active = is_active
    checked(row)
    row.save(update_fields=["full_name", "email", "is_active"])
    record(
        mandate,
        "account_changed",
        row,
        before=before,
        after={"is_active": is_active},
        texts=texts,
        chain_of=unit,
    )
    return row


@transaction.atomic
def reset_password(*, actor: Any, user: User) -> Handed:
    """Give an account a new one-time password; whoever is signed in is signed out.

    Raises RuleViolation: "account_out_of_reach", "own_account".
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    mandate, unit = _mandate_over(actor, row)
    if row == actor:
        raise RuleViolation(
            _("Change your own password on the password page."), code="own_account"
        )
    password = one_time_password()
    row.set_password(password)
    row.must_change_password = True
    row.save(update_fields=["password", "must_change_password"])
    record(mandate, "password_reset", row, chain_of=unit)
    return Handed(row, password)


def may_touch(actor: Any, user: User) -> bool:
    """Whether changing and resetting would pass for somebody else's account."""
    try:
        _mandate_over(actor, user)
    except (PermissionDenied, RuleViolation):
        return False
    return bool(user != actor)


def _memberships() -> models.Manager[Any]:
    return apps.get_model("wards.Membership")._default_manager


def _mandate_over(actor: Any, user: User) -> tuple[Mandate, Any]:
    """On what authority `actor` touches an account, and the membership it rests on.

    Every role the account still holds must lie in the actor's reach: whoever sets the
    password of an account can act as it.
    """
    held = list(_memberships().filter(user=user).order_by("-valid_from", "-pk"))
    today = timezone.localdate()
    live = [one for one in held if one.valid_to is None or one.valid_to >= today]
    mandates = [(_mandate_for(actor, one), one) for one in live or held]
    reached = [(mandate, one) for mandate, one in mandates if mandate]
    if not reached:
        raise PermissionDenied("manage_accounts on an account out of scope")
    if live and len(reached) < len(live):
        raise RuleViolation(
            _("This account also holds a role that is not yours to manage."),
            code="account_out_of_reach",
        )
    return reached[0]


def _mandate_for(actor: Any, membership: Any) -> Mandate | None:
    """The mandate over one membership; those of a province need a province admin."""
    if membership.role in ADMIN_SITE_ROLES and not isinstance(actor, SystemActor):
        is_admin = _memberships().filter(
            open_on(timezone.localdate()),
            user_id=actor.pk,
            role=Role.PROVINCE_ADMIN,
            unit__seen__unit_id=membership.unit_id,
            unit__seen__read_only=False,
        )
        if not is_admin.exists():
            return None
    return mandate_of(actor, "manage_accounts", membership)
