"""What the write floor inserts."""

from django.conf import settings
from django.db import models


class FloorRow(models.Model):
    """One row, as plain as it gets: who and when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return str(self.pk)
