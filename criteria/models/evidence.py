"""Evidence: what shows that a criterion is met. Withdrawn, never deleted."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models import OfficialDocument
from criteria.models.assessments import Assessment
from wardsecurity.constraints import in_order, known_values
from wardsecurity.files.models import StoredFile
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.text import fold, nfc
from wardsecurity.wards.models import AdministrativeUnit


class EvidenceKind(models.TextChoices):
    """What a piece of evidence is."""

    DOCUMENT = "document", _("document")
    FILES = "files", _("photos or files")
    LINK = "link", _("web link")
    FIGURE = "figure", _("figure")
    MEASURE = "measure", _("figure from the ward's records")


# Kinds a person records; a measure is made by confirming it.
RECORDED_KINDS = (
    EvidenceKind.DOCUMENT,
    EvidenceKind.FILES,
    EvidenceKind.LINK,
    EvidenceKind.FIGURE,
)


class Evidence(models.Model):
    """A document, files, a link, a figure or a measure of one ward, for many criteria.

    `fact_on` is the date of the fact, never of the upload. Evidence without a period
    counts for the campaign's; it counts up to and including `expires_on`.
    """

    ward = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(_("kind of evidence"), max_length=10, choices=EvidenceKind)
    title = models.CharField(_("title"), max_length=300)
    number = models.CharField(_("number and symbol"), max_length=60, blank=True)
    fact_on = models.DateField(_("date of the fact"))
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    period_start = models.DateField(_("counts from"), null=True, blank=True)
    period_end = models.DateField(_("counts to"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    url = models.URLField(_("web address"), max_length=500, blank=True)
    figure = models.BigIntegerField(_("figure"), null=True, blank=True)
    figure_unit = models.CharField(_("unit of the figure"), max_length=40, blank=True)
    document = models.ForeignKey(
        OfficialDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("official document"),
    )
    # A measure: what the ward's own records said on `fact_on` (RULES "Figures").
    measure_source = models.CharField(max_length=60, blank=True, editable=False)
    measure_value = models.BigIntegerField(null=True, editable=False)
    measure_base = models.BigIntegerField(null=True, editable=False)
    measure_records = models.JSONField(default=list, editable=False)
    measure_hash = models.CharField(max_length=64, blank=True, editable=False)
    file_count = models.PositiveSmallIntegerField(default=0)
    quarantined_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)
    withdrawn_post = models.CharField(max_length=160, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    recorded_post = models.CharField(max_length=160, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    searched = models.CharField(max_length=700, editable=False)

    objects = WardScopedQuerySet.as_manager()
    # Prefetched by the selectors: files that stand, and all links with their criteria.
    standing_files: "list[EvidenceFile]"
    all_links: "list[EvidenceLink]"

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-fact_on", "-pk"]
        constraints = [
            known_values("kind", EvidenceKind),
            models.CheckConstraint(
                condition=(
                    models.Q(kind=EvidenceKind.DOCUMENT)
                    & (~models.Q(number="") | models.Q(file_count__gt=0))
                )
                | models.Q(kind=EvidenceKind.FILES, file_count__gt=0)
                | (models.Q(kind=EvidenceKind.LINK) & ~models.Q(url=""))
                | models.Q(kind=EvidenceKind.FIGURE, figure__isnull=False)
                | (
                    models.Q(kind=EvidenceKind.MEASURE, measure_value__isnull=False)
                    & ~models.Q(measure_source="")
                ),
                name="criteria_evidence_holds_what_its_kind_says",
            ),
            in_order("period_start", "period_end", "criteria_evidence_period_in_order"),
        ]
        indexes = [
            models.Index(fields=["ward", "-fact_on"], name="criteria_evidence_ward")
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep text in NFC, and beside it the folded text that searches look in."""
        self.title, self.number = nfc(self.title), nfc(self.number)
        self.issuer = nfc(self.issuer)
        self.searched = fold(f"{self.title} {self.number} {self.issuer}")[:700]
        super().save(*args, **kwargs)

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.ward_id

    @property
    def is_measure(self) -> bool:
        """Whether it says what the ward's records said: made by confirming it."""
        return self.kind == EvidenceKind.MEASURE

    @property
    def is_reference(self) -> bool:
        """A paper named by number and date, with no file: what reference_only takes."""
        return (
            self.kind == EvidenceKind.DOCUMENT
            and bool(self.number)
            and not self.file_count
        )


class EvidenceFile(models.Model):
    """A file of a piece of evidence, in order; a removed one leaves its trace."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="files")
    stored = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="evidence_files"
    )
    name = models.CharField(_("file name"), max_length=200)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering = ["evidence_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "stored"],
                condition=models.Q(removed_at__isnull=True),
                name="criteria_evidencefile_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceLink(models.Model):
    """A piece of evidence counts for an assessment, this year's or another's.

    `wanted` is the place of the wanted kind in the criterion's list, from 0.
    """

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="links")
    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="evidence_links"
    )
    wanted = models.PositiveSmallIntegerField(_("what it shows"), null=True, blank=True)

    class Meta:
        verbose_name = _("link of evidence")
        verbose_name_plural = _("links of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "evidence"], name="criteria_link_one_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.assessment_id}"
