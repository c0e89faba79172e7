"""Addresses of directives, below w/<ward>/<year>/directives/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="directive-list"),
]
