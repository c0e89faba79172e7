"""A file as it is kept: once per unit, by its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet


class FileKind(models.TextChoices):
    """What a kept file is, by content; HEIC photos are kept as JPEG."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PPTX = "pptx", "PowerPoint"
    ODT = "odt", "OpenDocument"
    ODS = "ods", "OpenDocument"


IMAGE_KINDS = (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)


class StoredFileQuerySet(WardScopedQuerySet):
    """Files by the unit they were given to."""

    unit_path = "unit"


class StoredFile(models.Model):
    """One file of one unit. `original_sha256` is what the officer had, for recognising
    a duplicate; `sha256` what is kept after stripping. Sizes in bytes, widths in pixels.
    """

    unit = models.ForeignKey(
        "wards.AdministrativeUnit", models.PROTECT, related_name="stored_files"
    )
    original_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    original_size = models.PositiveIntegerField()
    size = models.PositiveIntegerField(_("size"))
    kind = models.CharField(_("kind"), max_length=5, choices=FileKind)
    content_type = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=200)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    has_preview = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "original_sha256"], name="files_storedfile_once"
            ),
            known_values("kind", FileKind),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_unit_id(self) -> int:
        """The unit."""
        return self.unit_id

    @property
    def is_image(self) -> bool:
        """Whether it is shown as a picture in the page."""
        return self.kind in IMAGE_KINDS
