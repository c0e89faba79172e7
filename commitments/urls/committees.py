"""Addresses of committees, below w/<ward>/<year>/committee/.

Two pages of a member stand in criteria: replacing one, and the categories in charge.
"""

from django.urls import path

from commitments.views import committees as views

urlpatterns = [
    path("", views.committee_detail, name="committee-detail"),
    path("establish/", views.committee_establish, name="committee-establish"),
    path("edit/", views.committee_edit, name="committee-edit"),
    path("members/new/", views.member_create, name="member-create"),
    path("members/<int:pk>/edit/", views.member_edit, name="member-edit"),
    path("members/<int:pk>/end/", views.member_end, name="member-end"),
]
