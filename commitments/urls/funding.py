"""Addresses of funding, below w/<ward>/<year>/funding/."""

from django.urls import path

from commitments.views import funding as views

urlpatterns = [
    path("", views.funding_list, name="funding-list"),
    path("print/", views.funding_print, name="funding-print"),
    path("new/", views.funding_create, name="funding-create"),
    path("<int:pk>/edit/", views.funding_edit, name="funding-edit"),
    path("<int:pk>/remove/", views.funding_remove, name="funding-remove"),
]
