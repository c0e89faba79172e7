"""Official documents: what the ward, its Party Committee and bodies above issued."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models.bases import Basis, OfCampaign, exactly_one
from commitments.models.bodies import OutsideBody, PartyTerm
from wardsecurity.constraints import known_values
from wardsecurity.files.models import StoredFile
from wardsecurity.text import fold, nfc
from wardsecurity.wards.models import ParticipatingUnit


class PaperSystem(models.TextChoices):
    """Party and State papers are numbered, laid out and signed differently."""

    PARTY = "party", _("paper of the Party")
    STATE = "state", _("paper of the State")


class DocumentType(models.TextChoices):
    """Kinds of official papers (data/domain.md §1 and §4)."""

    NGHI_QUYET = "nghi_quyet", _("resolution")
    QUYET_DINH = "quyet_dinh", _("decision")
    KE_HOACH = "ke_hoach", _("plan")
    QUY_CHE = "quy_che", _("working regulation")
    CHUONG_TRINH = "chuong_trinh", _("work programme")
    THONG_BAO = "thong_bao", _("notice of conclusions")
    BAO_CAO = "bao_cao", _("report")
    TO_TRINH = "to_trinh", _("submission")
    BIEN_BAN = "bien_ban", _("minutes")
    CONG_VAN = "cong_van", _("official letter")
    HUONG_DAN = "huong_dan", _("guidance")


class OfficialDocument(OfCampaign):
    """A paper with its number, symbol and issuer; without a number it is a draft.

    `year` is the year of issue, kept for the rule that State numbers are unique within
    it; Party numbers are unique within a term. `searched` is the folded text.
    """

    system = models.CharField(_("system"), max_length=5, choices=PaperSystem)
    doc_type = models.CharField(_("type"), max_length=12, choices=DocumentType)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    symbol = models.CharField(_("symbol"), max_length=40, blank=True)
    display = models.CharField(max_length=60, blank=True, editable=False)
    issuer_unit = models.ForeignKey(
        ParticipatingUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_documents",
        verbose_name=_("issued by"),
    )
    issuer_body = models.ForeignKey(
        OutsideBody,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_documents",
        verbose_name=_("issued by"),
    )
    issuer_basis = models.CharField(max_length=8, choices=Basis, blank=True)
    party_term = models.ForeignKey(
        PartyTerm,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("term"),
    )
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, editable=False)
    subject_vi = models.CharField(_("subject"), max_length=500)
    subject_en = models.CharField(_("subject in English"), max_length=500, blank=True)
    signer_position = models.CharField(
        _("signer's position"), max_length=160, blank=True
    )
    based_on: models.ManyToManyField = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="followed_by",
        verbose_name=_("based on"),
    )
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    recorded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, editable=False, related_name="+"
    )
    recorded_post = models.CharField(max_length=160, blank=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason"), max_length=500, blank=True)
    searched = models.CharField(max_length=900, editable=False)

    # Prefetched by the selectors: files that stand.
    standing_files: "list[DocumentFile]"

    class Meta(OfCampaign.Meta):
        abstract = False
        verbose_name = _("official document")
        verbose_name_plural = _("official documents")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            *OfCampaign.Meta.constraints,
            known_values("system", PaperSystem),
            known_values("doc_type", DocumentType),
            exactly_one(
                "issuer_unit", "issuer_body", "commitments_document_one_issuer"
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=True)
                | models.Q(number__gte=1, issued_on__isnull=False, year__isnull=False),
                name="commitments_document_numbered_is_dated",
                violation_error_message=_("A numbered document has its date of issue."),
            ),
            models.CheckConstraint(
                condition=models.Q(system=PaperSystem.PARTY)
                | models.Q(party_term__isnull=True),
                name="commitments_document_term_is_of_the_party",
            ),
            models.CheckConstraint(
                condition=models.Q(replaces__isnull=True)
                | ~models.Q(replaces=models.F("pk")),
                name="commitments_document_replaces_another",
            ),
            *[
                models.UniqueConstraint(
                    fields=[issuer, "doc_type", "year", "number"],
                    condition=models.Q(
                        system=PaperSystem.STATE,
                        number__isnull=False,
                        withdrawn_at__isnull=True,
                    ),
                    name=f"commitments_document_state_number_{issuer}",
                )
                for issuer in ("issuer_unit", "issuer_body")
            ],
            *[
                models.UniqueConstraint(
                    fields=[issuer, "doc_type", "party_term", "number"],
                    condition=models.Q(
                        system=PaperSystem.PARTY,
                        number__isnull=False,
                        party_term__isnull=False,
                        withdrawn_at__isnull=True,
                    ),
                    name=f"commitments_document_party_number_{issuer}",
                )
                for issuer in ("issuer_unit", "issuer_body")
            ],
        ]
        indexes = [
            models.Index(
                fields=["campaign", "-issued_on"], name="commitments_document_campaign"
            )
        ]

    def __str__(self) -> str:
        return f"{self.display} {self.subject_vi}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep text in NFC; number, year and searched text follow from the rest."""
        self.subject_vi, self.symbol = nfc(self.subject_vi), nfc(self.symbol)
        self.year = self.issued_on.year if self.issued_on else None
        issuer = self.issuer_unit or self.issuer_body
        words = [self.subject_vi, self.display, self.get_doc_type_display_vi(), issuer]
        self.searched = fold(" ".join(str(word or "") for word in words))[:900]
        super().save(*args, **kwargs)

    def get_doc_type_display_vi(self) -> str:
        """The type in Vietnamese, whatever the language of the page: for searching."""
        return DOC_TYPE_NAMES[DocumentType(self.doc_type)] if self.doc_type else ""

    @property
    def issuer(self) -> ParticipatingUnit | OutsideBody:
        """The unit or body that issued it."""
        issuer = self.issuer_unit or self.issuer_body
        assert issuer is not None  # noqa: S101 - the database holds to it
        return issuer

    @property
    def is_draft(self) -> bool:
        """A draft has no number."""
        return self.number is None

    def acting_unit_ids(self, action: str) -> set[int]:
        """The issuing unit's contributors keep its papers."""
        return {self.issuer_unit_id} if self.issuer_unit_id else set()


# Names as papers carry them, for searching, titles and symbols.
DOC_TYPE_NAMES: dict[DocumentType, str] = {
    DocumentType.NGHI_QUYET: "Nghị quyết",
    DocumentType.QUYET_DINH: "Quyết định",
    DocumentType.KE_HOACH: "Kế hoạch",
    DocumentType.QUY_CHE: "Quy chế",
    DocumentType.CHUONG_TRINH: "Chương trình",
    DocumentType.THONG_BAO: "Thông báo",
    DocumentType.BAO_CAO: "Báo cáo",
    DocumentType.TO_TRINH: "Tờ trình",
    DocumentType.BIEN_BAN: "Biên bản",
    DocumentType.CONG_VAN: "Công văn",
    DocumentType.HUONG_DAN: "Hướng dẫn",
}


class DocumentFile(models.Model):
    """A file of a document, in order; a removed one leaves its trace."""

    document = models.ForeignKey(OfficialDocument, models.CASCADE, related_name="files")
    stored = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="document_files"
    )
    name = models.CharField(_("file name"), max_length=200)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("file of a document")
        verbose_name_plural = _("files of documents")
        ordering = ["document_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "stored"],
                condition=models.Q(removed_at__isnull=True),
                name="commitments_documentfile_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
