"""Addresses of directives, below w/<ward>/<year>/directives/."""

from django.urls import path

from commitments.views import directives as views

urlpatterns = [
    path("", views.directive_list, name="directive-list"),
    path("new/", views.directive_create, name="directive-create"),
    path("<int:pk>/", views.directive_detail, name="directive-detail"),
    path("<int:pk>/edit/", views.directive_edit, name="directive-edit"),
    path("<int:pk>/follow/", views.directive_follow, name="directive-follow"),
]
