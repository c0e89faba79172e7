"""Every address of the admin site, every role, the own province and another one.

Generated from what is registered: a new model gets its rows by the rules below, a new
page of its own needs a row in PAGES first. What a page may say of another province,
what a form takes, and what an address may ask are tried for all of them.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.db import connection, models, transaction
from django.urls import reverse

from criteria.models import CriteriaSet, Criterion
from tests.factories.wards import PAPER, TESTS, MembershipFactory, member
from tests.security.matrix import (
    Place,
    Route,
    a_place,
    is_admin,
    model_of,
    own_row,
    walk,
)
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailChain, TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.models import (
    AdministrativeUnit,
    Membership,
    ParticipatingUnit,
    UnitSuccession,
)
from wardsecurity.wards.succession import NewUnit, transfer_unit

pytestmark = pytest.mark.django_db

ADDED = {AdministrativeUnit, ParticipatingUnit, Membership, User}
CHANGED = ADDED | {CriteriaSet, Criterion}
READ = {TrailChain, TrailEntry, UnitSuccession}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)

ADMIN, VERIFIER, BOTH = "admin", "verifier", "verifier here, admin there"
READERS, CHANGERS = {ADMIN, VERIFIER, BOTH}, {ADMIN}


@dataclass(frozen=True)
class Page:
    """Who opens a page of its own kind, and who sends it; all else is told no.

    `asks` is a page that shows what will happen first: what it is sent without the word
    that confirms writes nothing.
    """

    reads: set[str] = field(default_factory=lambda: CHANGERS)
    sends: set[str] = field(default_factory=lambda: CHANGERS)
    asks: bool = True


# Pages that Django does not bring, by the end of their names.
PAGES: dict[str, Page] = {
    "accounts_user_import": Page(),
    "accounts_user_import_form": Page(),
    "accounts_user_reset_password": Page(asks=False),
    "audit_trailchain_check": Page(READERS, READERS),
    "criteria_criteriaset_compare": Page(READERS, READERS),
    "criteria_criteriaset_copy": Page(),
    "criteria_criteriaset_export": Page(READERS, READERS),
    "criteria_criteriaset_import": Page(),
    "criteria_criteriaset_move": Page(),
    "criteria_criteriaset_publish": Page(asks=False),
    "criteria_criteriaset_retire": Page(asks=False),
    "wards_membership_hand_over": Page(),
    "wards_participatingunit_import": Page(),
    "wards_participatingunit_import_form": Page(),
    **{
        f"wards_unitsuccession_{kind}": Page()
        for kind in ("merge", "split", "rename", "transfer")
    },
}
DJANGOS = {"changelist", "add", "change", "delete", "history"}
# Pages of no model, tried in tests/wardsecurity/test_admin.py.
OF_THE_SITE = {
    "admin:index",
    "admin:app_list",
    "admin:login",
    "admin:logout",
    "admin:password_change",
    "admin:password_change_done",
    "admin:jsi18n",
    "admin:autocomplete",
}

ROUTES = [route for route in walk() if is_admin(route)]
OF_MODELS = [
    route for route in ROUTES if model_of(route) and route.name.startswith("admin:")
]


def kind_of(route: Route) -> str:
    """What a page is: one of Django's kinds, or its own name."""
    name = route.name.removeprefix("admin:")
    base = f"{model_of(route)._meta.app_label}_{model_of(route)._meta.model_name}_"
    end = name.removeprefix(base)
    return end if end in DJANGOS else name


def needs_a_row(route: Route) -> bool:
    return "object_id" in route.pattern


def address(route: Route, place: Place) -> str:
    row = own_row(model_of(route), place)
    return f"/{route.pattern}".replace("<path:object_id>", str(row.pk))


def page_of(route: Route) -> Page:
    """Who opens and sends a page, for Django's kinds by the model."""
    model = model_of(route)
    match kind_of(route):
        case "changelist" | "history":
            return Page(READERS, READERS)
        case "add":
            may = CHANGERS if model in ADDED else set()
            return Page(may, may, asks=False)
        case "change":
            may = CHANGERS if model in CHANGED else set()
            return Page(READERS, may, asks=False)
        case "delete":
            return Page(set(), set())
    return PAGES[kind_of(route)]


@dataclass
class World:
    """Two provinces; people who serve the first; the second's own admin."""

    here: Place
    there: Place
    people: dict[str, User]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for the whole table; each test takes its own changes back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        here, there = a_place(), a_place()
        for place in (here, there):
            member(place.ward)
        both = member(here.ward.parent, Role.PROVINCE_VERIFIER)
        MembershipFactory(user=both, unit=there.ward.parent, role=Role.PROVINCE_ADMIN)
        people = {
            ADMIN: member(here.ward.parent, Role.PROVINCE_ADMIN),
            VERIFIER: member(here.ward.parent, Role.PROVINCE_VERIFIER),
            BOTH: both,
        }
    yield World(here, there, people)
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


TABLES = [
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith(("wardsecurity", "commitments", "criteria"))
    and model._meta.label != "accounts.FormReceipt"
]


def counted() -> dict[str, int]:
    """How many rows there are of everything of ours, receipts aside. One query."""
    each = ", ".join(f'(SELECT COUNT(*) FROM "{table}")' for table in TABLES)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {each}")
        return dict(zip(TABLES, cursor.fetchone(), strict=True))


ids = {"ids": lambda one: getattr(one, "name", str(one))}


# --- The table is whole -----------------------------------------------------------


def test_every_model_is_read_only_or_changed_by_name():
    assert set(MODELS) == CHANGED | READ


def test_every_page_of_its_own_has_a_row():
    own = {kind_of(route) for route in OF_MODELS} - DJANGOS
    assert own == PAGES.keys()


def test_every_other_address_is_known():
    others = {
        route.name
        for route in ROUTES
        if route not in OF_MODELS and route.name.startswith("admin:")
    }
    assert others == OF_THE_SITE


def test_nothing_is_offered_for_many_rows_at_once():
    """An action would need its own rows here."""
    for page in admin.site._registry.values():
        assert page.actions is None
        assert not page.list_editable
        assert not page.inlines
        assert not page.raw_id_fields
        assert not page.autocomplete_fields
        assert not page.date_hierarchy


def test_no_form_knows_staff_or_superusers():
    flags = {"is_staff", "is_superuser", "user_permissions", "groups", "password"}
    for page in admin.site._registry.values():
        offered = {*page.form.base_fields, *(page.fields or ())}
        assert not flags & offered
    assert not flags - {"password"} & {one.name for one in User._meta.get_fields()}


# --- Who opens, who sends ---------------------------------------------------------


@pytest.mark.parametrize("route", OF_MODELS, **ids)
@pytest.mark.parametrize("role", [ADMIN, VERIFIER, BOTH])
def test_pages_of_the_own_province_open_by_role(client, world, route, role):
    client.force_login(world.people[role])
    page, before = page_of(route), counted()
    # Whoever is an admin elsewhere opens pages that name no row; forms offer nothing
    # of this province there.
    open_elsewhere = role == BOTH and not needs_a_row(route) and ADMIN in page.reads

    status = client.get(address(route, world.here)).status_code

    opens = role in page.reads or open_elsewhere
    if role == BOTH and kind_of(route) in ("criteria_criteriaset_copy",):
        opens = True  # for a unit of the other province
    if role == BOTH and kind_of(route) == "criteria_criteriaset_move":
        opens = True
    assert status == (200 if opens else 403)
    assert counted() == before, "reading wrote something"


@pytest.mark.parametrize("route", OF_MODELS, **ids)
@pytest.mark.parametrize("role", [VERIFIER, BOTH])
def test_who_may_not_send_writes_nothing(client, world, route, role):
    client.force_login(world.people[role])
    before = counted()
    for data in ({}, {"confirm": "1"}, {"_save": "1", "name": "Tên mới"}):
        status = client.post(address(route, world.here), data).status_code
        assert status in (200, 302, 403, 422)
        if role == VERIFIER and role not in page_of(route).sends:
            assert status == 403
    assert counted() == before


@pytest.mark.parametrize(
    "route", [route for route in OF_MODELS if page_of(route).asks], **ids
)
def test_pages_that_ask_write_nothing_unconfirmed(client, world, route):
    client.force_login(world.people[ADMIN])
    before = counted()
    client.post(address(route, world.here), {"back": "1"})
    client.post(address(route, world.here), {})
    assert counted() == before


# --- Another province is not there ------------------------------------------------


@pytest.mark.parametrize("route", [one for one in OF_MODELS if needs_a_row(one)], **ids)
@pytest.mark.parametrize("role", [ADMIN, VERIFIER])
def test_rows_of_another_province_are_not_there(client, world, route, role):
    client.force_login(world.people[role])
    before = counted()
    for method in (client.get, client.post):
        for query in ("", "?_to_field=id", "?_popup=1", "?_changelist_filters=q%3Dx"):
            url = f"{address(route, world.there)}{query}"
            assert method(url).status_code == 404, (method, query)
    assert counted() == before


def words_of(place: Place) -> list[str]:
    """What would give a province away."""
    return [
        place.ward.name,
        place.ward.slug,
        place.ward.parent.name,
        place.group.name,
        place.evaluation.criteria_set.code,
        own_row(User, place).username,
    ]


def own_words(text: str, word: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "object_id" not in route.pattern], **ids
)
@pytest.mark.parametrize("role", [ADMIN, VERIFIER])
def test_no_page_says_a_word_of_another_province(client, world, route, role):
    if not route.name.startswith("admin:") or route.name == "admin:app_list":
        return
    client.force_login(world.people[role])
    answer = client.get(f"/{route.pattern}", {"q": world.there.ward.name})
    plain = client.get(f"/{route.pattern}")
    if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
        text = plain.content.decode()
        assert not [one for one in words_of(world.there) if own_words(text, one)]


@pytest.mark.parametrize("route", [one for one in OF_MODELS if needs_a_row(one)], **ids)
def test_pages_of_rows_say_no_word_of_another_province_either(client, world, route):
    client.force_login(world.people[ADMIN])
    answer = client.get(
        address(route, world.here),
        {"unit": world.there.ward.pk, "with": world.there.evaluation.criteria_set_id},
    )
    if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
        text = answer.content.decode()
        assert not [one for one in words_of(world.there) if own_words(text, one)]


# --- What forms offer and take ----------------------------------------------------


def forms_of(answer: Any) -> list[forms.BaseForm]:
    """The form of a page, if it has one."""
    context = answer.context
    if context is None:
        return []
    shown = context.get("adminform")
    found = shown.form if shown else context.get("form")
    return [found] if isinstance(found, forms.BaseForm) else []


def sent_as(form: forms.BaseForm) -> dict[str, Any]:
    """What a form shows, as a browser would send it."""
    said = {}
    for name, one in form.fields.items():
        value = one.prepare_value(form.get_initial_for_field(one, name))
        if isinstance(value, list | tuple):
            value = [getattr(item, "pk", item) for item in value if item]
        said[form.add_prefix(name)] = getattr(value, "pk", value)
    return {name: value for name, value in said.items() if value not in (None, "")}


FORMS = [
    route
    for route in OF_MODELS
    if page_of(route).sends and kind_of(route) not in ("changelist", "history")
]


@pytest.mark.parametrize("route", FORMS, **ids)
def test_no_field_takes_a_row_of_another_province(client, world, route):
    client.force_login(world.people[ADMIN])
    url = address(route, world.here)
    answer = client.get(url)
    for form in forms_of(answer):
        choices = {
            name: one
            for name, one in form.fields.items()
            if isinstance(one, forms.ModelChoiceField)
        }
        for name, one in choices.items():
            model = one.queryset.model
            if model not in MODELS:
                continue
            foreign = own_row(model, world.there)
            assert not one.queryset.filter(pk=foreign.pk).exists(), name
            before = counted()
            many = isinstance(one, forms.ModelMultipleChoiceField)
            data = sent_as(form) | {
                form.add_prefix(name): [foreign.pk] if many else foreign.pk,
                "confirm": "1",
            }
            again = client.post(url, data)
            assert again.status_code in (200, 422), name
            assert counted() == before, name


@pytest.mark.parametrize(
    "model", sorted(CHANGED, key=lambda model: model._meta.label), **ids
)
def test_a_form_changes_its_own_fields_and_no_other(client, world, model):
    """Columns that the form does not offer are sent along, and stay as they are."""
    client.force_login(world.people[ADMIN])
    row = own_row(model, world.here)
    url = reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.pk]
    )
    (form,) = forms_of(client.get(url))
    hidden = [one for one in model._meta.concrete_fields if one.name not in form.fields]
    before = model._base_manager.filter(pk=row.pk).values().get()
    extra: dict[str, Any] = {}
    for column in hidden:
        if column.is_relation:
            extra[column.name] = (
                own_row(column.related_model, world.there).pk
                if (column.related_model in MODELS)
                else 1
            )
        else:
            extra[column.name] = "1"
    extra |= {"is_staff": "on", "is_superuser": "on", "groups": "1", "pk": "1"}

    client.post(url, sent_as(form) | extra)

    after = model._base_manager.filter(pk=row.pk).values().get()
    assert {one.attname: after[one.attname] for one in hidden} == {
        one.attname: before[one.attname] for one in hidden
    }


# --- What addresses may ask -------------------------------------------------------


def changelist(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def lookups_of(model: type[models.Model]) -> list[str]:
    """Questions on every column, and on every column one relation away."""
    asked = []
    for one in model._meta.get_fields():
        if one.is_relation:
            name = one.name if one.concrete else one.get_accessor_name()
            related = one.related_model
            if not name or related is None:
                continue
            query = one.name
            asked += [
                f"{query}__{other.name}__startswith"
                for other in related._meta.concrete_fields
            ]
        else:
            asked.append(f"{one.name}__startswith")
    return asked


@pytest.mark.parametrize("model", MODELS, **ids)
def test_columns_are_not_probed_through_addresses(client, world, model):
    client.force_login(world.people[ADMIN])
    offered = {
        one for one in admin.site._registry[model].list_filter if isinstance(one, str)
    }
    for lookup in lookups_of(model):
        if lookup.split("__")[0] in offered and lookup.count("__") == 1:
            continue
        answer = client.get(changelist(model), {lookup: "a"})
        assert answer.status_code == 400, lookup


@pytest.mark.parametrize("model", MODELS, **ids)
def test_no_way_of_listing_shows_another_provinces_rows(client, world, model):
    client.force_login(world.people[ADMIN])
    foreign = own_row(model, world.there)
    for query in (
        {"all": ""},
        {"o": "1.-2.3"},
        {"o": "99"},
        {"p": "9999"},
        {"q": foreign.pk},
        {"q": "%"},
        {"q": "' OR 1=1 --"},
        {"_popup": "1"},
        {"_facets": "True"},
        {"unit": world.there.ward.pk},
        {"unit__exact": world.there.ward.pk},
        {"e": "1"},
    ):
        answer = client.get(changelist(model), query)
        assert answer.status_code in (200, 302, 400), query
        if answer.status_code == 200 and "cl" in answer.context:
            assert foreign not in list(answer.context["cl"].result_list), query


@pytest.mark.parametrize("model", MODELS, **ids)
def test_rows_are_found_by_their_own_key_only(client, world, model):
    """`_to_field` names no other column, such as a password."""
    client.force_login(world.people[ADMIN])
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    own = own_row(model, world.here)
    for column in model._meta.concrete_fields:
        if column.primary_key:
            continue
        for url in (changelist(model), reverse(f"{base}_change", args=[own.pk])):
            status = client.get(url, {"_to_field": column.name}).status_code
            assert status in (400, 404), (url, column.name)


@pytest.mark.parametrize("model", MODELS, **ids)
@pytest.mark.parametrize("role", [ADMIN, VERIFIER])
@pytest.mark.parametrize("action", ["delete_selected", "export", "", "publish"])
def test_actions_sent_all_the_same_do_nothing(client, world, model, role, action):
    client.force_login(world.people[role])
    before = counted()
    answer = client.post(
        changelist(model),
        {
            "action": action,
            "_selected_action": [
                own_row(model, world.here).pk,
                own_row(model, world.there).pk,
            ],
            "post": "yes",
            "select_across": "1",
            "index": "0",
            "_save": "1",
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": own_row(model, world.there).pk,
        },
    )
    assert answer.status_code in (200, 302, 403)
    assert counted() == before


@pytest.mark.parametrize("model", MODELS, **ids)
@pytest.mark.parametrize("role", [ADMIN, VERIFIER])
def test_autocomplete_tells_nothing_of_another_province(client, world, model, role):
    client.force_login(world.people[role])
    for column in model._meta.get_fields():
        if not column.is_relation or column.related_model not in MODELS:
            continue
        foreign = own_row(column.related_model, world.there)
        for term in ("", *words_of(world.there)):
            answer = client.get(
                reverse("admin:autocomplete"),
                {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": column.name,
                    "term": term,
                },
            )
            assert answer.status_code in (200, 403)
            if answer.status_code == 200:
                found = {one["id"] for one in answer.json()["results"]}
                assert str(foreign.pk) not in found


@pytest.mark.parametrize("model", sorted(ADDED, key=lambda one: one._meta.label), **ids)
def test_a_popup_adds_what_the_page_adds_and_says_no_more(client, world, model):
    client.force_login(world.people[ADMIN])
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    (form,) = forms_of(client.get(url, {"_popup": "1"}))
    answer = client.post(f"{url}?_popup=1", sent_as(form) | {"_popup": "1"})
    assert answer.status_code in (200, 302)
    assert not re.search(r"<script(?![^>]*src=)", answer.content.decode())


# --- A predecessor is read by those who came after, and nothing more ---------------


def test_a_transferred_wards_new_province_reads_and_changes_nothing(client, world):
    transfer_unit(
        actor=TESTS,
        unit=world.there.ward,
        parent=world.here.ward.parent,
        new=NewUnit("phuong-chuyen", "Phường Chuyển Đến", "ward"),
        effective_on=dt.date(2027, 1, 1),
        paper=PAPER,
    )
    client.force_login(world.people[ADMIN])
    before = counted()
    shown = {AdministrativeUnit: True, ParticipatingUnit: True}
    for model in (*shown, Membership, User, TrailEntry):
        row = own_row(model, world.there)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"{name}_change", args=[row.pk])
        get, post = (200, 403) if model in shown else (404, 404)
        assert client.get(url).status_code == get, model
        assert client.post(url, {"name": "Tên khác"}).status_code == post, model
    url = reverse(
        "admin:accounts_user_reset_password", args=[own_row(User, world.there).pk]
    )
    assert client.post(url).status_code == 404
    url = reverse(
        "admin:wards_membership_hand_over", args=[own_row(Membership, world.there).pk]
    )
    assert client.post(url, {"confirm": "1"}).status_code == 404
    assert counted() == before
