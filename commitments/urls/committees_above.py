"""Addresses of the steering committees that a province or the country keeps."""

from django.urls import path

from commitments.views import committees_above

urlpatterns = [
    path("", committees_above.committees_above, name="committees-above"),
    path("new/", committees_above.committee_create, name="committee-above-create"),
    path(
        "<int:pk>/members/new/",
        committees_above.body_member_create,
        name="body-member-create",
    ),
    path(
        "members/<int:pk>/end/",
        committees_above.body_member_end,
        name="body-member-end",
    ),
]
