"""Admin pages of criteria sets: read, corrected while a draft, copied, published.

Criteria are reached from their set's page. A published set is frozen: every field of it
is shown, none can be changed.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from criteria.measures import KNOWN_SOURCES
from criteria.models import CriteriaSet, Criterion, SetState
from criteria.selectors.sets import list_criteria
from criteria.services.set_files import LARGEST_TARGET, MOST_POINTS
from criteria.services.sets import (
    copy_set,
    is_in_use,
    publish_set,
    retire_set,
    save_criterion,
    save_set,
)
from wardsecurity.admin import OfUnit, ScopedAdmin, ServiceForm, managed
from wardsecurity.errors import RuleViolation
from wardsecurity.numbers import shown_points
from wardsecurity.permissions import may
from wardsecurity.wards.models import AdministrativeUnit, ParticipatingKind

# The service's names (those of a file), where the form's differ.
SET_NAMES = {
    "recognition.min_met": "min_met",
    "recognition.min_percent": "min_percent",
    "recognition.min_percent_per_category": "min_percent_per_category",
    "assessment_period.start": "period_start",
    "assessment_period.end": "period_end",
    "provenance.statement_vi": "statement_vi",
    "provenance.statement_en": "statement_en",
}
CRITERION_NAMES = {"max_points": "points"}


def changes_of(form: forms.BaseForm, names: Mapping[str, str]) -> dict[str, Any]:
    """What the person changed, under the service's names."""
    services = {ours: theirs for theirs, ours in names.items()}
    return {
        services.get(name, name): form.cleaned_data[name] for name in form.changed_data
    }


def is_open(one: CriteriaSet) -> bool:
    """Whether the services would let its owner change it."""
    return one.is_editable and not is_in_use(one)


# --- Sets -------------------------------------------------------------------------


class SetForm(ServiceForm):
    """Names, thresholds, period and the statement of where the set comes from."""

    names: ClassVar[Mapping[str, str]] = SET_NAMES
    statement_vi = forms.CharField(
        label=gettext_lazy("Where it comes from, in Vietnamese"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Shown wherever a criterion is read."),
    )
    statement_en = forms.CharField(
        label=gettext_lazy("Where it comes from, in English"),
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        required=False,
    )

    class Meta:
        model = CriteriaSet
        fields = (
            "name_vi",
            "name_en",
            "year",
            "min_met",
            "min_percent",
            "min_percent_per_category",
            "period_start",
            "period_end",
        )
        localized_fields = ("min_percent", "min_percent_per_category")

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        for name in ("statement_vi", "statement_en"):
            self.initial[name] = self.instance.provenance.get(name, "")


@admin.register(CriteriaSet)
class SetAdmin(ScopedAdmin):
    """Sets of units in scope, and published or working ones from above them."""

    manage = "edit_set"
    form = SetForm
    list_display = ("name", "code", "version", "owner", "year", "state")
    list_filter = ("state", OfUnit)
    list_select_related = ("owner",)
    search_fields = ("code", "name_vi", "name_en", "owner__name")
    ordering = ("owner__sort_key", "code", "-version")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name_vi",
                    "name_en",
                    ("code", "version", "state"),
                    ("owner", "year"),
                    ("copied_from", "published_at"),
                )
            },
        ),
        (
            gettext_lazy("Recognition (empty: not decided)"),
            {"fields": ("min_met", "min_percent", "min_percent_per_category")},
        ),
        (gettext_lazy("Assessment period"), {"fields": ("period_start", "period_end")}),
        (
            gettext_lazy("Where it comes from"),
            {"fields": ("statement_vi", "statement_en", "content_hash")},
        ),
    )
    readonly_fields = (
        "code",
        "version",
        "state",
        "owner",
        "copied_from",
        "published_at",
        "content_hash",
    )

    def in_scope(self, queryset: Any, request: HttpRequest) -> Any:
        """As on the pages of the site: what stands above is read, too."""
        return queryset.for_user(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A set begins as a copy, or is loaded from a file (load_criteria)."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Working sets and drafts of units in scope, while no campaign uses them."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_open(obj))

    @admin.display(description=gettext_lazy("name"), ordering="name_vi")
    def name(self, obj: CriteriaSet) -> str:
        """In the language of the page."""
        return obj.name

    @admin.display(description=gettext_lazy("statement in Vietnamese"))
    def statement_vi(self, obj: CriteriaSet) -> str:
        """For whoever only reads."""
        return obj.provenance.get("statement_vi", "")

    @admin.display(description=gettext_lazy("statement in English"))
    def statement_en(self, obj: CriteriaSet) -> str:
        """For whoever only reads."""
        return obj.provenance.get("statement_en", "")

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Only what was changed."""
        assert row is not None  # noqa: S101 - nothing is added here
        changes = changes_of(form, SET_NAMES)
        return save_set(actor=request.user, criteria_set=row, changes=changes)

    def history_targets(self, obj: Any) -> list[tuple[str, Iterable[int]]]:
        """The set's own trail, and that of its criteria."""
        criteria = obj.criteria.values_list("pk", flat=True)
        return [
            *super().history_targets(obj),
            (Criterion._meta.label_lower, list(criteria)),
        ]

    # --- Copy, publish, retire --------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Its own pages: the three steps of a set's life."""
        steps = {
            "copy": self.copy_view,
            "publish": self.publish_view,
            "retire": self.retire_view,
        }
        own = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"criteria_criteriaset_{name}",
            )
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The set, where it comes from, its criteria, and what can be done with it."""
        one = self.get_object(request, object_id)
        context = {
            **(extra_context or {}),
            "statement": one.statement,
            "criteria": list_criteria(criteria_set=one),
            "may_change": self.has_change_permission(request, one),
            "tools": self._tools(request, one),
        }
        return super().change_view(request, object_id, form_url, context)

    def _tools(self, request: HttpRequest, one: CriteriaSet) -> list[tuple[str, str]]:
        steps = []
        if self.has_change_permission(request):
            steps.append((_("Copy to a unit"), "copy"))
        if may(request.user, "edit_set", one):
            if one.state == SetState.DRAFT:
                steps.append((_("Publish"), "publish"))
            if one.state != SetState.RETIRED:
                steps.append((_("Retire"), "retire"))
        return [
            (label, reverse(f"admin:criteria_criteriaset_{name}", args=[one.pk]))
            for label, name in steps
        ]

    def copy_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose the unit that the copy is for."""
        source = self.get_object(request, object_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        units = managed(AdministrativeUnit.objects.for_user(request.user), request.user)
        form = CopyForm(request.POST or None, units=units)
        if form.is_valid():
            made = self._try(
                request,
                lambda: copy_set(
                    actor=request.user, source=source, owner=form.cleaned_data["owner"]
                ),
                _("Copied. Check every criterion against the annex of the plan."),
            )
            return redirect("admin:criteria_criteriaset_change", (made or source).pk)
        return self.page(
            request,
            "admin/confirm.html",
            title=_("Copy %(name)s") % {"name": source},
            original=source,
            explanation=_(
                "The copy is a draft of its own: correct it, then publish it. The set"
                " it was copied from stays as it is."
            ),
            action=_("Copy"),
            form=form,
        )

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Freeze a draft."""
        return self._step(
            request,
            object_id,
            lambda one: publish_set(actor=request.user, criteria_set=one),
            title=_("Publish %(name)s?"),
            explanation=_(
                "Publish only what was checked against the annex of the plan. A"
                " published set is frozen: it can be copied and retired, not changed."
            ),
            action=_("Publish"),
            done=_("Published. Campaigns may open on it."),
        )

    def retire_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a set out of use."""
        return self._step(
            request,
            object_id,
            lambda one: retire_set(actor=request.user, criteria_set=one),
            title=_("Retire %(name)s?"),
            explanation=_(
                "No campaign opens on a retired set any more. Campaigns on it go on."
            ),
            action=_("Retire"),
            done=_("Retired."),
        )

    def _step(
        self,
        request: HttpRequest,
        object_id: str,
        act: Callable[[CriteriaSet], CriteriaSet],
        *,
        title: str,
        explanation: str,
        action: str,
        done: str,
    ) -> HttpResponse:
        """Ask, then act; what the service refuses is told on the set's page."""
        one = self.get_object(request, object_id)
        if not may(request.user, "edit_set", one):
            raise PermissionDenied
        if request.method == "POST":
            self._try(request, lambda: act(one), done)
            return redirect("admin:criteria_criteriaset_change", one.pk)
        return self.page(
            request,
            "admin/confirm.html",
            title=title % {"name": one},
            original=one,
            explanation=explanation,
            action=action,
        )

    def _try(
        self, request: HttpRequest, act: Callable[[], CriteriaSet], done: str
    ) -> CriteriaSet | None:
        """Call a service and say how it went."""
        try:
            made = act()
        except RuleViolation as refusal:
            for line in refusal.message.splitlines():
                self.message_user(request, line, "error")
            return None
        self.message_user(request, done)
        return made


class CopyForm(forms.Form):
    """The unit that gets the copy."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("For the unit"), queryset=AdministrativeUnit.objects.none()
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]


# --- Criteria ---------------------------------------------------------------------


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
        """While its set can be changed."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_open(obj.criteria_set))

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
