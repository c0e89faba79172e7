"""What the write floor inserts."""

from django.db import models


class FloorRow(models.Model):
    """One row, as plain as it gets: who and when.

    No foreign key: an app without migrations is made before those that have them.
    """

    user_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)
