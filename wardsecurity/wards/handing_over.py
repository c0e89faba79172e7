"""A post goes from one person to the next, by date."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wardsecurity.accounts.models import User
from wardsecurity.errors import RuleViolation
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import end_membership, grant_membership
from wardsecurity.wards.terms import DAY, lock_seats


def check_hand_over(membership: Membership, to_user: User, on: dt.date) -> None:
    """RuleViolation unless a post can go from one person to another after a day.

    "same_person", "before_it_began", "already_ended", "body_ended".
    """
    if to_user == membership.user:
        raise RuleViolation(
            _("This person holds the post already. Choose somebody else."),
            code="same_person",
            field="to_user",
        )
    if on < membership.valid_from:
        raise RuleViolation(
            _("The post began on %(began)s: its last day is not before that.")
            % {"began": f"{membership.valid_from:%d/%m/%Y}"},
            code="before_it_began",
            field="on",
        )
    if membership.valid_to and membership.valid_to <= on:
        raise RuleViolation(
            _("The post ends on %(day)s already: there is nothing to hand over then.")
            % {"day": f"{membership.valid_to:%d/%m/%Y}"},
            code="already_ended",
            field="on",
        )
    body = membership.participating_unit
    if body and not body.takes_part_on(on + DAY):
        raise RuleViolation(
            _("%(unit)s does not take part any more on %(day)s.")
            % {"unit": body, "day": f"{on + DAY:%d/%m/%Y}"},
            code="body_ended",
            field="on",
        )


@transaction.atomic
def hand_over(
    *,
    actor: Any,
    membership: Membership,
    to_user: User,
    on: dt.date,
    position: str | None = None,
) -> Membership:
    """Let somebody else hold a post from the day after `on`; return their membership.

    Role, unit, participating unit and the end of the term stay; the position too unless
    another is given. The day may lie ahead, and the unit may have ended. Raises what
    `check_hand_over`, end_membership and grant_membership raise.
    """
    lock_seats(membership.unit_id)
    rows = Membership.objects.select_for_update(of=("self",))
    row = rows.select_related("unit", "user", "participating_unit").get(
        pk=membership.pk
    )
    check_hand_over(row, to_user, on)
    end = row.valid_to
    end_membership(actor=actor, membership=row, last_day=on)
    return grant_membership(
        actor=actor,
        user=to_user,
        unit=row.unit,
        role=row.role,
        position=row.position if position is None else position,
        participating_unit=row.participating_unit,
        valid_from=on + DAY,
        valid_to=end,
        goes_on_from=row,
    )
