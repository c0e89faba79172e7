"""Each guard of the house, shown to bite."""

import ast
import datetime as dt
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone

from commitments.models import (
    BodyMember,
    CommitmentContent,
    DocumentFile,
    GoodModel,
    Meeting,
    OfficialDocument,
)
from criteria.models import (
    Assessment,
    AssessmentFigure,
    Category,
    CategoryScore,
    Criterion,
    Evaluation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    ScorePoint,
)
from tests.factories.accounts import UserFactory
from tests.factories.criteria import an_evaluation
from tests.factories.wards import member
from tests.security.matrix import a_place, walk
from wardsecurity import urls
from wardsecurity.accounts.models import FormReceipt, User
from wardsecurity.audit.models import TrailText
from wardsecurity.demo import is_demo, is_loopback, loopback_only
from wardsecurity.env import env_bool, env_list, env_str
from wardsecurity.health import readyz
from wardsecurity.jobs.models import Job, JobItem
from wardsecurity.notices.models import CommentRead
from wardsecurity.permissions import ACTIONS, Role, may, require
from wardsecurity.scoping import WardScopedQuerySet
from wardsecurity.wards.models import UnitScope, UnitSuccession

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
# Forms of allauth and of the language switch make no rows of ours; the admin site's
# own forms go by its rules.
# "trail" posts to have a chain checked, which writes nothing.
WITHOUT_KEY = ("account", "admin", "_account_links.html", "menu.html", "trail")


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


# --- The door ---------------------------------------------------------------------

# What belongs to no unit, or is reached only through a row that does.
OF_NO_UNIT = {User, FormReceipt, UnitScope, TrailText, CommentRead}
OF_TWO_UNITS = {UnitSuccession}  # tests/wardsecurity/test_succession.py
OF_A_PROVINCE = {Job, JobItem, BodyMember}  # nothing for a ward's people by this door
THROUGH_A_ROW = {
    AssessmentFigure,
    Category,
    CategoryScore,
    EvidenceFile,
    EvidenceLink,
    ScorePoint,
    Assessment.supporting_units.through,
    CommitmentContent,
    DocumentFile,
    GoodModel.documents.through,
    Meeting.organising_bodies.through,
    Meeting.organising_units.through,
    OfficialDocument.based_on.through,
}
OURS = {
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith(("wardsecurity", "commitments", "criteria"))
}
SCOPED = sorted(
    OURS - OF_NO_UNIT - OF_TWO_UNITS - THROUGH_A_ROW,
    key=lambda model: model._meta.label_lower,
)


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model._meta.label)
def test_every_row_of_a_unit_has_the_one_door(model):
    assert isinstance(model._default_manager.all(), WardScopedQuerySet)


@pytest.fixture
def filled(evidence_root):
    """Two wards with a row of every kind, and the staff of the first."""
    here, there = a_place(), a_place()
    return here, there, member(here.ward)


def units_of(rows):
    """The units some rows of a scoped model belong to."""
    path = {"self": "pk"}.get(rows.unit_path, rows.unit_path)
    if rows.model is Criterion:
        path = "criteria_set__owner"
    return set(rows.values_list(path, flat=True))


@pytest.mark.django_db
def test_the_door_shows_the_own_ward_and_nothing_of_the_other(filled):
    here, _there, person = filled
    for model in SCOPED:
        rows = model._default_manager.for_user(person)
        own = set() if model in OF_A_PROVINCE else {here.ward.pk}
        assert units_of(rows) == own, model


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "shut", "former", "future", "nobody"])
def test_the_door_is_shut_for(filled, who):
    here, _there, person = filled
    day = timezone.localdate()
    match who:
        case "anonymous":
            person = AnonymousUser()
        case "shut":
            person.is_active = False
        case "former":
            person.memberships.update(valid_to=day - dt.timedelta(days=1))
        case "future":
            person.memberships.update(valid_from=day + dt.timedelta(days=1))
        case "nobody":
            person.memberships.update(user=UserFactory())
    for model in SCOPED:
        assert not model._default_manager.for_user(person).exists(), model
        assert model._default_manager.exists(), f"{model} is not tried"
    for action in ACTIONS:
        assert not may(person, action, here.ward)


@pytest.mark.django_db
def test_a_predecessor_is_read_and_no_action_writes_it(filled):
    here, there, _person = filled
    UnitScope.objects.create(viewer=here.ward, unit=there.ward, read_only=True)
    for role in (Role.WARD_STAFF, Role.WARD_LEADER):
        person = member(here.ward, role)
        assert Evidence.objects.for_user(person).filter(ward=there.ward).exists()
        assert not [one for one in ACTIONS if may(person, one, there.evaluation)]


@pytest.mark.django_db
def test_nobody_has_the_right_to_maintain(filled):
    here, _there, _person = filled
    for role in Role:
        assert not may(member(here.ward, role), "maintain", here.ward)


def test_no_page_acts_for_the_system():
    """Only commands do, and what they call takes the actor that they name."""
    allowed = {"permissions.py", "demo.py"}
    for package in ("wardsecurity", "commitments", "criteria"):
        for file in Path(settings.BASE_DIR, package).rglob("*.py"):
            if file.name in allowed or "commands" in file.parts:
                continue
            calls = {
                node.func.id
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not {"system", "SystemActor"} & calls, file


def test_a_view_that_says_nothing_asks_for_sign_in(client, settings):
    settings.ROOT_URLCONF = type(
        "Urls",
        (),
        {"urlpatterns": [*urls.urlpatterns, path("new/", lambda request: None)]},
    )

    assert client.get("/new/").url == "/accounts/login/?next=/new/"


def test_the_views_open_to_strangers_are_these_only():
    open_views = {
        route.name for route in walk() if not getattr(route.view, "login_required", 1)
    }

    assert open_views == {
        "healthz",
        "readyz",
        "set_language",
        "account_login",
        "account_logout",
        "admin:login",
    }


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


PRODUCTION = {
    "SECRET_KEY": "as long as a key must be, 0123456789, and of many letters",
    "ALLOWED_HOSTS": "phuong.example.vn",
    "PUBLIC_URL": "https://phuong.example.vn",
}


def start_up(*command, **changes):
    """Run a command in production settings, with some variables changed or gone."""
    wanted = PRODUCTION | {"DJANGO_SETTINGS_MODULE": "wardsecurity.settings"} | changes
    environ = {"PATH": os.defpath} | {k: v for k, v in wanted.items() if v is not None}
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, *(command or ("-c", "import django; django.setup()"))],
        cwd=settings.BASE_DIR,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "  "),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("DEBUG", "true"),
        ("DEMO", "1"),
        ("EMAIL_URL", "post://user:secret@host"),
        ("EVIDENCE_STORAGE_URL", "s3://bucket/evidence"),
        ("EVIDENCE_STORAGE_URL", "file://server/evidence"),
    ],
)
def test_production_does_not_start_insecure(name, value):
    changes = {name: value}
    if name == "SECRET_KEY_FILE":
        changes["SECRET_KEY"] = None

    done = start_up(**changes)

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_production_as_it_should_be_starts_and_djangos_check_finds_nothing():
    check = "import django; django.setup(); from django.core.management import *;"
    check += "call_command('check', '--deploy', '--fail-level', 'WARNING')"

    done = start_up("-W", "error", "-c", check)

    assert done.returncode == 0, done.stderr


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
