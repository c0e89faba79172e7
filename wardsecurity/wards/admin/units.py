"""Admin pages of administrative units and of the bodies that take part in a ward."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wardsecurity.admin import (
    OfUnit,
    ScopedAdmin,
    ServiceForm,
    administered,
    managed,
    pk_of,
)
from wardsecurity.permissions import may
from wardsecurity.wards.admin.imports import ListAdmin
from wardsecurity.wards.models import (
    BELOW,
    COMMUNE_LEVEL,
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
    SuccessionKind,
    UnitKind,
    UnitSuccession,
)
from wardsecurity.wards.selectors import posts_left, predecessors_of, successors_of
from wardsecurity.wards.services import (
    create_unit,
    save_participating_unit,
    update_unit,
)
from wardsecurity.wards.succession_rules import days_of_succession


def managed_units(request: HttpRequest) -> Any:
    """Units in which this person adds and changes things."""
    return managed(AdministrativeUnit.objects.for_user(request.user), request.user)


def chosen(form: forms.BaseForm, name: str) -> int:
    """The pk that a choice list was sent or begun with, before it is validated."""
    return pk_of(form.data.get(name) if form.is_bound else form.initial.get(name))


class UnitForm(ServiceForm):
    """A unit below one that the person manages."""

    class Meta:
        model = AdministrativeUnit
        fields = ("slug", "name", "kind", "parent", "code", "valid_from", "valid_to")

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        if "parent" in self.fields:
            self.fields["parent"].required = True
            self.fields["parent"].queryset = managed_units(self.request).filter(  # type: ignore[attr-defined]
                kind__in=BELOW
            )
        if "kind" in self.fields:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                ("", "---------"),
                *(one for one in UnitKind.choices if one[0] != UnitKind.COUNTRY),
            ]


def _posts(
    request: HttpRequest, successions: list[UnitSuccession]
) -> list[dict[str, Any]]:
    """Posts held in units that were followed, by successor, with where to give them."""
    seen = Membership.objects.for_user(request.user)
    mine = administered(seen, request.user, with_predecessors=False)
    groups: dict[int, dict[str, Any]] = {}
    for one in posts_left(memberships=mine, successions=successions):
        successor = one.succession.successor
        if successor.pk not in groups:
            may_give = may(request.user, "manage_accounts", successor)
            url = _giving(one.succession) if may_give else ""
            groups[successor.pk] = {"unit": successor, "url": url, "posts": []}
        own = one.membership.user_id == request.user.pk
        may_give = groups[successor.pk]["url"] and not own and not one.is_given
        url = _giving(one.succession, one.membership) if may_give else ""
        groups[successor.pk]["posts"].append((one, url))
    return list(groups.values())


def _giving(succession: UnitSuccession, post: Membership | None = None) -> str:
    """The form of a new membership in the successor, begun as the old one is."""
    begun: dict[str, Any] = {"unit": succession.successor_id}
    if succession.effective_on > timezone.localdate():
        begun["valid_from"] = f"{succession.effective_on:%d/%m/%Y}"
    if post is not None:
        begun |= {"user": post.user_id, "role": post.role, "position": post.position}
    return f"{reverse('admin:wards_membership_add')}?{urlencode(begun)}"


@admin.register(AdministrativeUnit)
class UnitAdmin(ScopedAdmin):
    """Wards and other units: added below a unit in scope, and corrected."""

    form = UnitForm
    list_display = ("name", "kind", "parent", "slug", "code", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "slug", "code")
    fields = ("name", "slug", "kind", "parent", "code", "valid_from", "valid_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Slug, kind and parent are for ever: addresses and scope hang on them.

        So is the day on which the unit followed another, or was followed.
        """
        if obj is None:
            return ()
        return ("slug", "kind", "parent", *days_of_succession(obj))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The unit, who went before and after it, and what may follow."""
        unit = self.get_object(request, object_id)
        user = request.user
        before = predecessors_of(user=user, unit=unit)
        after = successors_of(user=user, unit=unit)
        next_to_it = [
            *(row for row in before if row.successor_id == unit.pk),
            *(row for row in after if row.predecessor_id == unit.pk),
        ]
        context = {
            **(extra_context or {}),
            "before": before,
            "after": after,
            "posts": _posts(request, next_to_it) if next_to_it else [],
            "tools": self._tools(request, unit),
        }
        return super().change_view(request, object_id, form_url, context)

    def _tools(
        self, request: HttpRequest, unit: AdministrativeUnit
    ) -> list[tuple[str, str]]:
        """The steps that end a unit, while it is not followed by another."""
        if (
            not may(request.user, "manage_units", unit)
            or unit.kind == UnitKind.COUNTRY
            or UnitSuccession.objects.filter(predecessor=unit).exists()
        ):
            return []
        steps = {
            SuccessionKind.MERGE: gettext("Merge"),
            SuccessionKind.SPLIT: gettext("Divide"),
            SuccessionKind.RENAME: gettext("Rename"),
            SuccessionKind.TRANSFER: gettext("Transfer"),
        }
        return [
            (label, f"{reverse(f'admin:wards_unitsuccession_{kind}')}?unit={unit.pk}")
            for kind, label in steps.items()
        ]

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Add or correct; the service keeps the closure."""
        facts = dict(form.cleaned_data)
        if row is None:
            return create_unit(actor=request.user, **facts)
        shown = {"valid_from": row.valid_from, "valid_to": row.valid_to}
        return update_unit(actor=request.user, unit=row, **{**shown, **facts})


class ParticipatingUnitForm(ServiceForm):
    """A body of a ward; what it is attached to is chosen among that ward's."""

    class Meta:
        model = ParticipatingUnit
        fields = (
            "ward",
            "name",
            "kind",
            "signs",
            "attached_to",
            "valid_from",
            "valid_to",
        )

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        ward_id = self.instance.ward_id or chosen(self, "ward")
        if "ward" in self.fields:
            self.fields["ward"].queryset = managed_units(self.request).filter(  # type: ignore[attr-defined]
                kind__in=COMMUNE_LEVEL
            )
        if "attached_to" in self.fields:
            field = self.fields["attached_to"]
            field.queryset = field.queryset.filter(ward_id=ward_id).exclude(  # type: ignore[attr-defined]
                pk=self.instance.pk
            )
            if not ward_id:
                field.help_text = _("Offered once the unit is saved with its ward.")


@admin.register(ParticipatingUnit)
class ParticipatingUnitAdmin(ListAdmin):
    """Bodies that take part in a ward."""

    list_key = "bodies"

    form = ParticipatingUnitForm
    list_display = ("name", "kind", "ward", "signs", "valid_from", "valid_to")
    list_filter = ("kind", "signs", OfUnit)
    list_select_related = ("ward",)
    search_fields = ("name", "ward__name")
    fields = ParticipatingUnitForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A body stays in its ward."""
        return ("ward",) if obj else ()

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Add or correct."""
        facts = dict(form.cleaned_data)
        ward = facts.pop("ward", None) or row.ward  # type: ignore[union-attr]
        return save_participating_unit(actor=request.user, ward=ward, unit=row, **facts)
