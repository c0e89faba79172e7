"""The admin site of the provincial police: plain, scoped, by role.

Everything an admin page shows or offers comes through `ScopedAdmin.get_queryset`, and
everything it changes goes through a service, so that the pages here can do no more than
the pages of the site: the same scope, the same check, the same trail.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from wardsecurity.audit.selectors import Told, history_of
from wardsecurity.audit.services import digest
from wardsecurity.audit.words import action_words
from wardsecurity.errors import RuleViolation
from wardsecurity.forms import DayField
from wardsecurity.permissions import ADMIN_SITE_ROLES, Role, may
from wardsecurity.scoping import WardScopedQuerySet, scope_of

HISTORY_LENGTH = 200


class ProvinceAdminSite(admin.AdminSite):
    """Open to province verifiers (who read) and province admins (who change)."""

    site_header = gettext_lazy("Administration for the provincial police")
    site_title = gettext_lazy("Administration")
    index_title = gettext_lazy("What to manage")
    index_template = "admin/province_index.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """By membership today, whatever the address."""
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False))

    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:
        """Take scoped pages only: groups and e-mail addresses of packages stay out."""
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Tell people of other roles no (403), instead of asking them to sign in."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self) -> list[Any]:
        """Leave out "view on site", which tells whether any row of any table exists."""
        return [
            one
            for one in super().get_urls()
            if getattr(one, "name", "") != "view_on_site"
        ]

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everybody does: one page, one rate limit."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or "/admin/")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Sign out as everywhere else."""
        from allauth.account.views import logout

        return logout(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The password page of the site."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """The same."""
        return redirect("account_change_password")


def administered(queryset: Any, user: Any) -> Any:
    """Keep rows of units where `user` holds a province role.

    Somebody may serve a province and be staff of a ward elsewhere: what they read there
    as staff, they do not administer.
    """
    path = "pk" if queryset.unit_path == "self" else f"{queryset.unit_path}_id"
    seats = scope_of(user, ADMIN_SITE_ROLES).filter(unit_id=models.OuterRef(path))
    return queryset.filter(models.Exists(seats))


def managed(queryset: Any, user: Any) -> Any:
    """Keep rows of units where `user` is a province admin: what forms may offer."""
    path = "pk" if queryset.unit_path == "self" else f"{queryset.unit_path}_id"
    seats = scope_of(user, [Role.PROVINCE_ADMIN]).filter(read_only=False)
    return queryset.filter(models.Exists(seats.filter(unit_id=models.OuterRef(path))))


class SeenField(forms.CharField):
    """What a row held when its form was opened; never a change in itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """No."""
        return False


class ServiceForm(forms.ModelForm):
    """A form whose saving is a service's: it shows what the service refused.

    It also remembers what the row held when it was opened, so that whoever saves second
    is told, and overwrites nothing unknowingly.
    """

    refusal: ClassVar[RuleViolation | None] = None
    # The service's name of a field: the form's, where they differ.
    names: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"] = SeenField(required=False)
        self.begin()
        self.initial["seen"] = digest(repr(sorted(self.initial.items())))

    def begin(self) -> None:
        """Set initial values and choice lists; for subclasses."""

    def clean(self) -> dict[str, Any]:
        """Put the refusal's sentences beside their fields."""
        cleaned = super().clean() or self.cleaned_data
        seen, now = cleaned.pop("seen", ""), self.initial["seen"]
        if self.instance.pk and seen and seen != now:
            sent: Any = self.data
            self.data = sent = sent.copy()
            sent["seen"] = now  # a second save is meant
            self.add_error(
                None,
                _(
                    "Somebody else changed this since you opened it. Your entries are"
                    " kept here: compare them in another window, then save once more."
                ),
            )
        for field, sentence in self.refusal.sentences if self.refusal else []:
            name = self.names.get(field or "", field)
            self.add_error(name if name in self.fields else None, sentence)
        return cleaned


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
    digits = str(text)
    is_pk = digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if is_pk else 0


def visible_units(request: HttpRequest) -> Any:
    """Units the admin pages show this person."""
    from django.apps import apps

    units = apps.get_model("wards.AdministrativeUnit")
    return admin.site.get_model_admin(units).get_queryset(request)


class ScopedAdmin(admin.ModelAdmin):
    """Rows in scope only, by role, saved through services, never deleted."""

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
        return administered(queryset.for_user(request.user), request.user)

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
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except RuleViolation as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
        except IntegrityError:
            request.refusal = RuleViolation(  # type: ignore[attr-defined]
                _("Somebody else changed this meanwhile. Check it and try again."),
                code="changed_meanwhile",
            )
        # The transaction was taken back; the same form again, with the sentences.
        return super().changeform_view(request, object_id, form_url, extra_context)

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


class HistoryLine:
    """One entry of the trail, in words."""

    def __init__(self, told: Told) -> None:
        self.entry = told.entry
        self.what = action_words(told.entry.action)
        names = [
            *told.before,
            *(name for name in told.after if name not in told.before),
        ]
        self.changes = [
            (name, told.before.get(name), told.after.get(name)) for name in names
        ]
        self.texts = list(told.texts.items())
