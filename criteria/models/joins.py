"""Where the ward's records meet its criteria: joins that commitments does not know."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.models import CommitteeMember, Directive, OfficialDocument
from criteria.models.assessments import Assessment
from criteria.models.sets import Category
from wardsecurity.scoping import WardScopedQuerySet


class MemberCategoryQuerySet(WardScopedQuerySet):
    """By the ward of the member's committee."""

    unit_path = "member__committee__campaign__ward"


class MemberCategory(models.Model):
    """A committee member is in charge of a category of criteria."""

    member = models.ForeignKey(
        CommitteeMember, models.CASCADE, related_name="member_categories"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="member_categories"
    )

    objects = MemberCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category in charge")
        verbose_name_plural = _("categories in charge")
        ordering = ["category__order", "member__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "category"], name="criteria_membercategory_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.category_id}"


class OfAssessmentQuerySet(WardScopedQuerySet):
    """By the ward of the assessment's campaign."""

    unit_path = "assessment__evaluation__campaign__ward"


class DirectiveCriterion(models.Model):
    """A directive concerns a criterion."""

    directive = models.ForeignKey(
        Directive, models.CASCADE, related_name="directive_criteria"
    )
    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="directive_criteria"
    )

    objects = OfAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of a directive")
        verbose_name_plural = _("criteria of directives")
        ordering = ["assessment__criterion__number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "assessment"], name="criteria_directive_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive_id} {self.assessment_id}"


class DocumentCriterion(models.Model):
    """A document is meant to support a criterion; it is not evidence until recorded."""

    document = models.ForeignKey(
        OfficialDocument, models.CASCADE, related_name="document_criteria"
    )
    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="document_criteria"
    )

    objects = OfAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of a document")
        verbose_name_plural = _("criteria of documents")
        ordering = ["assessment__criterion__number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "assessment"], name="criteria_document_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.assessment_id}"
