"""Admin pages of criteria sets: read, corrected while a draft, copied, published."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from criteria.admin.set_files import SetFilePages
from criteria.models import CriteriaSet, Criterion, SetState
from criteria.selectors.sets import list_criteria, same_name, says_working
from criteria.services.set_files import SetContent
from criteria.services.sets import (
    copy_set,
    is_in_use,
    publish_set,
    retire_set,
    save_set,
)
from wardsecurity.admin import OfUnit, ServiceForm, managed
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may
from wardsecurity.wards.models import AdministrativeUnit

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


def changes_of(form: forms.BaseForm, names: Mapping[str, str]) -> dict[str, Any]:
    """What the person changed, under the service's names."""
    services = {ours: theirs for theirs, ours in names.items()}
    return {
        services.get(name, name): form.cleaned_data[name] for name in form.changed_data
    }


def is_open(one: CriteriaSet) -> bool:
    """Whether the services would let its owner change it."""
    return one.is_editable and not is_in_use(one)


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
class SetAdmin(SetFilePages):
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
    change_list_template = "admin/criteria/criteriaset/change_list.html"
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
        """Working sets and drafts of units in scope, while no campaign uses them.

        What is sent goes to the service, which says why it is too late: a form that was
        open while somebody published the set comes back with what was typed in it.
        """
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or request.method == "POST" or is_open(obj))

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

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, and for those who may, the way to send a file."""
        context = {
            **(extra_context or {}),
            "may_import": self.has_change_permission(request),
        }
        return super().changelist_view(request, context)

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
            *self.tools_of_files(request, one),
            *(
                (label, reverse(f"admin:criteria_criteriaset_{name}", args=[one.pk]))
                for label, name in steps
            ),
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
            lambda one: publish_set(
                actor=request.user,
                criteria_set=one,
                seen_hash=request.POST.get("seen"),
            ),
            title=_("Publish %(name)s?"),
            explanation=_(
                "Publish only what was checked against the annex of the plan. A"
                " published set is frozen: it can be copied and retired, not changed."
            ),
            action=_("Publish"),
            done=_("Published. Campaigns may open on it."),
            warn=_warnings,
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
        warn: Callable[[CriteriaSet], list[tuple[str, str]]] | None = None,
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
            seen=one.content_hash,
            warnings=warn(one) if warn else [],
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


def _warnings(one: CriteriaSet) -> list[tuple[str, str]]:
    """What the ward's page says before a set is published: what is still unchecked."""
    said = []
    if unchecked := SetContent.of(one).unchecked:
        title = ngettext(
            "%(n)s criterion is still marked as drafted by the project, or not read in"
            " full",
            "%(n)s criteria are still marked as drafted by the project, or not read in"
            " full",
            len(unchecked),
        ) % {"n": len(unchecked)}
        numbers = ", ".join(str(row.number) for row in unchecked)
        advice = _("Check them against the annex of the ward's plan.")
        said.append((title, f"{numbers}. {advice}"))
    if says_working(one):
        said.append(
            (
                _(
                    "The statement of where the set comes from is still that of the"
                    " working set"
                ),
                _(
                    "It is shown wherever a criterion is read. Write which plan and"
                    " annex the set follows."
                ),
            )
        )
    if same_name(one):
        said.append(
            (
                _("The name of the set is still that of the working set"),
                _("It is shown on every page and printed paper. Write the ward's own."),
            )
        )
    return said


class CopyForm(forms.Form):
    """The unit that gets the copy."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("For the unit"), queryset=AdministrativeUnit.objects.none()
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = units  # type: ignore[attr-defined]
