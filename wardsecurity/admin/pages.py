"""Pages of rows in scope, by role, saved through services, never deleted.

Everything an admin page shows or offers comes through `ScopedAdmin.get_queryset`, and
everything it changes goes through a service, so that the pages here can do no more than
the pages of the site: the same scope, the same check, the same trail.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardsecurity.admin.forms import ServiceForm
from wardsecurity.admin.history import HistoryLine
from wardsecurity.audit.selectors import history_of
from wardsecurity.errors import RuleViolation
from wardsecurity.forms import DayField
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import ADMIN_SITE_ROLES, Role, may
from wardsecurity.scoping import WardScopedQuerySet, scope_of

HISTORY_LENGTH = 200


def administered(queryset: Any, user: Any, *, with_predecessors: bool = True) -> Any:
    """Keep rows of units where `user` holds a province role.

    Somebody may serve a province and be staff of a ward elsewhere: what they read there
    as staff, they do not administer. Units that are read as another's predecessors only
    come along, unless `with_predecessors` is False.
    """
    path = "pk" if queryset.unit_path == "self" else f"{queryset.unit_path}_id"
    seats = scope_of(user, ADMIN_SITE_ROLES).filter(unit_id=models.OuterRef(path))
    if not with_predecessors:
        seats = seats.filter(read_only=False)
    return queryset.filter(models.Exists(seats))


def managed(queryset: Any, user: Any) -> Any:
    """Keep rows of units where `user` is a province admin: what forms may offer."""
    path = "pk" if queryset.unit_path == "self" else f"{queryset.unit_path}_id"
    seats = scope_of(user, [Role.PROVINCE_ADMIN]).filter(read_only=False)
    return queryset.filter(models.Exists(seats.filter(unit_id=models.OuterRef(path))))


class OfUnit(admin.SimpleListFilter):
    """Rows of one unit: pages of a unit link here, the list itself offers no menu."""

    title = gettext_lazy("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """Only the unit asked for, by its name if it is in sight."""
        pk = self.used_parameters.get(self.parameter_name)
        if not pk:
            return []
        unit = visible_units(request).filter(pk=pk_of(pk)).first()
        return [(pk, str(unit) if unit else "–")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Its rows among those in scope."""
        if not self.value():
            return queryset
        return queryset.filter(**{f"{queryset.unit_path}_id": pk_of(self.value())})


def pk_of(text: Any) -> int:
    """A pk as somebody typed or sent it; 0, which no row has, for anything else."""
    return whole_number(str(text)) or 0


def visible_units(request: HttpRequest) -> Any:
    """Units the admin pages show this person."""
    from django.apps import apps

    units = apps.get_model("wards.AdministrativeUnit")
    return admin.site.get_model_admin(units).get_queryset(request)


class ScopedAdmin(admin.ModelAdmin):
    """Rows in scope only, by role, saved through services, never deleted."""

    # Whether rows of predecessors that are only read are shown; those on people are
    # not: another province's people are none of ours (docs/decisions/0013).
    with_predecessors = True
    manage = "manage_units"  # the action of permissions.ACTIONS that changing needs
    form = ServiceForm
    actions = None
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateField: {"form_class": DayField, "widget": DayField.widget},
    }

    # --- What is seen -----------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        """Rows in scope; nothing else is ever listed, opened, offered or counted."""
        return self.in_scope(super().get_queryset(request), request)

    def in_scope(self, queryset: Any, request: HttpRequest) -> Any:
        """The door: `for_user`, and of that what is administered."""
        assert isinstance(queryset, WardScopedQuerySet)  # noqa: S101 - a model's duty
        return administered(
            queryset.for_user(request.user),
            request.user,
            with_predecessors=self.with_predecessors,
        )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row; 404 alike when it is out of sight and when there is none."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; a value that no database takes (NUL, the year -1) filters nothing.

        Django then shows the list as it is, with a word about it.
        """
        try:
            return super().get_changelist_instance(request)
        except ValueError as error:
            raise IncorrectLookupParameters from error

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> Any:
        """As Django's; PostgreSQL takes no NUL, not even to look for."""
        words = search_term.replace("\0", "")
        return super().get_search_results(request, queryset, words)

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Only what the filters of the list offer: no probing of other columns."""
        field, *more = lookup.split("__")
        for one in self.get_list_filter(request):
            if isinstance(one, str):
                offered = field == one and len(more) <= 1
            else:
                offered = lookup == one.parameter_name  # type: ignore[union-attr]
            if offered:
                return True
        return False

    # --- Who does what ----------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever the site lets in sees what there is."""
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are scoped before they get here."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Province admins; of which unit, the service checks."""
        return Role.PROVINCE_ADMIN in request.user.admin_site_roles  # type: ignore[union-attr]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As the service will decide for this very row."""
        if obj is None:
            return Role.PROVINCE_ADMIN in request.user.admin_site_roles  # type: ignore[union-attr]
        return may(request.user, self.manage, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here: it is ended, retired or withdrawn."""
        return False

    # --- Forms ------------------------------------------------------------------

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only rows in scope of the person who looks."""
        related = db_field.related_model
        if admin.site.is_registered(related):
            page = admin.site.get_model_admin(related)
            kwargs["queryset"] = page.get_queryset(request)
        else:  # the form says what it offers
            kwargs["queryset"] = related._default_manager.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Plain choice lists: no pop-up windows beside them."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form of this request: it knows who asks, and what was refused."""
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (form,), {"refusal": refusal, "request": request})

    # --- Saving -----------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As Django's; what a service refuses comes back as an error in the form."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            return self._posted(request, object_id, form_url, extra_context)
        except RuleViolation as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
        except IntegrityError:
            request.refusal = RuleViolation(  # type: ignore[attr-defined]
                _("Somebody else changed this meanwhile. Check it and try again."),
                code="changed_meanwhile",
            )
        # The transaction was taken back; the same form again, with the sentences.
        return self._posted(request, object_id, form_url, extra_context)

    @transaction.atomic
    def _posted(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        """Hold the row while what was typed is compared with it and saved.

        Else of two who save at the same moment both would find it as they had opened
        it. The lock lets rows refer to this one (no_key), so that it waits for nobody
        who holds the unit.
        """
        if object_id is not None:
            rows = self.get_queryset(request).filter(pk=pk_of(unquote(object_id)))
            rows.select_for_update(of=("self",), no_key=True).first()
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(  # type: ignore[override]
        self, request: HttpRequest, context: dict[str, Any], **options: Any
    ) -> Any:
        """As Django's; the faults are counted and told by admin/_faults.html."""
        context["errors"] = []
        return super().render_change_form(request, context, **options)

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Call the service that makes (`row` is None) or changes a row; return it."""
        raise PermissionDenied

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """Through the service, whose row takes this one's place."""
        stored = type(obj)._default_manager.get(pk=obj.pk) if change else None
        obj.pk = self.write(request, form, stored).pk
        obj.refresh_from_db()

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Nothing hangs on these forms that the service did not write."""

    # --- The trail is the history -----------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The trail has it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """The trail has it."""

    def history_targets(self, obj: Any) -> list[tuple[str, Iterable[int]]]:
        """The records whose trail is this row's history."""
        return [(obj._meta.label_lower, [obj.pk])]

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the trail says of this row, newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, object_id)
        told = history_of(
            user=request.user, targets=self.history_targets(obj), limit=HISTORY_LENGTH
        )
        return self.page(
            request,
            "admin/trail_history.html",
            title=_("History: %(name)s") % {"name": obj},
            object=obj,
            lines=[HistoryLine(one) for one in told],
        )

    def page(
        self, request: HttpRequest, template: str, status: int = 200, **context: Any
    ) -> TemplateResponse:
        """A page of ours in the frame of the admin site."""
        shared = self.admin_site.each_context(request)
        return TemplateResponse(
            request,
            template,
            {**shared, "opts": self.opts, **context},
            status=status,
        )


class ReadOnlyAdmin(ScopedAdmin):
    """Rows to read, for everybody whom the site lets in."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No."""
        return False
