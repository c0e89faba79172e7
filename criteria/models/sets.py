"""Criteria sets: data that a ward checks and edits, never constants in code."""

from typing import Any, Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from criteria.models.choices import (
    EDITABLE_STATES,
    Baseline,
    Direction,
    EvidenceMode,
    Kind,
    PointRule,
    ProvenanceLevel,
    SetState,
    WhenBaseZero,
)
from wardsecurity.constraints import known_values
from wardsecurity.scoping import WardScopedQuerySet, scope_of
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingKind


class SetQuerySet(WardScopedQuerySet):
    """Sets by their owner; published and working ones also from above."""

    unit_path = "owner"

    def for_user(self, user: Any) -> Self:
        """Sets of units in scope, and published or working ones of their ancestors."""
        if user.pk is None or not user.is_active:
            return self.none()
        mine = scope_of(user).filter(unit_id=models.OuterRef("owner_id"))
        # The closure the other way round: the owner stands above a unit in scope (a
        # successor, which reads the unit only, does not).
        above = scope_of(user).filter(
            unit__seers__viewer_id=models.OuterRef("owner_id"),
            unit__seers__read_only=False,
        )
        return self.filter(
            models.Exists(mine)
            | (
                models.Q(state__in=[SetState.PUBLISHED, SetState.WORKING])
                & models.Exists(above)
            )
        )


class CriteriaSet(models.Model):
    """A numbered list of criteria that a ward, a province or the country owns.

    Identity is (owner, code, version). Thresholds that are null are not decided.
    """

    owner = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="criteria_sets",
        verbose_name=_("owner"),
    )
    code = models.CharField(_("code"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(
        _("state"), max_length=10, choices=SetState, default=SetState.DRAFT
    )
    name_vi = models.CharField(_("name in Vietnamese"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    min_met = models.PositiveIntegerField(_("criteria to meet"), null=True, blank=True)
    min_percent = models.DecimalField(
        _("percent of points to reach"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    min_percent_per_category = models.DecimalField(
        _("percent of points to reach in each category"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    period_start = models.DateField(_("period from"), null=True, blank=True)
    period_end = models.DateField(_("period to"), null=True, blank=True)
    provenance = models.JSONField(_("provenance"), default=dict)
    legal_basis = models.JSONField(_("legal basis"), default=list)
    content_hash = models.CharField(
        _("hash of the content"), max_length=64, editable=False, blank=True
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = SetQuerySet.as_manager()

    class Meta:
        verbose_name = _("criteria set")
        verbose_name_plural = _("criteria sets")
        ordering = ["code", "owner_id", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "code", "version"],
                name="criteria_set_identity",
                violation_error_message=_("This owner already has this version."),
            ),
            known_values("state", SetState),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def scope_unit_id(self) -> int:
        """The owner."""
        return self.owner_id

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self, "name")

    @property
    def statement(self) -> str:
        """Where the set comes from, to be shown wherever a criterion is read."""
        key = "statement_en" if _english() else "statement_vi"
        return self.provenance.get(key) or self.provenance.get("statement_vi", "")

    @property
    def is_editable(self) -> bool:
        """Published and retired sets are frozen."""
        return self.state in EDITABLE_STATES


class Category(models.Model):
    """A group of criteria: I to IV in the working set."""

    criteria_set = models.ForeignKey(
        CriteriaSet, models.CASCADE, related_name="categories"
    )
    code = models.CharField(_("code"), max_length=12)
    order = models.PositiveSmallIntegerField(_("order"))
    name_vi = models.CharField(_("name in Vietnamese"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["criteria_set_id", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "code"], name="criteria_category_code_once"
            ),
            models.UniqueConstraint(
                fields=["criteria_set", "order"], name="criteria_category_order_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return in_language(self, "name")


class CriterionQuerySet(SetQuerySet):
    """Criteria as their sets."""

    def for_user(self, user: Any) -> Self:
        """Criteria of the sets a user may read."""
        return self.filter(criteria_set__in=CriteriaSet.objects.for_user(user))


class Criterion(models.Model):
    """One criterion, with every field of criteria-34.yaml.

    `max_points` is in whole hundredths of a point; `target` and `floor` in units of the
    figure (percent for percentages). `key` is stable across versions of a set.
    """

    criteria_set = models.ForeignKey(
        CriteriaSet,
        models.CASCADE,
        related_name="criteria",
        verbose_name=_("criteria set"),
    )
    category = models.ForeignKey(
        Category,
        models.CASCADE,
        related_name="criteria",
        verbose_name=_("category"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    key = models.CharField(_("key"), max_length=40)
    title_vi = models.CharField(_("title in Vietnamese"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    requirement_vi = models.TextField(_("requirement in Vietnamese"))
    requirement_en = models.TextField(_("requirement in English"), blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    max_points = models.PositiveIntegerField(_("points, in hundredths"))
    mandatory = models.BooleanField(_("mandatory"), default=False)
    target = models.DecimalField(
        _("target"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    floor = models.DecimalField(
        _("floor of proportional points"),
        max_digits=14,
        decimal_places=2,
        default=0,
    )
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction, blank=True
    )
    rule = models.CharField(
        _("rule"), max_length=12, choices=PointRule, default=PointRule.THRESHOLD
    )
    bounded = models.BooleanField(_("the value cannot exceed the base"), default=False)
    when_base_zero = models.CharField(
        _("when the base is 0"), max_length=18, choices=WhenBaseZero, blank=True
    )
    baseline = models.CharField(
        _("compared with"), max_length=16, choices=Baseline, blank=True
    )
    measure_source = models.CharField(
        _("taken from the ward's records"), max_length=60, blank=True
    )
    figures_by = models.JSONField(
        _("figures by kind of unit"), default=list, blank=True
    )
    shown_with = models.JSONField(_("shown with criteria"), default=list, blank=True)
    unit_vi = models.CharField(_("unit in Vietnamese"), max_length=80, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=80, blank=True)
    value_label_vi = models.CharField(
        _("label of the value in Vietnamese"), max_length=120, blank=True
    )
    value_label_en = models.CharField(
        _("label of the value in English"), max_length=120, blank=True
    )
    value_unit_vi = models.CharField(
        _("unit of the value in Vietnamese"), max_length=40, blank=True
    )
    value_unit_en = models.CharField(
        _("unit of the value in English"), max_length=40, blank=True
    )
    base_label_vi = models.CharField(
        _("label of the base in Vietnamese"), max_length=120, blank=True
    )
    base_label_en = models.CharField(
        _("label of the base in English"), max_length=120, blank=True
    )
    evidence_mode = models.CharField(
        _("evidence"), max_length=16, choices=EvidenceMode, default=EvidenceMode.ANY
    )
    evidence_vi = models.JSONField(_("wanted evidence in Vietnamese"), default=list)
    evidence_en = models.JSONField(
        _("wanted evidence in English"), default=list, blank=True
    )
    lead_unit_kind = models.CharField(
        _("kind of lead unit"), max_length=24, choices=ParticipatingKind
    )
    due_quarter = models.PositiveSmallIntegerField(_("due quarter"))
    provenance = models.CharField(
        _("where it comes from"), max_length=20, choices=ProvenanceLevel
    )
    source = models.CharField(_("source"), max_length=400, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["criteria_set_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria_set", "number"], name="criteria_criterion_number_once"
            ),
            models.UniqueConstraint(
                fields=["criteria_set", "key"], name="criteria_criterion_key_once"
            ),
            models.CheckConstraint(
                condition=models.Q(max_points__gt=0),
                name="criteria_criterion_points_above_zero",
                violation_error_message=_("Points are above 0."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="criteria_criterion_number_from_one",
            ),
            models.CheckConstraint(
                condition=models.Q(due_quarter__range=(1, 4)),
                name="criteria_criterion_quarter_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.YES_NO, target__isnull=True)
                | (~models.Q(kind=Kind.YES_NO) & models.Q(target__isnull=False)),
                name="criteria_criterion_target_iff_measured",
                violation_error_message=_("A measured criterion has a target."),
            ),
            known_values("kind", Kind),
            known_values("rule", PointRule),
            known_values("evidence_mode", EvidenceMode),
            known_values("lead_unit_kind", ParticipatingKind),
            known_values("provenance", ProvenanceLevel),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def scope_unit_id(self) -> int:
        """The owner of the set."""
        return self.criteria_set.owner_id

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return in_language(self, "title")

    @property
    def requirement(self) -> str:
        """The requirement in the language of the page."""
        return in_language(self, "requirement")

    @property
    def wanted_evidence(self) -> list[str]:
        """Kinds of evidence asked for, in the language of the page."""
        if _english() and len(self.evidence_en) == len(self.evidence_vi):
            return self.evidence_en
        return self.evidence_vi

    @property
    def is_measured(self) -> bool:
        """Whether the result is computed from a figure."""
        return self.kind != Kind.YES_NO

    @property
    def has_base(self) -> bool:
        """Whether a second figure is asked for: a denominator or the period before."""
        return self.kind == Kind.PERCENTAGE or bool(self.baseline)

    @property
    def is_reference_only(self) -> bool:
        """Number and date of a paper only: no file, no comments, never ranked."""
        return self.evidence_mode == EvidenceMode.REFERENCE_ONLY


def _english() -> bool:
    return (get_language() or "vi").startswith("en")


def in_language(row: Any, field: str) -> str:
    """A row's text in the language of the page; Vietnamese where English is missing."""
    english = getattr(row, f"{field}_en") if _english() else ""
    return english or getattr(row, f"{field}_vi")
