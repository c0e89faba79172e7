"""Every address, every role, GET and POST: who gets in, who is told no, who is told
nothing."""

import re

import pytest
from django.apps import apps
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from criteria.models import Assessment, Evidence, EvidenceFile, EvidenceLink
from tests.security.matrix import (
    ACCESS,
    EVERYBODY,
    FORMER,
    INSIDERS,
    NOBODY,
    OTHER_PROVINCE,
    OTHER_WARD,
    OUTSIDERS,
    SIGN_IN,
    SIGNED_OUT,
    YEAR,
    a_world,
    admin_url,
    is_admin,
    walk,
)
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

# The admin site's own leads on to the site's.
SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/")
OF_A_WARD = {name: row for name, row in ACCESS.items() if row.of_a_ward}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for the whole table; each test takes its own changes back."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        made = a_world()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def ask(client, world):
    """Return `ask(role, method, url, data)`: what comes back."""

    def ask(role, method, url, data=None):
        if person := world.people[role]:
            client.force_login(person)
        response = getattr(client, method)(url, data or {})
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        if response.streaming:
            b"".join(response.streaming_content)  # closes the file
        location = response.get("Location", "")
        if response.status_code == 302 and location.startswith(SIGN_IN_PAGES):
            return SIGN_IN
        return response.status_code

    return ask


def cells(rows, roles, get="get", post="post"):
    """The table as parameters: address, role, method."""
    return [
        pytest.param(name, role, method, id=f"{name}-{role}-{method}")
        for name in rows
        for role in roles
        for method in (get, post)
    ]


def rows_of_everything():
    """How many rows each table has, sessions and receipts aside."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in ("sessions.Session", "accounts.FormReceipt")
    }


# --- The table --------------------------------------------------------------------


def test_every_route_has_an_access_row():
    routes = {route.name for route in walk() if not is_admin(route)}

    assert routes == set(ACCESS)


def test_every_row_says_something_for_everybody():
    for name, row in ACCESS.items():
        assert set(row.get) == set(row.post) == set(EVERYBODY), name


@pytest.mark.parametrize(("name", "role", "method"), cells(ACCESS, EVERYBODY))
def test_what_a_role_gets(world, ask, name, role, method):
    row = ACCESS[name]
    url = reverse(name, args=row.args(world.here))

    outcome = ask(role, method, url, row.data(world.here) if method == "post" else None)

    assert outcome == getattr(row, method)[role]


@pytest.mark.parametrize(("name", "role", "method"), cells(OF_A_WARD, INSIDERS))
def test_another_wards_address_is_not_there(world, ask, name, role, method):
    row = ACCESS[name]
    url = reverse(name, args=row.args(world.there))
    data = row.data(world.there) if method == "post" else None

    # Where a method is refused, it is refused before anything is looked for.
    assert ask(role, method, url, data) in (404, getattr(row, method)[NOBODY])


@pytest.mark.parametrize("name", [name for name in ACCESS if "evidence-" in name])
def test_another_wards_evidence_is_not_found_at_ones_own_address(world, ask, name):
    own = ACCESS[name].args(world.here)
    if len(own) < 3 or own[-1] == 1:
        return  # names no evidence
    url = reverse(name, args=[*own[:-1], world.there.paper.pk])
    method = "post" if ACCESS[name].get[Role.WARD_LEADER] == 405 else "get"

    assert ask(Role.WARD_LEADER, method, url) == 404


@pytest.mark.parametrize(("name", "role", "method"), cells(OF_A_WARD, OUTSIDERS))
def test_what_is_not_theirs_looks_like_what_is_not_there(
    world, ask, name, role, method
):
    row = ACCESS[name]
    own = row.args(world.here)
    missing = [10**9 if isinstance(arg, int) and arg != YEAR else arg for arg in own]
    if "criteria:" in name and isinstance(own[0], str):
        missing[0] = "no-such-ward"

    theirs = ask(role, method, reverse(name, args=own))
    nobodys = ask(role, method, reverse(name, args=missing))

    assert theirs == nobodys


def test_no_method_opens_what_get_and_post_do_not(world, client):
    client.force_login(world.people[Role.WARD_LEADER])
    outcomes = {
        (name, method): client.generic(
            method, reverse(name, args=row.args(world.here))
        ).status_code
        for name, row in OF_A_WARD.items()
        for method in ("PUT", "PATCH", "DELETE")
    }

    assert set(outcomes.values()) == {405}, outcomes


@pytest.mark.parametrize(
    "role", [role for role in EVERYBODY if role not in (Role.WARD_LEADER,)]
)
def test_a_refusal_writes_nothing(world, client, role):
    if person := world.people[role]:
        client.force_login(person)
    # Rows that a page needs are made first, so that only what is sent could write.
    refused = [
        (reverse(name, args=row.args(world.here)), row.data(world.here))
        for name, row in OF_A_WARD.items()
        if row.post[role] in (403, 404, 405, SIGN_IN)
    ]
    before = rows_of_everything()
    for url, data in refused:
        client.post(url, data)

    assert rows_of_everything() == before


@pytest.mark.parametrize("role", INSIDERS)
def test_reading_writes_nothing_but_the_session(world, client, role):
    client.force_login(world.people[role])
    for name, row in ACCESS.items():
        url = reverse(name, args=row.args(world.here))
        with CaptureQueriesContext(connection) as seen:
            response = client.get(url)
            b"".join(response)  # to its end, so that files are closed
        writes = [
            query["sql"]
            for query in seen
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
            and "django_session" not in query["sql"]
        ]
        assert not writes, name


def test_asking_for_the_head_answers_as_the_page_without_its_body(world, client):
    client.force_login(world.people[Role.WARD_LEADER])
    for name, row in ACCESS.items():
        if name.startswith("files:") or row.get[Role.WARD_LEADER] != 200:
            continue
        response = client.head(reverse(name, args=row.args(world.here)))
        assert (response.status_code, response.content) == (200, b""), name


@pytest.mark.parametrize("role", [OTHER_WARD, OTHER_PROVINCE, FORMER, NOBODY])
@pytest.mark.parametrize(
    "name", ["criteria:my-work", "criteria:menu", "criteria:campaign-switch"]
)
def test_pages_without_a_ward_in_their_address_name_no_foreign_ward(
    world, client, role, name
):
    client.force_login(world.people[role])

    html = client.get(reverse(name), follow=True).content.decode()

    ward = world.here.ward
    assert ward.slug not in re.findall(r"/w/([\w-]+)/", html)
    assert f">{ward.name}<" not in html


def test_a_signed_out_visitor_comes_back_to_the_page_asked_for(world, client):
    url = reverse("criteria:dashboard", args=[world.here.ward.slug, YEAR])

    assert client.get(url)["Location"] == f"/accounts/login/?next={url}"


# --- The admin site, by rule ------------------------------------------------------

ADMIN = [route for route in walk() if is_admin(route)]
LET_IN = {Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN, OTHER_PROVINCE}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [role for role in EVERYBODY if role not in LET_IN])
def test_only_people_of_a_province_enter_the_admin_site(world, ask, role, method):
    """Its address of the sign-in page sends everybody to the one of the site."""
    outcomes = {
        route.name: ask(role, method, admin_url(route, world.here)) for route in ADMIN
    }

    outcome = SIGN_IN if role == SIGNED_OUT else 403
    assert dict.fromkeys(outcomes, outcome) == outcomes


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_site_of_another_province_has_no_row_of_this_one(world, ask, method):
    outcomes = {
        route.name: ask(OTHER_PROVINCE, method, admin_url(route, world.here))
        for route in ADMIN
        if "object_id" in route.pattern and route.name.startswith("admin:")
    }

    assert set(outcomes.values()) == {404}, outcomes


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", sorted(LET_IN))
def test_no_admin_page_is_a_fault_of_the_server(world, ask, role, method):
    """What each page shows to whom: tests/wardsecurity/test_admin.py."""
    outcomes = {
        route.name: ask(role, method, admin_url(route, world.here)) for route in ADMIN
    }

    expected = {200, 301, 302, 403, 404, 405, 422, SIGN_IN}
    assert set(outcomes.values()) <= expected, outcomes


# --- Ids in forms -----------------------------------------------------------------


@pytest.fixture
def leader(world, client):
    """Return `leader(name, data)`: a ward leader posts to the own ward's address."""
    client.force_login(world.people[Role.WARD_LEADER])

    def post(name, data):
        url = reverse(name, args=ACCESS[name].args(world.here))
        before = rows_of_everything()
        status = client.post(url, ACCESS[name].data(world.here) | data).status_code
        assert rows_of_everything() == before, "something was written"
        return status

    return post


@pytest.mark.parametrize("unit_field", ["c1-lead_unit", "c1-supporting"])
def test_another_wards_unit_cannot_be_assigned(world, leader, unit_field):
    data = {unit_field: world.there.group.pk}

    assert leader("criteria:assignments", data) == 422
    assert not Assessment.objects.filter(
        evaluation=world.here.evaluation, supporting_units__isnull=False
    ).exists()


def test_a_set_that_is_out_of_sight_cannot_be_opened(world, leader):
    foreign = world.there.evaluation.criteria_set_id

    assert leader("criteria:campaign-open", {"criteria_set": foreign}) == 422


def test_another_wards_evidence_cannot_be_picked(world, leader):
    picked = {"evidence": [world.here.loose.pk, world.there.paper.pk]}

    assert leader("criteria:evidence-choose", picked) == 404


def test_another_wards_evidence_cannot_be_reused(world, leader):
    assert leader("criteria:evidence-create", {"reuse": world.there.paper.pk}) == 404


def test_another_wards_evidence_cannot_be_unlinked(world, client):
    client.force_login(world.people[Role.WARD_LEADER])
    at = [world.here.ward.slug, YEAR, 1, world.there.shared.pk]

    assert client.post(reverse("criteria:evidence-unlink", args=at)).status_code == 404
    assert EvidenceLink.objects.filter(evidence=world.there.shared).count() == 2


def test_another_wards_file_cannot_be_taken_off(world, leader):
    data = {"version": 1, "remove": [world.there.hung.pk]}

    assert leader("criteria:evidence-edit", data) == 422
    assert EvidenceFile.objects.get(pk=world.there.hung.pk).removed_at is None


@pytest.mark.parametrize("owner", ["self", "somebody else"])
def test_another_wards_file_cannot_be_handed_on(world, leader, owner):
    """Not even with a seal of the right key: the files are read in scope again."""
    names = {"self": Role.WARD_LEADER, "somebody else": OTHER_WARD}
    user = world.people[names[owner]]
    sealed = signing.dumps([user.pk, world.there.stored.pk], salt="files.kept")
    data = {"kind": "files", "kept": sealed}

    assert leader("criteria:evidence-create", data) == 422


def test_anothers_kept_file_of_the_same_ward_cannot_be_handed_on(world, leader):
    colleague = world.people[Role.WARD_STAFF]
    sealed = signing.dumps([colleague.pk, world.here.stored.pk], salt="files.kept")

    assert leader("criteria:evidence-create", {"kind": "files", "kept": sealed}) == 422


@pytest.mark.parametrize("kept", ["1", "x:y:z", "é", "W10:1:2", "\x00"])
def test_a_made_up_seal_hands_nothing_on(leader, kept):
    assert leader("criteria:evidence-create", {"kind": "files", "kept": kept}) == 422


def test_criteria_of_another_set_cannot_be_chosen(leader):
    assert leader("criteria:evidence-record", {"criteria": [1, 3]}) == 422


def test_a_contributor_chooses_only_criteria_of_the_own_unit(world, client):
    client.force_login(world.people[Role.UNIT_CONTRIBUTOR])
    row = ACCESS["criteria:evidence-record"]
    url = reverse("criteria:evidence-record", args=row.args(world.here))
    before = Evidence.objects.count()

    response = client.post(url, row.data(world.here) | {"criteria": [1, 2]})

    assert response.status_code == 422
    assert Evidence.objects.count() == before


def test_a_contributor_of_another_unit_only_reads(world, client):
    person = world.people[Role.UNIT_CONTRIBUTOR]
    Assessment.objects.filter(evaluation=world.here.evaluation).update(lead_unit=None)
    client.force_login(person)
    outcomes = {
        name: client.post(
            reverse(name, args=ACCESS[name].args(world.here)),
            ACCESS[name].data(world.here),
        ).status_code
        for name in (
            "criteria:assessment-save",
            "criteria:evidence-create",
            "criteria:evidence-choose",
            "criteria:evidence-unlink",
            "criteria:evidence-edit",
            "criteria:evidence-withdraw",
        )
    }

    assert set(outcomes.values()) == {403}, outcomes


def test_an_id_of_any_size_is_no_fault_of_the_server(world, client):
    client.force_login(world.people[Role.WARD_LEADER])
    huge = 10**30
    at = f"/w/{world.here.ward.slug}/{YEAR}"
    urls = [
        f"{at}/evidence/{huge}/",
        f"{at}/evidence/{huge}/edit/",
        f"{at}/criteria/{huge}/",
        f"/w/{world.here.ward.slug}/{huge}/",
        f"/files/{huge}/preview",
        f"/files/{huge}/a.pdf",
    ]

    assert {client.get(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("sent", ["9" * 30, "-1", "abc", "٣", "1e3", ""])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("criteria:evidence-choose", "evidence"),
        ("criteria:evidence-create", "reuse"),
        ("criteria:evidence-create", "wanted"),
        ("criteria:evidence-edit", "remove"),
        ("criteria:evidence-edit", "version"),
        ("criteria:assessment-save", "version"),
        ("criteria:assessment-save", "next"),
        ("criteria:assignments", "c1-lead_unit"),
        ("criteria:campaign-open", "criteria_set"),
    ],
)
def test_an_id_that_is_none_is_no_fault_of_the_server(world, client, name, field, sent):
    client.force_login(world.people[Role.WARD_LEADER])
    url = reverse(name, args=ACCESS[name].args(world.here))

    status = client.post(url, ACCESS[name].data(world.here) | {field: sent}).status_code

    assert status in (302, 404, 409, 422)


def test_the_table_is_of_today(world):
    """Ended yesterday is outside; ending today is still in."""
    person = world.people[FORMER]
    person.memberships.update(valid_to=timezone.localdate())

    assert Evidence.objects.for_user(person).exists()
