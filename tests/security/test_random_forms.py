"""Every form takes anything: refused or taken, never a fault of the server."""

import random
import re

import pytest
from django.utils import timezone

from tests.factories.accounts import UserFactory
from tests.factories.criteria import (
    decide,
    decided,
    recognised,
    verified,
    verifying,
)
from tests.factories.files import ooxml, pdf, picture
from tests.factories.wards import member
from tests.security.matrix import a_place
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

BOUNDARY = "between-two-fields"
POSTS = 40  # a form; the names of its fields are read from its own page
YEAR = timezone.localdate().year
PIECES = [
    *("", " ", "0", "1", "2", "-1", "8,5", "1.176", "9" * 30, "٣", "²", "1e9", "NaN"),
    *("met", "not_met", "not_applicable", "document", "files", "link", "figure"),
    *(f"01/02/{YEAR}", f"31/12/{YEAR + 1}", "31/02/2026", "00/00/0000", "010203"),
    *("https://a.vn", "https://", "javascript:x", "//[", "http://[::1", "http://ế.vn"),
    *(
        "\0",
        "\ud7ff",
        "\U0010ffff",
        "e\u0302\u0301",
        "\u202e",
        "<b>",
        "%s{}{{",
        "'\";--",
    ),
    *("Đức Ninh", "x" * 400, "ạ" * 5000, "\n" * 50, "None", "true", "on", "[]"),
]
FORMS = [
    "criteria/1/",
    "criteria/2/",
    "criteria/1/?comments",
    "criteria/1/evidence/new/",
    "criteria/1/evidence/library/",
    "evidence/new/",
    "evidence/{pk}/edit/",
    "evidence/{pk}/withdraw/",
    "assignments/",
    "carry-over/",
    "campaign/edit/",
    "documents/new/",
    "documents/{document}/edit/",
    "documents/{document}/withdraw/",
    "documents/{document}/criteria/",
    "documents/{document}/evidence/",
    "documents/bodies/new/",
    "documents/bodies/terms/new/",
    "documents/bodies/terms/{term}/edit/",
    "committee/edit/",
    "committee/members/new/",
    "committee/members/{member}/edit/",
    "committee/members/{member}/end/",
    "committee/{member}/replace/",
    "committee/{member}/categories/",
    "meetings/new/",
    "meetings/{meeting}/edit/",
    "meetings/{meeting}/contributions/new/",
    "/verify/{ward}/{year}/1/",
    "/verify/{ward}/{year}/2/",
    "/verify/{ward}/{year}/returns/",
    "/verify/{ward}/{year}/conclusion/",
    "/verify/{ward}/{year}/reopen/",
    "/w/{ward}/{year}/recognition/",
    "/w/{ward}/campaigns/new/",
    "/accounts/password/",
    "/accounts/login/",
    "/admin/wards/administrativeunit/add/",
    "/admin/wards/participatingunit/add/",
    "/admin/wards/membership/add/",
    "/admin/accounts/user/add/",
    "/admin/criteria/criteriaset/{set}/change/",
    "/admin/criteria/criterion/{criterion}/change/",
]


def in_verification(evaluation):
    """Being verified: the second criterion waits for its re-check on site."""
    verifying(evaluation)
    decide(evaluation, 2, "recheck")


def with_a_return(evaluation):
    """All looked at, the first to be sent back."""
    decided(evaluation)
    decide(evaluation, 1, "returned", reason="Bổ sung biên bản.")


# Forms of the province, and the state of a year in which they are shown.
OF_PROVINCE = {
    "/verify/{ward}/{year}/1/": in_verification,
    "/verify/{ward}/{year}/2/": in_verification,
    "/verify/{ward}/{year}/returns/": with_a_return,
    "/verify/{ward}/{year}/conclusion/": decided,
    "/verify/{ward}/{year}/reopen/": recognised,
    "/w/{ward}/{year}/recognition/": verified,
}


def fields_of(page):
    """The names of a form's fields, and what its lists offer."""
    body = page.split("<main")[-1]
    names = set(
        re.findall(r'<(?:input|select|textarea|button)[^>]*\sname="([^"]+)"', body)
    )
    offered = re.findall(
        r'(?:<option|type="radio"|type="checkbox")[^>]*value="([^"]*)"', body
    )
    return sorted(names - {"csrfmiddlewaretoken", "q"}), offered


def something(chance, name, offered):
    """A value: often nonsense, sometimes what the form itself offers, or a file."""
    if name == "files":
        content = chance.choice([b"", b"\0", pdf()[:200], picture()[:90], ooxml()[:99]])
        return chance.choice(PIECES)[:99] or "x", content
    if offered and chance.random() < 0.3:
        return chance.choice(offered)
    return chance.choice(PIECES) + chance.choice(["", "", chance.choice(PIECES)])


def as_sent(fields):
    """The bytes of a form: Django's client would mend or refuse a file's name."""
    parts = []
    for name, value in fields.items():
        head, content = f'name="{name}"', value
        if isinstance(value, tuple):
            head, content = f'{head}; filename="{value[0]}"', value[1]
        parts += [f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n"]
        parts += [content, "\r\n"]
    parts.append(f"--{BOUNDARY}--\r\n")
    return b"".join(one if isinstance(one, bytes) else one.encode() for one in parts)


@pytest.mark.parametrize("form", FORMS)
def test_no_post_is_a_fault_of_the_server(client, evidence_root, settings, form):
    settings.ACCOUNT_RATE_LIMITS = {}
    place = a_place()
    names = {
        "pk": place.paper.pk,
        "ward": place.ward.slug,
        "year": YEAR,
        "document": place.records.document.pk,
        "term": place.records.term.pk,
        "member": place.records.member.pk,
        "meeting": place.records.meeting.pk,
        "set": place.evaluation.criteria_set_id,
        "criterion": place.evaluation.criteria_set.criteria.first().pk,
    }
    where = form.format(**names)
    if not where.startswith("/"):
        where = f"/w/{place.ward.slug}/{YEAR}/{where}"
    if form in OF_PROVINCE:
        OF_PROVINCE[form](place.evaluation)
    if form in OF_PROVINCE or where.startswith("/admin/"):
        client.force_login(member(place.ward.parent, Role.PROVINCE_ADMIN))
    elif "login" not in where:
        client.force_login(member(place.ward, Role.WARD_LEADER))
    fields, offered = fields_of(client.get(where).content.decode())
    assert fields, "a form without fields"
    if where.endswith(("/criteria/1/", "/criteria/2/")):
        where += "assess/"
    where = where.replace("?comments", "comments/")
    if "/verify/" in where and where.endswith("/2/"):
        where += "recheck/"
    chance = random.Random(form)
    for _ in range(POSTS):
        sent = {
            name: something(chance, name, offered)
            for name in fields
            if chance.random() < 0.8
        }
        response = client.post(
            where, as_sent(sent), f"multipart/form-data; boundary={BOUNDARY}"
        )
        assert response.status_code in (200, 302, 403, 404, 409, 422, 429), sent
        if "password" in where:
            client.force_login(UserFactory())
