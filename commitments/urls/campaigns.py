"""Addresses of campaigns, below w/<ward>/<year>/campaign/."""

from django.urls import path

from commitments.views.campaigns import campaign_detail, campaign_edit

urlpatterns = [
    path("", campaign_detail, name="campaign-detail"),
    path("edit/", campaign_edit, name="campaign-edit"),
]
