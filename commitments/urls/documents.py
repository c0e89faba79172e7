"""Addresses of documents, below w/<ward>/<year>/documents/."""

from django.urls import path

from commitments.views import bodies, documents

urlpatterns = [
    path("", documents.document_list, name="document-list"),
    path("new/", documents.document_create, name="document-create"),
    path("bodies/", bodies.body_list, name="body-list"),
    path("bodies/new/", bodies.body_create, name="body-create"),
    path("bodies/<int:pk>/edit/", bodies.body_edit, name="body-edit"),
    path("bodies/terms/new/", bodies.term_create, name="term-create"),
    path("bodies/terms/<int:pk>/edit/", bodies.term_edit, name="term-edit"),
    path("<int:pk>/", documents.document_detail, name="document-detail"),
    path("<int:pk>/edit/", documents.document_edit, name="document-edit"),
    path("<int:pk>/withdraw/", documents.document_withdraw, name="document-withdraw"),
]
