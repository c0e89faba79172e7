"""Signing in and out, and passwords."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.accounts import PASSWORD
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity import settings as production
from wardsecurity.accounts.models import User
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
NEW = "ba-bốn-từ-liền-nhau"


def sign_in(client, name, password=PASSWORD):
    return client.post(LOGIN, {"login": name, "password": password})


@pytest.fixture
def user():
    return member(WardFactory())


def test_the_right_password_signs_in_whatever_the_case_of_the_name(client, user):
    assert sign_in(client, user.username.upper()).status_code == 302


def test_a_wrong_password_says_so_and_keeps_the_name(client, user):
    response = sign_in(client, user.username, "sai")
    assert response.status_code == 200
    assert f'value="{user.username}"' in response.content.decode()


def test_an_account_that_may_not_sign_in_does_not(client, user):
    user.is_active = False
    user.save()
    sign_in(client, user.username)
    assert client.get("/").status_code == 302


def test_five_wrong_passwords_make_it_wait(client, user):
    for _ in range(5):
        sign_in(client, user.username, "sai")
    sign_in(client, user.username)
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_post(client, user):
    client.force_login(user)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("page", ["signup/", "password/reset/", "email/"])
def test_nobody_signs_up_or_resets_by_mail(client, page):
    assert client.get(f"/accounts/{page}").status_code in (302, 404)
    assert client.post(f"/accounts/{page}").status_code in (302, 404)


def test_a_handed_out_password_is_changed_first(client, user):
    user.must_change_password = True
    user.save()
    client.force_login(user)
    assert client.get("/campaigns/").url == "/accounts/password/"
    new = "ba-bốn-từ-liền-nhau"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/", form)
    user.refresh_from_db()
    assert user.check_password(new)
    assert not user.must_change_password


def test_without_signing_in_every_page_leads_to_sign_in(client):
    for page in ("/", "/menu/", "/campaigns/", "/files/1/a.pdf"):
        assert client.get(page).url.startswith(LOGIN)


# --- What a stranger learns, and what a thief gets --------------------------------


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, user):
    known = sign_in(client, user.username, "sai")
    unknown = sign_in(client, "khong-co-ai", "sai")

    def without_names(response):
        page = re.sub(r'name="csrf\w+" value="[^"]*"', "", page_of(response))
        return page.replace(user.username, "").replace("khong-co-ai", "")

    assert without_names(known) == without_names(unknown)


def page_of(response):
    return response.content.decode()


def test_the_limit_holds_whatever_the_case_of_the_name(client, user):
    for name in (user.username, user.username.upper(), user.username.title()) * 2:
        sign_in(client, name, "sai")

    sign_in(client, user.username)

    assert "_auth_user_id" not in client.session


def test_the_limit_of_one_name_does_not_shut_out_another(client, user):
    for _ in range(6):
        sign_in(client, user.username, "sai")
    other = member(WardFactory())

    assert sign_in(client, other.username).status_code == 302


def test_signing_in_gives_a_new_session(client, user):
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sign_in(client, user.username)

    assert client.session.session_key != before


def test_signing_out_ends_the_session_on_the_server(client, user):
    client.force_login(user)
    stolen = client.cookies["sessionid"].value

    client.post("/accounts/logout/")

    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert thief.get("/campaigns/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(client, user):
    client.force_login(user)
    elsewhere = Client()
    elsewhere.force_login(user)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    client.post("/accounts/password/", form)

    assert elsewhere.get("/campaigns/").status_code == 302
    assert client.get("/campaigns/").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts(client, user):
    cookie = sign_in(client, user.username).cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "where",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"],
)
def test_signing_in_leads_to_this_site_only(client, user, where):
    form = {"login": user.username, "password": PASSWORD, "next": where}

    assert client.post(f"{LOGIN}?next={where}", form).url == "/"


# --- Passwords --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("sai", NEW, NEW),
        (PASSWORD, NEW, f"{NEW}x"),
        (PASSWORD, "ngan", "ngan"),
        (PASSWORD, "1234567890", "1234567890"),
        (PASSWORD, "password123", "password123"),
        (PASSWORD, "", ""),
    ],
)
def test_a_password_that_will_not_do_is_refused(client, user, old, new, again):
    client.force_login(user)

    response = client.post(
        "/accounts/password/",
        {"oldpassword": old, "password1": new, "password2": again},
    )

    assert "aria-invalid" in page_of(response) or "has-error" in page_of(response)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("page", ["/", "/menu/", "/files/1/preview", "/admin/"])
def test_nothing_opens_before_a_handed_out_password_is_changed(client, page):
    user = member(UnitFactory(), Role.PROVINCE_ADMIN, user__must_change_password=True)
    client.force_login(user)

    assert client.get(page).url == "/accounts/password/"
    assert client.post(page).url == "/accounts/password/"


def test_a_password_is_kept_as_argon2(settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS

    assert User.objects.create_user("can-bo", PASSWORD).password.startswith("argon2")


def test_names_of_any_case_are_one_account():
    User.objects.create_user("can-bo", PASSWORD)

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="Can-Bo")
