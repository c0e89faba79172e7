"""Each guard of the house, shown to bite."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.template.loader import get_template
from django.test import RequestFactory

from criteria.models import Assessment, Evaluation, Evidence
from tests.factories.criteria import an_evaluation
from tests.factories.wards import member
from wardsecurity.accounts.models import User
from wardsecurity.demo import is_demo, is_loopback, loopback_only
from wardsecurity.env import env_bool, env_list, env_str
from wardsecurity.health import readyz
from wardsecurity.permissions import require

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
# Forms of allauth and of the language switch make no rows of ours; the admin site's
# own forms go by its rules.
WITHOUT_KEY = ("account", "admin", "_account_links.html", "menu.html")


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_hold_no_inline_style_script_or_handler(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*src=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_form_that_posts_is_keyed(path):
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form.*?</form>", text, re.DOTALL | re.IGNORECASE):
        if not re.search(r'method="post"', form, re.IGNORECASE):
            continue
        assert "csrf_token" in form
        if not any(part in WITHOUT_KEY for part in path.parts):
            assert "form_key" in form


@pytest.mark.django_db
def test_nobody_signed_in_reads_nothing():
    an_evaluation({})
    for model in (Evaluation, Assessment, Evidence):
        assert not model.objects.for_user(AnonymousUser()).exists()
    with pytest.raises(PermissionDenied):
        require(AnonymousUser(), "assess", Assessment.objects.get())


@pytest.mark.django_db
def test_the_policy_stands_on_every_page_without_exceptions(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_pages_of_the_ward_are_safe_in_a_frame_and_by_type(client):
    evaluation = an_evaluation({})
    client.force_login(member(evaluation.campaign.ward))
    response = client.get("/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


# --- Start-up ---------------------------------------------------------------------


def test_a_missing_or_bad_setting_stops_start_up_with_its_name(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        env_str("SECRET_KEY")
    monkeypatch.setenv("DEBUG", "yes")
    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env_bool("DEBUG", default=False)
    (tmp_path / "key").write_text("kept apart\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env_str("SECRET_KEY") == "kept apart"
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert env_list("ALLOWED_HOSTS", []) == ["a.example", "b.example"]


@pytest.mark.django_db
def test_demo_accounts_make_a_demo_whatever_the_settings():
    assert not is_demo()
    User.objects.create_user("demo", is_demo=True)
    assert is_demo()


@pytest.mark.parametrize(
    ("environ", "served"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "10.0.0.7"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}, False),
    ],
)
def test_a_demo_serves_this_machine_only(environ, served):
    answers = []
    application = loopback_only(lambda environ, start: [b"page"])
    body = application(environ, lambda status, headers: answers.append(status))
    assert (list(body) == [b"page"]) == served
    assert is_loopback("localhost")
    assert not is_loopback("wards.example")


# --- Health -----------------------------------------------------------------------


@pytest.mark.django_db
def test_healthz_and_readyz_need_no_sign_in(client, evidence_root):
    assert client.get("/healthz").content == b"ok"
    assert client.get("/readyz").json() == {
        "database": True,
        "migrations": True,
        "storage": True,
    }


@pytest.mark.django_db
def test_readyz_names_what_fails(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.EVIDENCE_ROOT = tmp_path / "file" / "evidence"
    response = readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert b'"storage": false' in response.content


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_template_compiles(path):
    get_template(str(path.relative_to(Path(settings.BASE_DIR, "templates"))))
