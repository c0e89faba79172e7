"""Addresses of committees, below w/<ward>/<year>/committee/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="committee-detail"),
]
