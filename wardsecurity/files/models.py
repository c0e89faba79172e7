"""Files that units keep, told apart by the hash of their bytes."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import known_values
from wardsecurity.files.kinds import KINDS, MAX_SIZE
from wardsecurity.scoping import WardScopedQuerySet


class FileKind(models.TextChoices):
    """What may be kept, decided by content; HEIC photos are kept as JPEG."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"
    ODT = "odt", "OpenDocument"
    ODS = "ods", "OpenDocument"


class StoredFileQuerySet(WardScopedQuerySet):
    """Files by the unit that keeps them."""

    unit_path = "unit"


class StoredFile(models.Model):
    """Bytes that one unit keeps, once; written before the row, never changed after.

    Two wards that send the same bytes keep two files: neither learns of the other.
    """

    unit = models.ForeignKey(
        "wards.AdministrativeUnit", models.PROTECT, related_name="stored_files"
    )
    # What the officer had, for recognising it; what is kept once metadata is gone.
    original_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    original_size = models.PositiveIntegerField()  # bytes
    size = models.PositiveIntegerField(_("size"))  # bytes
    kind = models.CharField(_("kind"), max_length=5, choices=FileKind)
    content_type = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=200)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)  # PDF only
    width = models.PositiveIntegerField(null=True, blank=True)  # pixels, pictures only
    height = models.PositiveIntegerField(null=True, blank=True)
    has_preview = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # When somebody last sent these bytes: the sweeper counts from here.
    last_sent_at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["unit", "sha256"], name="files_by_unit_and_hash")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "original_sha256"],
                name="files_storedfile_once_per_unit",
                violation_error_message=_("This unit already keeps this file."),
            ),
            known_values("kind", FileKind),
            models.CheckConstraint(
                condition=Q(original_size__range=(1, MAX_SIZE), size__gte=1),
                name="files_storedfile_size_in_limits",
            ),
            models.CheckConstraint(
                condition=Q(width__isnull=True, height__isnull=True)
                | Q(width__gte=1, height__gte=1),
                name="files_storedfile_width_and_height",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where the file is downloaded."""
        return reverse("files:download", args=[self.pk, self.name])

    @property
    def scope_unit_id(self) -> Any:
        """The unit that keeps it."""
        return self.unit_id

    @property
    def is_image(self) -> bool:
        """Whether a page may show it as a picture."""
        return KINDS[self.kind].is_picture

    @property
    def opens_in_browser(self) -> bool:
        """Whether it is shown in the browser; the others are saved."""
        return KINDS[self.kind].opens_in_browser

    @property
    def preview_url(self) -> str:
        """Where its preview is, empty when it has none."""
        return reverse("files:preview", args=[self.pk]) if self.has_preview else ""
