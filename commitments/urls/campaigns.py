"""Addresses of campaigns, below w/<ward>/<year>/campaign/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="campaign-detail"),
]
