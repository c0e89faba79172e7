"""Addresses of meetings, below w/<ward>/<year>/meetings/."""

from django.urls import include, path

from commitments.views import contributions
from commitments.views import meetings as views

meeting = [
    path("", views.meeting_detail, name="meeting-detail"),
    path("edit/", views.meeting_edit, name="meeting-edit"),
    path(
        "contributions/new/",
        contributions.contribution_create,
        name="contribution-create",
    ),
    path(
        "contributions/<int:contribution>/edit/",
        contributions.contribution_edit,
        name="contribution-edit",
    ),
]

urlpatterns = [
    path("", views.meeting_list, name="meeting-list"),
    path("new/", views.meeting_create, name="meeting-create"),
    path("<int:pk>/", include(meeting)),
]
