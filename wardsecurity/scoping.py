"""Tenancy: the one door through which rows of a unit are read."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models.expressions import Combinable
from django.utils import timezone


def open_on(day: dt.date | Combinable, prefix: str = "") -> models.Q:
    """Rows whose valid_from..valid_to holds on `day`; open ends hold for ever.

    `day` may be an expression, for a day that the query itself finds.
    """
    return (
        models.Q(**{f"{prefix}valid_from__isnull": True})
        | models.Q(**{f"{prefix}valid_from__lte": day})
    ) & (
        models.Q(**{f"{prefix}valid_to__isnull": True})
        | models.Q(**{f"{prefix}valid_to__gte": day})
    )


def open_during(start: dt.date, end: dt.date) -> models.Q:
    """Rows whose valid_from..valid_to touches a period; open ends hold for ever."""
    return (models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=end)) & (
        models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=start)
    )


def scope_of(user: Any, roles: Collection[str] = ()) -> models.QuerySet:
    """The closure rows a user reads through: memberships open today, in any role.

    With `roles`, only through memberships in one of them.
    """
    seats = models.Q(viewer__memberships__user_id=user.pk)
    if roles:
        seats &= models.Q(viewer__memberships__role__in=roles)
    # One filter() call, so that role and person are asked of the same membership.
    return apps.get_model("wards.UnitScope")._default_manager.filter(
        open_on(timezone.localdate(), "viewer__memberships__") & seats
    )


class WardScopedQuerySet(models.QuerySet):
    """Rows that each belong to one administrative unit, found by `unit_path`."""

    unit_path = "ward"  # e.g. "evaluation__campaign__ward" on assessments

    def for_user(self, user: Any) -> Self:
        """Keep rows of units `user` may read, nothing when signed out.

        One indexed EXISTS on the closure table: its cost grows neither with wards nor
        with years.
        """
        if user.pk is None or not user.is_active:
            return self.none()
        unit_id = models.OuterRef(
            "pk" if self.unit_path == "self" else f"{self.unit_path}_id"
        )
        return self.filter(models.Exists(scope_of(user).filter(unit_id=unit_id)))
