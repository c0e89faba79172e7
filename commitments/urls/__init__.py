"""Addresses of a ward's records of a year; mounted at the root of the site."""

from django.urls import include, path

from commitments.views.shared_models import shared_models

app_name = "commitments"

ward_year = [
    path("campaign/", include("commitments.urls.campaigns")),
    path("documents/", include("commitments.urls.documents")),
    path("committee/", include("commitments.urls.committees")),
    path("meetings/", include("commitments.urls.meetings")),
    path("directives/", include("commitments.urls.directives")),
    path("funding/", include("commitments.urls.funding")),
    path("models/", include("commitments.urls.good_models")),
    path("commitments/", include("commitments.urls.pledges")),
    path("papers/", include("commitments.urls.papers")),
]

urlpatterns = [
    path("w/<slug:ward>/<int:year>/", include(ward_year)),
    path("p/<slug:unit>/committees/", include("commitments.urls.committees_above")),
    path("p/<slug:unit>/models/", shared_models, name="shared-models"),
]
