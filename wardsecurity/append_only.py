"""Rows that are written once: refused when somebody changes or deletes them.

This holds inside the application. Whoever owns the database can still do it; the trail
and the hashes of the snapshots find it out then.
"""

from typing import Any, NoReturn

from django.db import models

from wardsecurity.scoping import WardScopedQuerySet


class AppendOnlyError(TypeError):
    """Code tried to change or delete a row that is written once: a bug."""


class AppendOnlyQuerySet(WardScopedQuerySet):
    """It reads and adds, no more."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} is written once")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} is written once")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{self.model.__name__} is written once")


class AppendOnly(models.Model):
    """A row that `save` writes once and `delete` leaves alone."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; AppendOnlyError for one that is there already."""
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError(f"{type(self).__name__} is written once")
