"""Constraints that many models share."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext as _

from wardsecurity.errors import RuleViolation


def known_values(
    field: str, choices: type[models.TextChoices]
) -> models.CheckConstraint:
    """Hold a column to its choices in the database too, not in forms only."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_known",
    )


def in_order(start: str, end: str, name: str) -> models.CheckConstraint:
    """A span may be open at either end, never reversed."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{start}__isnull": True})
        | models.Q(**{f"{end}__isnull": True})
        | models.Q(**{f"{end}__gte": models.F(start)}),
        name=name,
    )


def check_in_order(start: dt.date | None, end: dt.date | None) -> None:
    """Say in words what `in_order` holds to: RuleViolation "term_reversed"."""
    if start and end and end < start:
        raise RuleViolation(
            _("The last day is before the first day, %(day)s.")
            % {"day": f"{start:%d/%m/%Y}"},
            code="term_reversed",
            field="valid_to",
        )
