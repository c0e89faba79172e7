"""What came in by file, and what was moved: kept for whoever asks later."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from criteria.models.evaluations import Evaluation
from criteria.models.sets import CriteriaSet
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import AdministrativeUnit


class UploadKind(models.TextChoices):
    """How a set was written down."""

    XLSX = "xlsx", _("Excel workbook")
    YAML = "yaml", _("YAML file")


class UploadQuerySet(WardScopedQuerySet):
    """By the unit that would own the set."""

    unit_path = "owner"


class SetUpload(models.Model):
    """A file with a criteria set, as it was sent for a unit.

    It lies here between its dry run and its application, so that what is written is
    what was looked at. An applied one stays: it says where the version came from.
    """

    owner = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="set_uploads"
    )
    kind = models.CharField(max_length=4, choices=UploadKind)
    name = models.CharField(_("file name"), max_length=200)
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    uploaded_post = models.CharField(max_length=160, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    made = models.ForeignKey(
        CriteriaSet, models.PROTECT, null=True, related_name="uploads"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded set")
        verbose_name_plural = _("uploaded sets")
        ordering = ["-pk"]
        constraints = [known_values("kind", UploadKind)]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_unit_id(self) -> int:
        """The owner to be."""
        return self.owner_id


class MoveQuerySet(WardScopedQuerySet):
    """By the ward of the evaluation's campaign."""

    unit_path = "evaluation__campaign__ward"


class EvaluationMove(models.Model):
    """A live evaluation that went over to another version of its set. Append-only.

    `content` is canonical JSON: every assessment as it stood before, with its evidence
    and all that hung on it, and what could not come along.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="moves")
    from_set = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    to_set = models.ForeignKey(CriteriaSet, models.PROTECT, related_name="+")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    moved_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+"
    )
    moved_post = models.CharField(max_length=160, blank=True)
    moved_at = models.DateTimeField(auto_now_add=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move to another version")
        verbose_name_plural = _("moves to another version")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.from_set_id} → {self.to_set_id}"

    @property
    def scope_unit_id(self) -> int:
        """The ward."""
        return self.evaluation.scope_unit_id
