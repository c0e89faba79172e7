"""Addresses of meetings, below w/<ward>/<year>/meetings/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="meeting-list"),
]
