"""Addresses printed as QR codes, below /q/: short, and never changed."""

from django.urls import path

from wardsecurity.papers import views

app_name = "papers"

urlpatterns = [path("<str:token>/", views.follow, name="follow")]
