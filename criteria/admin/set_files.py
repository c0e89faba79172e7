"""Admin pages of sets that come and go by file, are compared, and moved on to."""

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.forms.sets import OwnedSetFileForm
from criteria.models import CriteriaSet, Evaluation, EvaluationMove, SetUpload
from criteria.selectors.moves import list_movable
from criteria.selectors.sets import list_sets, version_before
from criteria.services.moving import move_evaluation, plan_move
from criteria.services.set_diffs import compare
from criteria.services.set_files import SetContent
from criteria.services.set_imports import apply_upload, examine, upload_set
from criteria.services.set_workbooks import write_set
from wardsecurity.admin import ScopedAdmin, managed, pk_of
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import may
from wardsecurity.spreadsheets.responses import workbook_response
from wardsecurity.spreadsheets.writing import marked_copy
from wardsecurity.wards.models import AdministrativeUnit

MOST_MOVED = 200  # evaluations in one go


class SetFilePages(ScopedAdmin):
    """Import, export, comparison and moving, in the frame of the admin site."""

    def get_urls(self) -> list[URLPattern]:
        """Its own pages before Django's."""
        view = self.admin_site.admin_view
        own = [path("import/", view(self.import_view), name=_name("import"))]
        steps = {
            "export": self.export_view,
            "compare": self.compare_view,
            "move": self.move_view,
        }
        own += [
            path(f"<path:object_id>/{name}/", view(page), name=_name(name))
            for name, page in steps.items()
        ]
        return [*own, *super().get_urls()]

    # --- Import and export ------------------------------------------------------

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Send a file; look at what it would come to; make the draft."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if sent := request.GET.get("upload"):
            return self._dry_run(request, self._upload(request, sent))
        units = managed(AdministrativeUnit.objects.for_user(request.user), request.user)
        form = OwnedSetFileForm(
            request.POST or None, request.FILES or None, units=units
        )
        if form.is_valid():
            try:
                kept = upload_set(
                    actor=request.user,
                    owner=form.cleaned_data["owner"],
                    upload=form.cleaned_data["file"],
                )
                return redirect(f"{request.path}?upload={kept.pk}")
            except RuleViolation as violation:
                form.add_error("file", violation.message)
        return self.page(
            request,
            "admin/criteria/criteriaset/import.html",
            title=_("Import a criteria set"),
            form=form,
        )

    def _upload(self, request: HttpRequest, sent: str) -> SetUpload:
        rows = managed(SetUpload.objects.for_user(request.user), request.user)
        found = rows.select_related("owner", "made").filter(pk=pk_of(sent)).first()
        if found is None:
            raise Http404
        return found

    def _dry_run(self, request: HttpRequest, upload: SetUpload) -> HttpResponse:
        if request.method == "POST":
            try:
                made = apply_upload(
                    actor=request.user, upload=upload, seen=request.POST.get("seen", "")
                )
            except RuleViolation as refusal:
                self.message_user(request, refusal.message, "error")
            else:
                self.message_user(
                    request, _("The draft is made. Check and publish it.")
                )
                return redirect(f"admin:{_name('compare')}", made.pk)
        run = examine(upload)
        if "marked" in request.GET and run.book:
            name = _("%(name)s - faults marked") % {
                "name": upload.name.removesuffix(".xlsx")
            }
            return workbook_response(marked_copy(run.book), name=name)
        return self.page(
            request,
            "admin/criteria/criteriaset/dry_run.html",
            title=_("Check of the file %(name)s") % {"name": upload.name},
            run=run,
        )

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The set as a workbook that imports back identical."""
        one = self.get_object(request, object_id)
        return workbook_response(write_set(SetContent.of(one)), name=str(one))

    # --- Comparing --------------------------------------------------------------

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What differs between any two sets in sight."""
        one = self.get_object(request, object_id)
        visible = list_sets(user=request.user).exclude(pk=one.pk)
        if sent := request.GET.get("with"):
            other = visible.filter(pk=pk_of(sent)).first()
            if other is None:
                raise Http404
        else:
            other = version_before(user=request.user, criteria_set=one)
        return self.page(
            request,
            "admin/criteria/criteriaset/compare.html",
            title=_("Compare %(name)s") % {"name": one},
            original=one,
            other=other,
            others=visible.order_by("owner__sort_key", "code", "-version"),
            diff=compare(SetContent.of(other), SetContent.of(one)) if other else None,
            may_publish=one.state == "draft" and may(request.user, "edit_set", one),
        )

    # --- Moving live evaluations ------------------------------------------------

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose years on other versions, see what would move, then move them."""
        one = self.get_object(request, object_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        movable = managed(
            list_movable(user=request.user, criteria_set=one), request.user
        )
        if request.method == "POST":
            return self._move(request, one, movable)
        chosen = _chosen(movable, request.GET.getlist("e"))
        offered = list(movable[:MOST_MOVED]) if not chosen else []
        plans = [self._plan(evaluation, one) for evaluation in chosen]
        return self.page(
            request,
            "admin/criteria/criteriaset/move.html",
            title=_("Move years to %(name)s") % {"name": one},
            original=one,
            movable=[row for row in offered if not row.elsewhere],
            elsewhere=[row for row in offered if row.elsewhere],
            plans=plans,
            can_move=any("plan" in one for one in plans),
            moved=self._moved_by_now(request, one),
        )

    def _plan(self, evaluation: Evaluation, one: CriteriaSet) -> dict[str, Any]:
        try:
            plan = plan_move(evaluation=evaluation, criteria_set=one)
        except RuleViolation as refusal:
            return {"evaluation": evaluation, "refusal": refusal.message}
        return {"evaluation": evaluation, "plan": plan}

    def _move(
        self, request: HttpRequest, one: CriteriaSet, movable: Any
    ) -> HttpResponse:
        """Each year in a transaction of its own: one that is refused stops no other."""
        moved = 0
        for evaluation in _chosen(movable, request.POST.getlist("e")):
            try:
                move_evaluation(
                    actor=request.user,
                    evaluation=evaluation,
                    criteria_set=one,
                    seen=request.POST.get(f"seen-{evaluation.pk}", ""),
                )
                moved += 1
            except RuleViolation as refusal:
                ward = evaluation.campaign.ward.name
                self.message_user(request, f"{ward}: {refusal.message}", "error")
        if moved:
            self.message_user(
                request,
                ngettext(
                    "%(count)s year moved. What stood there before is kept.",
                    "%(count)s years moved. What stood there before is kept.",
                    moved,
                )
                % {"count": moved},
            )
        return redirect(f"admin:{_name('move')}", quote(one.pk))

    def _moved_by_now(self, request: HttpRequest, one: CriteriaSet) -> Any:
        rows = EvaluationMove.objects.for_user(request.user).filter(to_set=one)
        return rows.select_related(
            "from_set", "to_set", "evaluation__campaign__ward"
        ).order_by("-pk")[:MOST_MOVED]

    def tools_of_files(
        self, request: HttpRequest, one: CriteriaSet
    ) -> list[tuple[str, str]]:
        """What a set's page offers of these."""
        steps = [(_("Export to Excel"), "export"), (_("Compare"), "compare")]
        if one.state == "published" and self.has_change_permission(request):
            steps.append((_("Move years to it"), "move"))
        return [
            (label, reverse(f"admin:{_name(name)}", args=[one.pk]))
            for label, name in steps
        ]


def _name(page: str) -> str:
    return f"criteria_criteriaset_{page}"


def _chosen(movable: Any, sent: list[str]) -> list[Evaluation]:
    """The years that were ticked, of those in sight."""
    return list(movable.filter(pk__in=[pk_of(one) for one in sent[:MOST_MOVED]]))
