"""Recording, showing, correcting, withdrawing and reusing evidence."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from criteria.forms.conflicts import evidence_conflict
from criteria.forms.evidence import (
    EVIDENCE_KINDS,
    KINDS,
    EvidenceForm,
    WithdrawForm,
)
from criteria.selectors.assessments import (
    get_assessment,
    get_assessments,
    list_assessments_here,
    those_of_units,
)
from criteria.selectors.criterion_page import card_of
from criteria.selectors.evidence import (
    find_duplicates,
    get_evidence,
    list_evidence,
    list_linkable,
    search_evidence,
)
from criteria.selectors.history import history_of_evidence
from criteria.selectors.measures import records_url
from criteria.selectors.scores import may_change, may_change_assessment
from criteria.selectors.small_numbers import hides_small
from criteria.services.evidence import (
    EvidenceConflict,
    edit_evidence,
    keep_upload,
    link_evidence,
    record_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from criteria.views.here import enter
from wardsecurity.accounts.receipts import sent_before, submit_once
from wardsecurity.errors import RuleViolation
from wardsecurity.files.keeping import Kept, keep_sent, with_fields
from wardsecurity.files.shown import file_view
from wardsecurity.numbers import whole_number
from wardsecurity.permissions import may
from wardsecurity.wards.selectors import units_served_here

PAGE_SIZE = 20


# --- The library ------------------------------------------------------------------


@require_safe
@vary_on_headers("HX-Request")
def evidence_list(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """The ward's evidence of this year, searched without diacritics."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    campaign = evaluation.campaign
    asked = {name: request.GET.get(name, "")[:100] for name in ("q", "kind", "state")}
    rows = list_evidence(user=request.user, ward=campaign.ward, campaign=campaign)
    found = search_evidence(rows, **asked)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    hides = hides_small(request.user, campaign)
    cards = [
        card_of(row, campaign, today=today, may_edit=False, hides=hides) for row in page
    ]
    return render(
        request,
        "criteria/evidence/list.html",
        {
            "campaign": campaign,
            "cards": cards,
            "page": page,
            "asked": asked,
            "kinds": EVIDENCE_KINDS,
            "is_filtered": any(asked.values()),
            "may_record": may_change(evaluation)
            and may(request.user, "record_evidence", campaign),
        },
    )


@require_safe
def evidence_detail(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """One piece of evidence: its words, its files in place, what it counts for."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    evidence = get_evidence(user=request.user, ward=evaluation.campaign.ward, pk=pk)
    return render(
        request,
        "criteria/evidence/detail.html",
        {
            "campaign": evaluation.campaign,
            "evidence": evidence,
            "card": card_of(
                evidence,
                evaluation.campaign,
                today=timezone.localdate(),
                may_edit=_may_change_evidence(request, evidence),
                hides=hides_small(request.user, evaluation),
            ),
            "records_url": records_url(evidence, evaluation.campaign),
            "links": evidence.all_links,
            "history": history_of_evidence(user=request.user, evidence=evidence),
        },
    )


def _may_change_evidence(request: HttpRequest, evidence: Any) -> bool:
    """Whether the person records evidence for every criterion it counts for."""
    return all(
        may(request.user, "record_evidence", link.assessment)
        for link in evidence.all_links
    )


# --- Recording --------------------------------------------------------------------


def _keep(request: HttpRequest, form: EvidenceForm, ward: Any, row: Any) -> Kept:
    """Keep what was uploaded for evidence of `row`, beside what was kept before."""

    def keep(upload: Any) -> Any:
        return keep_upload(actor=request.user, ward=ward, row=row, upload=upload)

    return keep_sent(request, form, unit=ward, keep=keep)


def _form_page(
    request: HttpRequest,
    form: EvidenceForm,
    *,
    status: int = 200,
    kept: Kept | None = None,
    **more: Any,
) -> HttpResponse:
    """The evidence form, with the files an earlier try kept shown beside it."""
    kept = kept or Kept()
    if kept.sealed:
        form.data = with_fields(form.data, kept=kept.sealed)
    context = {
        "form": form,
        "kept_files": [file_view(one, one.name) for one in kept.files],
        **more,
    }
    return render(request, "criteria/evidence/form.html", context, status=status)


def _submit(
    request: HttpRequest, form: Any, act: Callable[[], str]
) -> HttpResponse | None:
    """Run a service once for this form; a broken rule goes beside its field."""
    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except (EvidenceConflict, PermissionDenied):
        raise
    except RuleViolation as violation:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, violation.message)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_create(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Record evidence for one criterion."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    assessment = get_assessment(user=request.user, evaluation=evaluation, number=number)
    if not may(request.user, "record_evidence", assessment):
        raise PermissionDenied
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        assessment=assessment,
        initial={"wanted": request.GET.get("wanted", ""), "kind": _kind(request)},
    )
    return _record(request, form, evaluation, [assessment], assessment)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_record(request: HttpRequest, ward: str, year: int) -> HttpResponse:
    """Record evidence first, choosing its criteria in the same form."""
    evaluation = enter(request, ward=ward, year=year, nav="record")
    writes_all = may(request.user, "record_evidence", evaluation)
    rows = list_assessments_here(user=request.user, evaluation=evaluation)
    if not writes_all:
        units = units_served_here(user=request.user, ward=evaluation.campaign.ward)
        if not units:
            raise PermissionDenied
        rows = those_of_units(rows, units)
    if may_change(evaluation):
        rows = [row for row in rows if may_change_assessment(evaluation, row)]
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        choices=rows,
        initial={"kind": _kind(request)},
    )
    chosen = []
    if form.is_bound:
        form.is_valid()  # a fault elsewhere leaves the criteria chosen
        chosen = get_assessments(
            user=request.user,
            evaluation=evaluation,
            numbers=form.cleaned_data.get("criteria", []),
        )
    return _record(request, form, evaluation, chosen, None)


def _kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in dict(KINDS) else KINDS[0][0]


def _record(
    request: HttpRequest,
    form: EvidenceForm,
    evaluation: Any,
    chosen: list[Any],
    assessment: Any,
) -> HttpResponse:
    """The one way evidence comes in, whichever form it came by."""
    campaign = evaluation.campaign
    more: dict[str, Any] = {"campaign": campaign, "assessment": assessment}
    if request.method != "POST":
        return _form_page(request, form, **more)
    reuse = whole_number(request.POST.get("reuse", ""))
    if chosen and reuse is not None:
        return _reuse(request, chosen, reuse, form, **more)
    form.is_valid()
    # Somewhere the person may record: refused files need no criterion chosen yet.
    place = assessment or (chosen[0] if chosen else None)
    duplicates = []
    if "files" in form.fields and place is not None:
        if not request.POST.get("again"):
            duplicates = find_duplicates(
                user=request.user,
                ward=campaign.ward,
                uploads=request.FILES.getlist("files"),
            )
            # A click too many: what is there already came with this very form.
            if duplicates and (
                led_to := sent_before(actor=request.user, request=request)
            ):
                return redirect(led_to)
        more["kept"] = _keep(request, form, campaign.ward, place)
    if form.is_valid() and not duplicates:
        facts, wanted = form.facts(), form.cleaned_data.get("wanted")
        kept = more.get("kept") or Kept()

        def act() -> str:
            record_evidence(
                actor=request.user,
                ward=campaign.ward,
                assessments=chosen,
                facts=facts,
                stored=kept.files,
                wanted=wanted,
            )
            messages.success(request, _("Evidence saved."))
            at = [campaign.ward.slug, campaign.year]
            return reverse(
                "criteria:criterion-detail", args=[*at, chosen[0].criterion.number]
            )

        if done := _submit(request, form, act):
            return done
    return _form_page(request, form, status=422, duplicates=duplicates, **more)


def _reuse(
    request: HttpRequest, chosen: list[Any], pk: int, form: EvidenceForm, **more: Any
) -> HttpResponse:
    """Link what the ward already has instead of keeping the same bytes again."""
    campaign = more["campaign"]
    evidence = get_evidence(user=request.user, ward=campaign.ward, pk=pk)

    def act() -> str:
        for one in chosen:
            link_evidence(actor=request.user, assessment=one, evidence=evidence)
        messages.success(request, _("Evidence added from the library."))
        return reverse(
            "criteria:criterion-detail",
            args=[campaign.ward.slug, campaign.year, chosen[0].criterion.number],
        )

    form.is_valid()
    done = _submit(request, form, act)
    return done or _form_page(request, form, status=422, **more)


# --- Reusing ----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_choose(
    request: HttpRequest, ward: str, year: int, number: int
) -> HttpResponse:
    """Take evidence from the library for one criterion."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    assessment = get_assessment(user=request.user, evaluation=evaluation, number=number)
    if not may(request.user, "record_evidence", assessment):
        raise PermissionDenied
    campaign = evaluation.campaign
    if request.method == "POST":
        picked = map(whole_number, request.POST.getlist("evidence"))
        return _link_picked(request, assessment, [pk for pk in picked if pk])
    q = request.GET.get("q", "")[:100]
    rows = search_evidence(list_linkable(user=request.user, assessment=assessment), q=q)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    return render(
        request,
        "criteria/evidence/choose.html",
        {
            "campaign": campaign,
            "assessment": assessment,
            "q": q,
            "page": page,
            "cards": [
                card_of(row, campaign, today=today, may_edit=False) for row in page
            ],
        },
    )


def _link_picked(
    request: HttpRequest, assessment: Any, picked: list[int]
) -> HttpResponse:
    campaign = assessment.evaluation.campaign
    at = [campaign.ward.slug, campaign.year, assessment.criterion.number]
    choose = reverse("criteria:evidence-choose", args=at)
    if not picked:
        messages.error(request, _("Choose at least one piece of evidence."))
        return redirect(choose)
    evidence = [
        get_evidence(user=request.user, ward=campaign.ward, pk=pk) for pk in picked[:50]
    ]

    def act() -> str:
        for one in evidence:
            link_evidence(actor=request.user, assessment=assessment, evidence=one)
        messages.success(request, _("Evidence added from the library."))
        return reverse("criteria:criterion-detail", args=at)

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(choose)


@require_POST
def evidence_unlink(
    request: HttpRequest, ward: str, year: int, number: int, pk: int
) -> HttpResponse:
    """Let evidence no longer count for this criterion."""
    evaluation = enter(request, ward=ward, year=year, nav="criteria")
    assessment = get_assessment(user=request.user, evaluation=evaluation, number=number)
    evidence = get_evidence(user=request.user, ward=evaluation.campaign.ward, pk=pk)
    back = reverse("criteria:criterion-detail", args=[ward, year, number])

    def act() -> str:
        unlink_evidence(actor=request.user, assessment=assessment, evidence=evidence)
        messages.success(request, _("Evidence taken off this criterion."))
        return back

    try:
        return redirect(submit_once(actor=request.user, request=request, act=act))
    except RuleViolation as violation:
        messages.error(request, violation.message)
        return redirect(back)


# --- Correcting -------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_edit(request: HttpRequest, ward: str, year: int, pk: int) -> HttpResponse:
    """Correct a piece of evidence, add files or take some off."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    campaign = evaluation.campaign
    evidence = get_evidence(user=request.user, ward=campaign.ward, pk=pk)
    if evidence.is_measure or not _may_change_evidence(request, evidence):
        raise PermissionDenied
    form = EvidenceForm(request.POST or None, request.FILES or None, evidence=evidence)
    more: dict[str, Any] = {"campaign": campaign, "evidence": evidence}
    if request.method != "POST":
        return _form_page(request, form, **more)
    form.is_valid()
    place = evidence.all_links[0].assessment if evidence.all_links else campaign
    more["kept"] = _keep(request, form, campaign.ward, place)
    if form.is_valid():
        data, stored = form.cleaned_data, more["kept"].files

        def act() -> str:
            edit_evidence(
                actor=request.user,
                evidence=evidence,
                version=data["version"] or 0,
                facts=form.facts(),
                stored=stored,
                remove=data.get("remove", ()),
            )
            messages.success(request, _("Evidence saved."))
            return reverse("criteria:evidence-detail", args=[ward, year, pk])

        try:
            if done := _submit(request, form, act):
                return done
        except EvidenceConflict as conflict:
            return _evidence_conflict_page(request, form, conflict, more)
    return _form_page(request, form, status=422, **more)


def _evidence_conflict_page(
    request: HttpRequest,
    form: EvidenceForm,
    conflict: EvidenceConflict,
    more: dict[str, Any],
) -> HttpResponse:
    """Both versions side by side; saving again keeps what is typed here."""
    history = history_of_evidence(user=request.user, evidence=conflict.current)
    last = history[0] if history else None
    form.data = with_fields(form.data, version=str(conflict.current.version))
    return _form_page(
        request,
        form,
        status=409,
        conflict=evidence_conflict(
            conflict.current,
            form,
            who=last.who if last else "",
            when=last.when if last else None,
        ),
        **more,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_withdraw(
    request: HttpRequest, ward: str, year: int, pk: int
) -> HttpResponse:
    """Withdraw a piece of evidence, with a reason; it stays to be seen."""
    evaluation = enter(request, ward=ward, year=year, nav="evidence")
    campaign = evaluation.campaign
    evidence = get_evidence(user=request.user, ward=campaign.ward, pk=pk)
    if not _may_change_evidence(request, evidence):
        raise PermissionDenied
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            withdraw_evidence(
                actor=request.user,
                evidence=evidence,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Evidence withdrawn."))
            return reverse("criteria:evidence-detail", args=[ward, year, pk])

        if done := _submit(request, form, act):
            return done
    return render(
        request,
        "criteria/evidence/withdraw.html",
        {
            "campaign": campaign,
            "evidence": evidence,
            "form": form,
            "links": evidence.all_links,
        },
        status=422 if form.is_bound else 200,
    )
