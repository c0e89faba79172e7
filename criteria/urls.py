"""Addresses of the pages on a ward's year; mounted at the root of the site."""

from django.urls import URLPattern, URLResolver, include, path

from criteria.views import (
    assessments,
    boards,
    carry_over,
    directives,
    documents,
    evaluations,
    evidence,
    in_charge,
    province,
    replication,
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

ward_year: list[URLPattern | URLResolver] = [
    path("", boards.dashboard, name="dashboard"),
    path("print/", boards.dashboard_print, name="dashboard-print"),
    path("search/", boards.search, name="search"),
    path("assignments/", evaluations.assignments, name="assignments"),
    path("carry-over/", carry_over.carry_over_year, name="carry-over"),
    path("criteria/", boards.criterion_list, name="criterion-list"),
    path("criteria/<int:number>/", include(criterion)),
    path("evidence/", include(library)),
    path(
        "directives/<int:pk>/criteria/",
        directives.directive_criteria,
        name="directive-criteria",
    ),
    path("documents/<int:pk>/", include(document)),
    path("committee/<int:pk>/", include(committee)),
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
    path("campaigns/", boards.campaign_switch, name="campaign-switch"),
    path(
        "w/<slug:ward>/campaigns/new/", evaluations.campaign_open, name="campaign-open"
    ),
    path("w/<slug:ward>/years/", ward_years.ward_years, name="ward-years"),
    path("w/<slug:ward>/<int:year>/", include(ward_year)),
    path("p/<slug:unit>/", province.province_latest, name="province-latest"),
    path("p/<slug:unit>/<int:year>/", include(province_year)),
]
