"""The admin site: who gets in, and which of Django's own pages it has."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from wardsecurity.admin.pages import ScopedAdmin
from wardsecurity.permissions import ADMIN_SITE_ROLES
from wardsecurity.scoping import open_on


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

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As Django's, with the unit whose page over many wards the person has."""
        return {**super().each_context(request), "province": _province(request)}

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

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """As Django's; asked of a relation that no form has, it says no, not 500."""
        asked = request.GET
        try:
            model = apps.get_model(
                asked.get("app_label", ""), asked.get("model_name", "")
            )
            field = model._meta.get_field(asked.get("field_name", ""))
        except (LookupError, FieldDoesNotExist) as error:
            raise PermissionDenied from error
        if not field.concrete or not field.is_relation:
            raise PermissionDenied
        return super().autocomplete_view(request)

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


def _province(request: HttpRequest) -> Any:
    """Where this person holds a province role, a province before the country; or None.

    One query.
    """
    memberships = apps.get_model("wards.Membership")._default_manager
    held = memberships.filter(
        open_on(timezone.localdate()),
        user_id=request.user.pk,
        role__in=ADMIN_SITE_ROLES,
        unit__kind__in=("country", "province"),
    )
    row = held.select_related("unit").order_by("-unit__kind", "pk").first()
    return row.unit if row else None
