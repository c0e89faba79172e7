"""Admin pages of accounts.

An account is in sight through a membership in scope; a new one comes with its first
membership. One-time passwords are shown in the answer itself, once, and kept nowhere.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardsecurity.accounts.models import User
from wardsecurity.accounts.services import may_touch, reset_password, update_account
from wardsecurity.admin import administered
from wardsecurity.errors import RuleViolation
from wardsecurity.forms import DayField
from wardsecurity.permissions import Role
from wardsecurity.wards.admin.imports import ListAdmin
from wardsecurity.wards.admin.seats import SeatForm
from wardsecurity.wards.invitations import invite
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
)


class AccountForm(SeatForm):
    """A new account with its first membership; later its name, e-mail, and whether it
    may sign in.
    """

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), queryset=AdministrativeUnit.objects.none()
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role)
    position = forms.CharField(label=gettext_lazy("Position"), max_length=160)
    participating_unit = forms.ModelChoiceField(
        label=gettext_lazy("Participating unit"),
        queryset=ParticipatingUnit.objects.none(),
        required=False,
    )
    valid_from = DayField(label=gettext_lazy("From"), required=False)

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "is_active")


_PERSON = ("username", "full_name", "email")
_SEAT = ("unit", "role", "position", "participating_unit", "valid_from")


@admin.register(User)
class AccountAdmin(ListAdmin):
    """Accounts with a membership in scope."""

    list_key = "people"

    manage = "manage_accounts"
    with_predecessors = False
    form = AccountForm
    list_display = ("username", "full_name", "serves", "is_active", "waiting")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name")

    def in_scope(self, queryset: Any, request: HttpRequest) -> Any:
        """By any membership in scope, ended ones too; only these come along."""
        mine = administered(
            Membership.objects.for_user(request.user),
            request.user,
            with_predecessors=self.with_predecessors,
        )
        seats = models.Prefetch(
            "memberships", mine.select_related("unit"), to_attr="seats"
        )
        own = mine.filter(user_id=models.OuterRef("pk"))
        return queryset.filter(models.Exists(own)).prefetch_related(seats)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Others' accounts only, and only while all their roles lie in reach."""
        if obj is None:
            return super().has_change_permission(request)
        return may_touch(request.user, obj)

    # --- The list ---------------------------------------------------------------

    @admin.display(description=gettext_lazy("serves as"))
    def serves(self, obj: Any) -> SafeString:
        """The memberships in scope, each leading to its page."""
        return format_html_join(
            "; ",
            '<a href="{}">{}, {}</a>',
            (
                (
                    reverse("admin:wards_membership_change", args=[one.pk]),
                    one.position,
                    one.unit,
                )
                for one in obj.seats
            ),
        )

    @admin.display(boolean=True, description=gettext_lazy("password changed"))
    def waiting(self, obj: Any) -> bool:
        """Whether the one-time password was replaced by an own one."""
        return not obj.must_change_password

    # --- The form ---------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new account says where it serves; a known one shows it."""
        if obj is None:
            return (
                (None, {"fields": _PERSON}),
                (gettext_lazy("First membership"), {"fields": _SEAT}),
            )
        return ((None, {"fields": (*_PERSON, "is_active", "serves", "waiting")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A sign-in name is for ever: the trail prints it."""
        return ("username", "serves", "waiting", *_SEAT) if obj else ()

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Invite somebody new, or correct an account."""
        facts = form.cleaned_data
        if row is None:
            invitation = invite(actor=request.user, **facts)
            request.one_time_password = invitation.password  # type: ignore[attr-defined]
            return invitation.user
        return update_account(actor=request.user, user=row, **facts)

    def history_targets(self, obj: Any) -> list[tuple[str, Iterable[int]]]:
        """The account's own trail, and that of its memberships."""
        return [
            *super().history_targets(obj),
            (Membership._meta.label_lower, [one.pk for one in obj.seats]),
        ]

    # --- One-time passwords -----------------------------------------------------

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the one-time password in the answer: it is nowhere else."""
        password = request.one_time_password  # type: ignore[attr-defined]
        return self._password_page(request, obj, password)

    def _password_page(
        self, request: HttpRequest, user: User, password: str
    ) -> HttpResponse:
        return self.page(
            request,
            "admin/one_time_password.html",
            title=_("One-time password"),
            account=user,
            password=password,
        )

    def get_urls(self) -> list[URLPattern]:
        """Its own page: a new one-time password."""
        view = self.admin_site.admin_view(self.reset_password_view)
        own = path(
            "<path:object_id>/reset-password/",
            view,
            name="accounts_user_reset_password",
        )
        return [own, *super().get_urls()]

    def reset_password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then show the new password once."""
        user = self.get_object(request, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method != "POST":
            return self.page(
                request,
                "admin/confirm.html",
                title=_("Reset the password of %(name)s?") % {"name": user},
                original=user,
                explanation=_(
                    "The present password stops working, and the account is signed out"
                    " everywhere. You see the new one-time password once."
                ),
                action=_("Reset password"),
            )
        try:
            handed = reset_password(actor=request.user, user=user)
        except RuleViolation as refusal:
            self.message_user(request, refusal.message, "error")
            return redirect("admin:accounts_user_change", user.pk)
        return self._password_page(request, handed.user, handed.password)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the password page whoever may use it."""
        user = self.get_object(request, object_id)
        tools = []
        if self.has_change_permission(request, user):
            url = reverse("admin:accounts_user_reset_password", args=[user.pk])
            tools.append((_("Reset password"), url))
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "tools": tools}
        )
