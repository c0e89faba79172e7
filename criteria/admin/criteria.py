"""Admin pages of single criteria, reached from their set's page."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.admin.sets import changes_of, is_open
from criteria.measures import KNOWN_SOURCES
from criteria.models import Criterion
from criteria.services.set_files import LARGEST_TARGET, MOST_POINTS
from criteria.services.sets import (
    save_criterion,
)
from criteria.services.yaml_files import Faulty
from wardsecurity.admin import ScopedAdmin, ServiceForm
from wardsecurity.numbers import shown_points
from wardsecurity.wards.models import ParticipatingKind

CRITERION_NAMES = {"max_points": "points"}


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Lines as a list, without empty ones."""
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def run_validators(self, value: Any) -> None:
        """The service checks the items."""


class NumbersField(forms.CharField):
    """Whole numbers with commas between: 23, 24."""

    def prepare_value(self, value: Any) -> Any:
        """A list as text."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:  # type: ignore[override]
        """Text as a list."""
        if isinstance(value, list):
            return value
        parts = [part for part in str(value or "").replace(",", " ").split() if part]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(
                _("Write numbers of criteria, with commas between them.")
            )
        return [int(part[:6]) for part in parts]

    def run_validators(self, value: Any) -> None:
        """The service checks the numbers."""


class CriterionForm(ServiceForm):
    """Every field of a criterion but its number and key."""

    names: ClassVar[Mapping[str, str]] = CRITERION_NAMES
    points = forms.DecimalField(
        label=gettext_lazy("Points"),
        min_value=Decimal("0.01"),
        max_value=MOST_POINTS,
        decimal_places=2,
        localize=True,
    )
    target = forms.DecimalField(
        label=gettext_lazy("Target"),
        max_value=LARGEST_TARGET,
        decimal_places=2,
        localize=True,
        required=False,
    )
    floor = forms.DecimalField(
        label=gettext_lazy("Floor of proportional points"),
        max_value=LARGEST_TARGET,
        decimal_places=2,
        localize=True,
        required=False,
    )
    measure_source = forms.ChoiceField(
        label=gettext_lazy("Taken from the ward's records"),
        choices=[("", "---------"), *((one, one) for one in KNOWN_SOURCES)],
        required=False,
    )
    figures_by = forms.MultipleChoiceField(
        label=gettext_lazy("Figures by kind of unit"),
        choices=ParticipatingKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    shown_with = NumbersField(label=gettext_lazy("Shown with criteria"), required=False)
    evidence_vi = LinesField(
        label=gettext_lazy("Wanted evidence in Vietnamese, one a line")
    )
    evidence_en = LinesField(
        label=gettext_lazy("Wanted evidence in English, one a line"), required=False
    )

    class Meta:
        model = Criterion
        fields = (
            "category",
            "title_vi",
            "title_en",
            "requirement_vi",
            "requirement_en",
            "kind",
            "mandatory",
            "direction",
            "rule",
            "bounded",
            "when_base_zero",
            "baseline",
            "unit_vi",
            "unit_en",
            "value_label_vi",
            "value_label_en",
            "value_unit_vi",
            "value_unit_en",
            "base_label_vi",
            "base_label_en",
            "evidence_mode",
            "lead_unit_kind",
            "due_quarter",
            "provenance",
            "source",
        )

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        row = self.instance
        initial = {
            "points": Decimal(row.max_points) / 100,
            "target": row.target,
            "floor": row.floor or None,
            **{
                name: getattr(row, name)
                for name in (
                    "measure_source",
                    "figures_by",
                    "shown_with",
                    "evidence_vi",
                    "evidence_en",
                )
            },
        }
        self.initial.update(initial)
        if "category" in self.fields:
            self.fields["category"].queryset = row.criteria_set.categories.all()  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Nothing: the service checks the set as a whole."""

    def refused(self) -> list[tuple[str | None, str]]:
        """Faults of other criteria of the set stand apart, with their place."""
        if not isinstance(self.refusal, Faulty):
            return super().refused()
        return [
            (fault.field, fault.sentence)
            if fault.number == self.instance.number
            else (None, str(fault))
            for fault in self.refusal.faults
        ]


@admin.register(Criterion)
class CriterionAdmin(ScopedAdmin):
    """One criterion of a set, reached from the set's page."""

    manage = "edit_set"
    form = CriterionForm
    list_display = ("number", "title", "criteria_set", "kind", "points", "mandatory")
    list_select_related = ("criteria_set",)
    list_display_links = ("number", "title")
    search_fields = ("title_vi", "title_en", "key")
    change_form_template = "admin/criteria/criterion/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "set_link",
                    ("number", "key"),
                    "category",
                    "title_vi",
                    "title_en",
                    "requirement_vi",
                    "requirement_en",
                )
            },
        ),
        (
            gettext_lazy("How it is judged"),
            {
                "fields": (
                    "kind",
                    "points",
                    "mandatory",
                    "target",
                    "direction",
                    "baseline",
                    "rule",
                    "floor",
                    "bounded",
                    "when_base_zero",
                    "measure_source",
                    "figures_by",
                    "shown_with",
                )
            },
        ),
        (
            gettext_lazy("Words of the figure"),
            {
                "fields": (
                    "unit_vi",
                    "unit_en",
                    "value_label_vi",
                    "value_label_en",
                    "value_unit_vi",
                    "value_unit_en",
                    "base_label_vi",
                    "base_label_en",
                )
            },
        ),
        (
            gettext_lazy("Evidence and work"),
            {
                "fields": (
                    "evidence_mode",
                    "evidence_vi",
                    "evidence_en",
                    "lead_unit_kind",
                    "due_quarter",
                )
            },
        ),
        (gettext_lazy("Where it comes from"), {"fields": ("provenance", "source")}),
    )
    readonly_fields = ("set_link", "number", "key")

    def in_scope(self, queryset: Any, request: HttpRequest) -> Any:
        """As their sets."""
        return queryset.for_user(request.user).select_related(
            "criteria_set", "category"
        )

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Not on the index: sets lead here."""
        return {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """How many there are is the file's to say."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """While its set can be changed; of what is sent the service decides."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (
            obj is None or request.method == "POST" or is_open(obj.criteria_set)
        )

    @admin.display(description=gettext_lazy("title"), ordering="title_vi")
    def title(self, obj: Criterion) -> str:
        """In the language of the page."""
        return obj.title

    @admin.display(description=gettext_lazy("points"), ordering="max_points")
    def points(self, obj: Criterion) -> str:
        """Hundredths as points."""
        return shown_points(obj.max_points)

    @admin.display(description=gettext_lazy("criteria set"))
    def set_link(self, obj: Criterion) -> SafeString:
        """The set, as a way back to it."""
        url = reverse("admin:criteria_criteriaset_change", args=[obj.criteria_set_id])
        return format_html('<a href="{}">{}</a>', url, obj.criteria_set.name)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the statement of where the set comes from."""
        row = self.get_object(request, object_id)
        context = {**(extra_context or {}), "statement": row.criteria_set.statement}
        return super().change_view(request, object_id, form_url, context)

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Only what was changed."""
        assert row is not None  # noqa: S101 - nothing is added here
        changes = changes_of(form, CRITERION_NAMES)
        if "category" in changes:
            changes["category"] = changes["category"].code
        return save_criterion(actor=request.user, criterion=row, changes=changes)
