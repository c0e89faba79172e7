"""Addresses of good models, below w/<ward>/<year>/models/."""

from django.urls import path

from commitments.views import good_models as views
from commitments.views import shared_models as shared

urlpatterns = [
    path("", views.model_list, name="model-list"),
    path("new/", views.model_create, name="model-create"),
    path("adopt/<int:pk>/", shared.model_adopt, name="model-adopt"),
    path("<int:pk>/recommend/", shared.model_recommend, name="model-recommend"),
    path("<int:pk>/unrecommend/", shared.model_unrecommend, name="model-unrecommend"),
    path("<int:pk>/", views.model_detail, name="model-detail"),
    path("<int:pk>/edit/", views.model_edit, name="model-edit"),
    path("<int:pk>/places/new/", views.place_add, name="model-place-add"),
    path("<int:pk>/places/<int:place>/end/", views.place_end, name="model-place-end"),
]
