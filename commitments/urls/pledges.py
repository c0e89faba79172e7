"""Addresses of pledges, below w/<ward>/<year>/commitments/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="pledge-board"),
]
