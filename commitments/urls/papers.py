"""Addresses of printed papers, below w/<ward>/<year>/papers/."""

from django.urls import path

from commitments.views import papers as views

PDF, DOCX = {"kind": "pdf"}, {"kind": "docx"}

urlpatterns = [
    path("", views.paper_list, name="paper-list"),
    path("codes/make/", views.paper_codes, name="paper-codes"),
    path("codes/<int:pk>/revoke/", views.paper_revoke, name="paper-revoke"),
    path("commitments.pdf", views.commitment_forms, name="paper-commitments"),
    path(
        "commitments/<int:unit>.pdf",
        views.commitment_form,
        PDF,
        name="paper-commitment-pdf",
    ),
    path(
        "commitments/<int:unit>.docx",
        views.commitment_form,
        DOCX,
        name="paper-commitment-docx",
    ),
    path("committee.pdf", views.committee, PDF, name="paper-committee-pdf"),
    path("committee.docx", views.committee, DOCX, name="paper-committee-docx"),
    path("meetings/<int:pk>.pdf", views.minutes, PDF, name="paper-meeting-pdf"),
    path("meetings/<int:pk>.docx", views.minutes, DOCX, name="paper-meeting-docx"),
]
