"""Signing in and out, and passwords."""

import pytest

from tests.factories.accounts import PASSWORD
from tests.factories.wards import WardFactory, member

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


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
