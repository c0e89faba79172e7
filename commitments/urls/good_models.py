"""Addresses of good models, below w/<ward>/<year>/models/."""

from django.urls import path

from commitments.views.coming import coming

urlpatterns = [
    path("", coming, name="model-list"),
]
