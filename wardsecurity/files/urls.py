"""Addresses of files, below /files/."""

from django.urls import path

from wardsecurity.files import views

app_name = "files"

urlpatterns = [
    path("<int:pk>/preview", views.file_preview, name="preview"),
    path("<int:pk>/<str:name>", views.file_download, name="download"),
]
