"""Admin pages of the trail: to read, to search, to check."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wardsecurity.admin import HistoryLine, OfUnit, ReadOnlyAdmin
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.audit.selectors import Told
from wardsecurity.audit.services import verify_chain
from wardsecurity.audit.words import ACTION_WORDS, action_words

MOST_FINDINGS = 100  # told on a page; verify_trail tells them all


class OfAction(admin.SimpleListFilter):
    """Entries of one action."""

    title = gettext_lazy("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that the system records, by its words: no scan of the trail."""
        return sorted(
            ((code, action_words(code)) for code in ACTION_WORDS),
            key=lambda one: one[1],
        )

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those of the action chosen."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(TrailEntry)
class TrailEntryAdmin(ReadOnlyAdmin):
    """Who did what, in which post, when: newest first."""

    with_predecessors = False
    list_display = ("at", "what", "target", "actor", "post", "chain")
    list_filter = ("at", OfAction, OfUnit)
    list_select_related = ("chain__unit",)
    search_fields = ("actor", "post", "target")
    change_form_template = "admin/trail_entry.html"
    fields = (
        "at",
        "what",
        "target",
        "target_type",
        "target_id",
        "actor",
        "post",
        "chain",
        "seq",
        "prev_hash",
        "hash",
    )

    @admin.display(description=gettext_lazy("action"), ordering="action")
    def what(self, obj: TrailEntry) -> str:
        """The action in words."""
        return action_words(obj.action)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The entry, with what changed and the text kept beside it."""
        entry = self.get_object(request, object_id)
        payload = json.loads(entry.payload)
        texts = {one.field: one.text for one in entry.texts.all()}
        line = HistoryLine(Told(entry, payload["before"], payload["after"], texts))
        return super().change_view(
            request,
            object_id,
            form_url,
            {**(extra_context or {}), "line": line, "payload": entry.payload},
        )


@admin.register(TrailChain)
class TrailChainAdmin(ReadOnlyAdmin):
    """The chains of the units in scope, their heads, and whether they hold."""

    list_display = ("__str__", "seq", "hash")
    list_select_related = ("unit",)
    search_fields = ("unit__name",)
    change_list_template = "admin/trail_chains.html"
    fields = ("unit", "seq", "hash")
    ordering = ("unit__sort_key",)

    def get_urls(self) -> list[URLPattern]:
        """Its own page: the check."""
        view = self.admin_site.admin_view(self.check_view)
        return [
            path("check/", view, name="audit_trailchain_check"),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Offer to check the chains in scope; check when asked (POST: it is work)."""
        chains = list(self.get_queryset(request).select_related("unit"))
        findings: list[str] = []
        checked = request.method == "POST"
        if checked:
            for chain in chains:
                findings.extend(verify_chain(chain))
        return self.page(
            request,
            "admin/trail_check.html",
            title=_("Check of the trail"),
            chains=chains,
            checked=checked,
            count=len(findings),
            findings=findings[:MOST_FINDINGS],
        )
