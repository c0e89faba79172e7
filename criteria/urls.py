"""Addresses of the pages on a ward's year; mounted at the root of the site."""

from django.urls import URLPattern, URLResolver, include, path

from criteria.views import (
    assessments,
    boards,
    carry_over,
    comments,
    committee_board,
    decision,
    directives,
    documents,
    evaluations,
    evidence,
    in_charge,
    notices,
    province,
    replication,
    sets,
    submission,
    trail,
    verification,
    verification_steps,
    ward_years,
)

app_name = "criteria"

criterion = [
    path("", assessments.criterion_detail, name="criterion-detail"),
    path("assess/", assessments.assessment_save, name="assessment-save"),
    path("measure/confirm/", assessments.measure_confirm, name="measure-confirm"),
    path("evidence/new/", evidence.evidence_create, name="evidence-create"),
    path("evidence/library/", evidence.evidence_choose, name="evidence-choose"),
    path("evidence/<int:pk>/unlink/", evidence.evidence_unlink, name="evidence-unlink"),
    path("comments/", comments.comment_add, name="comment-add"),
    path("comments/read/", comments.comments_read, name="comments-read"),
    path(
        "comments/<int:pk>/take-back/",
        comments.comment_take_back,
        name="comment-take-back",
    ),
    path("history/", trail.criterion_history, name="criterion-history"),
]

document = [
    path("criteria/", documents.document_criteria, name="document-criteria"),
    path("evidence/", documents.document_evidence, name="document-evidence"),
]

library = [
    path("", evidence.evidence_list, name="evidence-list"),
    path("new/", evidence.evidence_record, name="evidence-record"),
    path("<int:pk>/", evidence.evidence_detail, name="evidence-detail"),
    path("<int:pk>/edit/", evidence.evidence_edit, name="evidence-edit"),
    path("<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence-withdraw"),
    path(
        "<int:pk>/take-over/", documents.evidence_take_over, name="evidence-take-over"
    ),
]

committee = [
    path("categories/", in_charge.member_categories, name="member-categories"),
    path("replace/", in_charge.member_replace, name="member-replace"),
]

decided = [
    path("decision/", decision.decision, name="decision"),
    path("decision/code/", decision.sheet_code, name="recognition-sheet-code"),
    path(
        "recognition-sheet.pdf",
        decision.sheet,
        {"kind": "pdf"},
        name="recognition-sheet-pdf",
    ),
    path(
        "recognition-sheet.docx",
        decision.sheet,
        {"kind": "docx"},
        name="recognition-sheet-docx",
    ),
]

ward_year: list[URLPattern | URLResolver] = [
    path("", boards.dashboard, name="dashboard"),
    path("print/", boards.dashboard_print, name="dashboard-print"),
    path("search/", boards.search, name="search"),
    path("assignments/", evaluations.assignments, name="assignments"),
    path("reminder/", notices.zalo_reminder, name="zalo-reminder"),
    path("carry-over/", carry_over.carry_over_year, name="carry-over"),
    path("submit/", submission.submission, name="submission"),
    path("criteria/", boards.criterion_list, name="criterion-list"),
    path("criteria/<int:number>/", include(criterion)),
    path("committee-view/", committee_board.committee_board, name="committee-board"),
    path(
        "committee-view/print/",
        committee_board.committee_board_print,
        name="committee-board-print",
    ),
    path("trail/", trail.trail, name="trail"),
    *decided,
    path("evidence/", include(library)),
    path(
        "directives/<int:pk>/criteria/",
        directives.directive_criteria,
        name="directive-criteria",
    ),
    path("documents/<int:pk>/", include(document)),
    path("committee/<int:pk>/", include(committee)),
    path("recognition/", verification_steps.recognition, name="recognition"),
]

verification_year = [
    path("", verification.verification_overview, name="verification-overview"),
    path("start/", verification.verification_start, name="verification-start"),
    path(
        "returns/", verification_steps.verification_returns, name="verification-returns"
    ),
    path(
        "conclusion/",
        verification_steps.verification_conclude,
        name="verification-conclude",
    ),
    path("reopen/", verification_steps.evaluation_reopen, name="evaluation-reopen"),
    path("<int:number>/", verification.verification_work, name="verification-work"),
    path(
        "<int:number>/recheck/",
        verification.verification_recheck,
        name="verification-recheck",
    ),
]

ward_sets = [
    path("", sets.set_list, name="ward-sets"),
    path("upload/", sets.set_upload, name="set-upload"),
    path("uploads/<int:pk>/", sets.set_import, name="set-import"),
    path("uploads/<int:pk>/marked/", sets.set_marked, name="set-marked"),
    path("<int:pk>/xlsx/", sets.set_download, name="set-download"),
    path("<int:pk>/compare/", sets.set_compare, name="set-compare"),
    path("<int:pk>/publish/", sets.set_publish, name="set-publish"),
    path("moves/<int:pk>/", sets.move_detail, name="move-detail"),
]

province_year = [
    path("", province.province, name="province"),
    path("list.csv", province.province_csv, name="province-csv"),
    path("list.xlsx", province.province_xlsx, name="province-xlsx"),
    path("replicate/", replication.replication, name="replication"),
]

urlpatterns = [
    path("", boards.my_work, name="my-work"),
    path("menu/", boards.menu, name="menu"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice-open"),
    path("campaigns/", boards.campaign_switch, name="campaign-switch"),
    path(
        "w/<slug:ward>/campaigns/new/", evaluations.campaign_open, name="campaign-open"
    ),
    path("w/<slug:ward>/sets/", include(ward_sets)),
    path("w/<slug:ward>/<int:year>/", include(ward_year)),
    path("verify/", verification.verification_queue, name="verification-queue"),
    path("verify/<slug:ward>/<int:year>/", include(verification_year)),
    path("w/<slug:ward>/years/", ward_years.ward_years, name="ward-years"),
    path("p/<slug:unit>/", province.province_latest, name="province-latest"),
    path("p/<slug:unit>/<int:year>/", include(province_year)),
]
