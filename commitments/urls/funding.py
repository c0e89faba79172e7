"""Addresses of funding, below w/<ward>/<year>/funding/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="funding-list"),
]
