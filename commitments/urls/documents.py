"""Addresses of documents, below w/<ward>/<year>/documents/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="document-list"),
]
