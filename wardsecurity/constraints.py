"""Constraints that many models share."""

from django.db import models


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
