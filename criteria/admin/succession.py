"""Admin pages of successions: merge, divide, rename and transfer units.

Each is chosen, shown in words with all it leaves behind, and confirmed.
"""

import datetime as dt
from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from criteria.forms.succession import (
    MergeForm,
    RenameForm,
    SplitForm,
    SuccessionForm,
    TransferForm,
)
from criteria.selectors.succession import Left, left_by, sets_for_successors
from criteria.services.succession import Followed, succeed
from wardsecurity.admin import ReadOnlyAdmin, managed, pk_of
from wardsecurity.admin.steps import Section, Step, take_step
from wardsecurity.permissions import ADMIN_SITE_ROLES, Role
from wardsecurity.scoping import scope_of
from wardsecurity.wards.models import (
    AdministrativeUnit,
    SuccessionKind,
    UnitSuccession,
)

FORMS: dict[str, type[SuccessionForm]] = {
    SuccessionKind.MERGE: MergeForm,
    SuccessionKind.SPLIT: SplitForm,
    SuccessionKind.RENAME: RenameForm,
    SuccessionKind.TRANSFER: TransferForm,
}
TITLES = {
    SuccessionKind.MERGE: gettext_lazy("Merge units"),
    SuccessionKind.SPLIT: gettext_lazy("Divide a unit"),
    SuccessionKind.RENAME: gettext_lazy("Rename a unit"),
    SuccessionKind.TRANSFER: gettext_lazy("Transfer a unit"),
}
EXPLANATIONS = {
    SuccessionKind.MERGE: gettext_lazy(
        "Several units end and go on as one. Their years, people and papers stay where"
        " they are: the new unit reads them and does not change them."
    ),
    SuccessionKind.SPLIT: gettext_lazy(
        "One unit ends and goes on as several, below the same unit. Each of them reads"
        " the years of the old one."
    ),
    SuccessionKind.RENAME: gettext_lazy(
        "A unit with another name or of another kind is a new unit: addresses and"
        " printed papers of the old one go on being true. To mend a slip of the pen,"
        " correct the unit instead."
    ),
    SuccessionKind.TRANSFER: gettext_lazy(
        "A unit below another one is a new unit. Those above its new place read its old"
        " years; those above its old place keep them."
    ),
}


@admin.register(UnitSuccession)
class SuccessionAdmin(ReadOnlyAdmin):
    """Who followed whom, when, by which decision; and the four ways to it."""

    list_display = (
        "predecessor",
        "kind",
        "successor",
        "effective_on",
        "document_number",
        "issuer",
    )
    list_display_links = ("predecessor",)
    list_filter = ("kind",)
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name", "document_number")
    change_list_template = "admin/successions.html"
    fields = (
        "predecessor",
        "successor",
        "kind",
        "effective_on",
        "document_number",
        "document_date",
        "issuer",
    )

    def in_scope(self, queryset: Any, request: HttpRequest) -> Any:
        """By either unit, as far as this person administers it."""
        either = models.Q(unit_id=models.OuterRef("predecessor_id")) | models.Q(
            unit_id=models.OuterRef("successor_id")
        )
        seats = scope_of(request.user, ADMIN_SITE_ROLES).filter(either)
        return queryset.for_user(request.user).filter(models.Exists(seats))

    def history_targets(self, obj: Any) -> list[tuple[str, Iterable[int]]]:
        """The trail of both units, as far as it is in sight."""
        label = AdministrativeUnit._meta.label_lower
        return [(label, [obj.predecessor_id, obj.successor_id])]

    # --- Steps ------------------------------------------------------------------

    step_names: ClassVar[tuple[str, ...]] = tuple(FORMS)

    def get_urls(self) -> list[URLPattern]:
        """Its own pages: the four steps."""
        own = [
            path(
                f"{kind}/",
                self.admin_site.admin_view(partial(self.step_view, kind=kind)),
                name=f"wards_unitsuccession_{kind}",
            )
            for kind in self.step_names
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, and the ways to add to it."""
        steps = []
        if Role.PROVINCE_ADMIN in request.user.admin_site_roles:  # type: ignore[union-attr]
            steps = [
                (TITLES[SuccessionKind(kind)], reverse(_url_name(kind)))
                for kind in self.step_names
            ]
        context = {**(extra_context or {}), "steps": steps}
        return super().changelist_view(request, context)

    def step_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Choose, see what will happen, confirm."""
        if Role.PROVINCE_ADMIN not in request.user.admin_site_roles:  # type: ignore[union-attr]
            raise PermissionDenied
        form = self._form(request, kind)
        title = TITLES[SuccessionKind(kind)]
        step = Step(
            title=str(title),
            action=str(title),
            explanation=str(EXPLANATIONS[SuccessionKind(kind)]),
            act=lambda: succeed(
                actor=request.user,
                kind=kind,
                facts=form.facts(),
                start=form.campaign(),
            ),
            foretell=lambda followed: foretell(request, form, followed),
            done=lambda followed: self._done(request, followed),
        )
        return take_step(self, request, form, step)

    def _form(self, request: HttpRequest, kind: str) -> SuccessionForm:
        units = managed(AdministrativeUnit.objects.for_user(request.user), request.user)
        asked = pk_of(request.GET.get("unit"))
        chosen: Any = units.filter(pk=asked).first()
        initial: dict[str, Any] = {"unit": chosen, "predecessors": [chosen]}
        if chosen:
            initial |= {"kind": chosen.kind, "parent": chosen.parent_id}
            if kind == SuccessionKind.TRANSFER:
                initial |= {"name": chosen.name, "parent": None}
            initial |= {"kind1": chosen.kind, "kind2": chosen.kind}
        return FORMS[kind](
            request.POST if request.method == "POST" else None,
            initial=initial if chosen else None,
            units=units.select_related("parent"),
            sets=sets_for_successors(user=request.user),
        )

    def _done(self, request: HttpRequest, followed: Followed) -> str:
        names = ", ".join(str(unit) for unit in followed.successors)
        self.message_user(
            request,
            _(
                "Done: %(units)s. Next: give people their posts there, then check the"
                " participating units."
            )
            % {"units": names},
        )
        first = followed.successors[0]
        return reverse("admin:wards_administrativeunit_change", args=[first.pk])


def _url_name(kind: str) -> str:
    return f"admin:wards_unitsuccession_{kind}"


# --- What will happen, in words ---------------------------------------------------


def foretell(
    request: HttpRequest, form: SuccessionForm, followed: Followed
) -> list[Section]:
    """What ends, what it leaves, what begins."""
    last_day = form.day - dt.timedelta(days=1)
    left = left_by(user=request.user, units=form.ending(), last_day=last_day)
    ends = [Section(str(one.unit), _of_one(one, last_day)) for one in left]
    begins = [
        Section(str(unit), _of_successor(unit, form, followed))
        for unit in followed.successors
    ]
    return [*ends, *begins]


def _of_one(left: Left, last_day: dt.date) -> list[str]:
    """What becomes of one unit that ends."""
    said = [
        _("Ends on %(day)s. Its pages and addresses stay.")
        % {"day": f"{last_day:%d/%m/%Y}"}
    ]
    if left.closed_years:
        said.append(
            _("Closed years, which its successor reads: %(years)s.")
            % {"years": _listed(left.closed_years)}
        )
    if left.open_years:
        said.append(
            _("Open campaigns, which its own people finish: %(years)s.")
            % {"years": _listed(left.open_years)}
        )
    if not (left.closed_years or left.open_years):
        said.append(_("It has no campaign."))
    people = ngettext(
        "%(count)d person serves there: the post goes on until it is handed over.",
        "%(count)d persons serve there: their posts go on until handed over.",
        left.people,
    ) % {"count": left.people}
    said.append(people if left.people else _("Nobody serves there on that day."))
    said.append(
        _("Stay there, for reading: %(papers)d pieces of evidence, %(files)d files.")
        % {"papers": left.papers, "files": left.files}
    )
    return said


def _of_successor(
    unit: AdministrativeUnit, form: SuccessionForm, followed: Followed
) -> list[str]:
    """What a unit that goes on begins with."""
    said = [
        _("Goes on from %(day)s below %(parent)s, at the address name %(slug)s.")
        % {
            "day": f"{form.day:%d/%m/%Y}",
            "parent": unit.parent or "–",
            "slug": unit.slug,
        },
        _("Its people and those above it read the old years, and change nothing."),
    ]
    bodies = followed.bodies.get(unit.pk, [])
    if bodies:
        said.append(
            ngettext(
                "%(count)d participating unit comes along: %(names)s.",
                "%(count)d participating units come along: %(names)s.",
                len(bodies),
            )
            % {"count": len(bodies), "names": _shortened(bodies)}
        )
    else:
        said.append(_("No participating unit comes along."))
    opened = [one for one in followed.evaluations if one.campaign.ward_id == unit.pk]
    for one in opened:
        said.append(
            _("The campaign “%(title)s” opens, from %(start)s to %(end)s.")
            % {
                "title": one.campaign.title,
                "start": f"{one.campaign.period_start:%d/%m/%Y}",
                "end": f"{one.campaign.period_end:%d/%m/%Y}",
            }
        )
    if not opened:
        said.append(_("No campaign opens there yet."))
    return said


def _listed(years: list[int]) -> str:
    return ", ".join(str(year) for year in years)


def _shortened(names: list[str], most: int = 12) -> str:
    more = [*names[:most], "…"] if len(names) > most else names
    return ", ".join(more)
