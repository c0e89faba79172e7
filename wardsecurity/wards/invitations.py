"""Bringing a new person in: an account and its first membership, together."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from wardsecurity.accounts.models import User
from wardsecurity.accounts.services import OneTime, create_account
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)
from wardsecurity.wards.services import grant_membership


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who came in, where they serve, and the password to hand over once."""

    user: User
    membership: Membership
    password: str


@transaction.atomic
def invite(
    *,
    actor: Any,
    unit: AdministrativeUnit,
    username: str,
    role: str,
    position: str,
    full_name: str = "",
    email: str = "",
    participating_unit: ParticipatingUnit | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    one_time: OneTime | None = None,
) -> Invitation:
    """Make an account that serves in `unit`; raises what both services raise."""
    handed = create_account(
        actor=actor,
        unit=unit,
        username=username,
        full_name=full_name,
        email=email,
        one_time=one_time,
    )
    membership = grant_membership(
        actor=actor,
        user=handed.user,
        unit=unit,
        role=role,
        position=position,
        participating_unit=participating_unit,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return Invitation(handed.user, membership, handed.password)
