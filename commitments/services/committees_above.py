"""Keeping the steering committees above the wards: a province's admin does."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import BodyKind, BodyMember, OutsideBody
from commitments.selectors.bodies import find_body
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit


@transaction.atomic
def register_committee(
    *, actor: Any, unit: AdministrativeUnit, name: str
) -> OutsideBody:
    """Register a committee of a province or the country.

    Raises RuleViolation: "body_exists".
    """
    unit = AdministrativeUnit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    body = OutsideBody(ward=unit, name=nfc(name), kind=BodyKind.STEERING_COMMITTEE)
    mandate = require(actor, "keep_committees_above", body)
    if found := find_body(ward=unit, name=body.name):
        raise RuleViolation(
            _("%(name)s is registered already.") % {"name": found.name},
            code="body_exists",
            field="name",
        )
    checked(body)
    body.save(force_insert=True)
    record(
        mandate,
        "body_registered",
        body,
        after={"kind": body.kind},
        texts={"name": body.name},
    )
    return body


@transaction.atomic
def add_body_member(
    *,
    actor: Any,
    body: OutsideBody,
    position: str,
    name: str = "",
    valid_from: dt.date | None = None,
) -> BodyMember:
    """Add who sits in a committee, behind the others; the name may be left out."""
    body = OutsideBody.objects.select_for_update(of=("self",)).get(pk=body.pk)
    mandate = require(actor, "keep_committees_above", body)
    last = body.members.order_by("-order").values_list("order", flat=True).first()
    member = BodyMember(
        body=body,
        order=(last or 0) + 1,
        position=nfc(position),
        name=nfc(name),
        valid_from=valid_from,
    )
    checked(member)
    member.save(force_insert=True)
    record(
        mandate,
        "body_member_added",
        member,
        after={"body": body.pk, "from": valid_from},
        texts={"position": member.position, "name": member.name},
    )
    return member


@transaction.atomic
def end_body_member(*, actor: Any, member: BodyMember, last_day: dt.date) -> BodyMember:
    """Write down the last day of a member; the row stays.

    Raises RuleViolation: "term_ended", "last_day_before_first".
    """
    row = BodyMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    mandate = require(actor, "keep_committees_above", row)
    if row.valid_to is not None:
        raise RuleViolation(
            _("The last day is written down already."), code="term_ended"
        )
    if row.valid_from and last_day < row.valid_from:
        raise RuleViolation(
            _("The last day is not before the first, %(day)s.")
            % {"day": f"{row.valid_from:%d/%m/%Y}"},
            code="last_day_before_first",
            field="last_day",
        )
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    record(
        mandate, "body_member_ended", row, before={"to": None}, after={"to": last_day}
    )
    return row
