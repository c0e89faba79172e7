"""Addresses of jobs, below /jobs/."""

from django.urls import path

from wardsecurity.jobs import views

app_name = "jobs"

urlpatterns = [
    path("<int:pk>/", views.job_detail, name="detail"),
    path("<int:pk>/stop/", views.job_stop, name="stop"),
    path("<int:pk>/resume/", views.job_resume, name="resume"),
]
