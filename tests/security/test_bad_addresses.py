"""Values that nobody types, in every question the admin site takes."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

NONSENSE = ["\0", "9" * 5000, "x", "-1", "٣", "%"]


@pytest.fixture
def manage(client):
    province = UnitFactory()
    WardFactory(parent=province)
    client.force_login(member(province, Role.PROVINCE_ADMIN))
    return client


def lists():
    """Every list with every name it answers to."""
    for model, page in admin.site._registry.items():
        url = reverse(
            f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        )
        for one in page.list_filter:
            name = getattr(one, "parameter_name", one)
            yield from ((url, name), (url, f"{name}__exact"), (url, f"{name}__year"))
        yield from ((url, name) for name in ("q", "p", "o", "all", "e", "_to_field"))


@pytest.mark.parametrize("value", NONSENSE)
def test_no_question_to_a_list_is_a_fault_of_the_server(manage, value):
    outcomes = {
        (url, name): manage.get(url, {name: value}).status_code for url, name in lists()
    }

    assert set(outcomes.values()) <= {200, 302, 400}, outcomes


@pytest.mark.parametrize("value", sorted({*NONSENSE} - {"٣"}))  # a three elsewhere
@pytest.mark.parametrize("step", ["change", "history", "delete"])
def test_no_id_of_a_row_is_a_fault_of_the_server(manage, value, step):
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{step}"
        assert manage.get(reverse(name, args=[value])).status_code == 404


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize(
    "name", ["app_label", "model_name", "field_name", "term", "page"]
)
def test_no_completion_is_a_fault_of_the_server(manage, name, value):
    asked = {"app_label": "wards", "model_name": "membership", "field_name": "unit"}

    response = manage.get("/admin/autocomplete/", asked | {"term": "a", name: value})

    assert response.status_code in (200, 403, 404)
