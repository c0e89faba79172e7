"""Admin pages of memberships: granted, ended, handed over, never rewritten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardsecurity.accounts.models import User
from wardsecurity.admin import OfUnit, ScopedAdmin
from wardsecurity.admin.steps import Section, Step, take_step
from wardsecurity.forms import DayField
from wardsecurity.wards.admin.seats import SeatForm, called
from wardsecurity.wards.handing_over import hand_over
from wardsecurity.wards.models import Membership
from wardsecurity.wards.services import end_membership, grant_membership
from wardsecurity.wards.terms import DAY


class MembershipForm(SeatForm):
    """A new membership, or the end of one."""

    class Meta:
        model = Membership
        fields = (
            "user",
            "unit",
            "role",
            "position",
            "participating_unit",
            "valid_from",
            "valid_to",
        )

    def begin(self) -> None:
        """Offer what lies in scope; show what is stored elsewhere than in columns."""
        if "user" in self.fields:
            self.fields["user"].label_from_instance = called  # type: ignore[attr-defined]
        if self.instance.pk and "valid_to" in self.fields:
            self.fields["valid_to"].required = True
            self.fields["valid_to"].help_text = gettext_lazy("The last day it holds.")


class HandOverForm(forms.Form):
    """Who holds a post next, and until when it is still held."""

    to_user = forms.ModelChoiceField(
        label=gettext_lazy("Handed over to"), queryset=User.objects.none()
    )
    on = DayField(
        label=gettext_lazy("Last day of the person before"),
        help_text=gettext_lazy(
            "The next person begins the day after; it may lie ahead."
        ),
    )
    position = forms.CharField(label=gettext_lazy("Position"), max_length=160)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_user"].queryset = people  # type: ignore[attr-defined]
        self.fields["to_user"].label_from_instance = called  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The form as the page shows it."""
        return [(_("Handing over"), list(self))]

    def refuse(self, field: str | None, sentence: str) -> None:
        """Put what a service refused beside its field."""
        names = {"user": "to_user", "valid_from": "on", "valid_to": "on"}
        name = names.get(field or "", field)
        self.add_error(name if name in self.fields else None, sentence)


def _foretold(row: Membership, new: Membership) -> list[str]:
    """What handing a post over does, in sentences."""
    said = [
        _("%(person)s serves as %(post)s until %(day)s.")
        % {
            "person": called(row.user),
            "post": row.position,
            "day": f"{new.valid_from - DAY:%d/%m/%Y}",
        },
        _("%(person)s serves as %(post)s from %(day)s on.")
        % {
            "person": called(new.user),
            "post": new.position,
            "day": f"{new.valid_from:%d/%m/%Y}",
        },
    ]
    if new.valid_to:
        said.append(
            _("The term ends on %(day)s, as before.")
            % {"day": f"{new.valid_to:%d/%m/%Y}"}
        )
    if new.participating_unit:
        said.append(_("Both act for %(unit)s.") % {"unit": new.participating_unit})
    said.append(_("What was recorded stays with who recorded it."))
    return said


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """Who serves where: granted and ended, never rewritten."""

    manage = "manage_accounts"
    with_predecessors = False
    form = MembershipForm
    list_display = (
        "user",
        "role",
        "position",
        "unit",
        "participating_unit",
        "valid_from",
        "valid_to",
    )
    list_filter = ("role", OfUnit)
    list_select_related = ("user", "unit", "participating_unit")
    search_fields = ("user__username", "user__full_name", "position", "unit__name")
    fields = MembershipForm.Meta.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody ends the own membership."""
        own = obj is not None and obj.user_id == request.user.pk
        return not own and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that stays is when it ends."""
        return [name for name in self.fields if name != "valid_to"] if obj else ()

    # --- Handing a post over ------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Its own page: somebody else holds the post from a day on."""
        view = self.admin_site.admin_view(self.hand_over_view)
        own = path(
            "<path:object_id>/hand-over/", view, name="wards_membership_hand_over"
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the handing over whoever may do it."""
        row = self.get_object(request, object_id)
        tools = []
        if self.has_change_permission(request, row):
            url = reverse("admin:wards_membership_hand_over", args=[row.pk])
            tools.append((_("Hand the post over"), url))
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "tools": tools}
        )

    def hand_over_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose who and when, see what will happen, confirm."""
        row = self.get_object(request, object_id)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        people = admin.site.get_model_admin(User).get_queryset(request)
        form = HandOverForm(
            request.POST if request.method == "POST" else None,
            initial={"position": row.position},
            people=people.filter(is_active=True).exclude(
                pk__in=[request.user.pk, row.user_id]
            ),
        )
        step = Step(
            title=_("Hand the post over: %(post)s") % {"post": row.position},
            action=_("Hand the post over"),
            explanation=_(
                "%(person)s serves as %(post)s in %(unit)s since %(day)s. Somebody who"
                " has no account yet is given one first."
            )
            % {
                "person": called(row.user),
                "post": row.position,
                "unit": row.unit,
                "day": f"{row.valid_from:%d/%m/%Y}",
            },
            act=lambda: hand_over(
                actor=request.user, membership=row, **form.cleaned_data
            ),
            foretell=lambda new: [Section(str(row.unit), _foretold(row, new))],
            done=lambda new: self._handed_over(request, new),
            context={"original": row},
        )
        return take_step(self, request, form, step)

    def _handed_over(self, request: HttpRequest, new: Membership) -> str:
        self.message_user(
            request,
            _("%(person)s holds the post from %(day)s on.")
            % {"person": called(new.user), "day": f"{new.valid_from:%d/%m/%Y}"},
        )
        return reverse("admin:wards_membership_change", args=[new.pk])

    def write(self, request: HttpRequest, form: Any, row: Any | None) -> Any:
        """Grant or end."""
        facts = form.cleaned_data
        if row is None:
            return grant_membership(actor=request.user, **facts)
        return end_membership(
            actor=request.user, membership=row, last_day=facts["valid_to"]
        )
