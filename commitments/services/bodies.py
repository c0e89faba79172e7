"""Registering bodies above or beside a ward."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from commitments.models import BodyKind, OutsideBody
from wardsecurity.audit.services import record
from wardsecurity.errors import RuleViolation, checked
from wardsecurity.permissions import require
from wardsecurity.text import nfc
from wardsecurity.wards.models import AdministrativeUnit


@transaction.atomic
def register_body(
    *, actor: Any, ward: AdministrativeUnit, name: str, kind: str = BodyKind.AUTHORITY
) -> OutsideBody:
    """Return the ward's body of this name, registering it first if it is new.

    Raises RuleViolation: "name_missing".
    """
    name = nfc(name)
    row = OutsideBody(ward=ward, name=name, kind=kind)
    mandate = require(actor, "keep_records", row)
    if not name:
        raise RuleViolation(
            _("Enter the name of the body."), code="name_missing", field="name"
        )
    if known := OutsideBody.objects.filter(ward=ward, name=name).first():
        return known
    checked(row)
    body, is_new = OutsideBody.objects.get_or_create(
        ward=ward, name=name, defaults={"kind": kind}
    )
    if is_new:
        record(
            mandate,
            "body_registered",
            body,
            after={"kind": body.kind},
            texts={"name": body.name},
        )
    return body


def body_of_name(*, actor: Any, ward: AdministrativeUnit, name: str) -> OutsideBody:
    """The ward's body of this name, registered now if it was not: for the forms that
    name a body in passing. Raises as register_body.
    """
    return register_body(actor=actor, ward=ward, name=name)
