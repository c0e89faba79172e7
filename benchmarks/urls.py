"""The site's addresses, and beside them the two floors."""

from django.urls import include, path

from benchmarks.views import page_floor, write_floor

urlpatterns = [
    path("floor/page/", page_floor, name="floor-page"),
    path("floor/write/", write_floor, name="floor-write"),
    path("", include("wardsecurity.urls")),
]
