"""Steering committees above the wards: the province keeps them, the wards read."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commitments.models import BodyMember, OutsideBody
from commitments.services.committees_above import (
    add_body_member,
    end_body_member,
    register_committee,
)
from tests.factories.criteria import an_evaluation
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def province():
    return UnitFactory(slug="tinh-mau", name="Tỉnh Mẫu")


@pytest.fixture
def admin(province):
    return member(province, Role.PROVINCE_ADMIN)


@pytest.fixture
def body(province, admin):
    return register_committee(
        actor=admin, unit=province, name="Ban Chỉ đạo 138 tỉnh Mẫu"
    )


@pytest.fixture
def sitting(body, admin):
    return add_body_member(actor=admin, body=body, position="Trưởng ban", name="Ông A")


def bodies_page(client, ward):
    an_evaluation({}, ward=ward)
    client.force_login(member(ward))
    return client.get(f"/w/{ward.slug}/{TODAY.year}/documents/bodies/").content.decode()


# --- Kept by the province ---------------------------------------------------------


def test_a_committee_and_its_members_are_trailed_with_the_province(province, sitting):
    actions = TrailEntry.objects.filter(chain__unit=province).order_by("seq")
    found = [entry.action for entry in actions][-2:]
    assert found == ["body_registered", "body_member_added"]


def test_members_stand_in_the_order_they_were_added(body, sitting, admin):
    add_body_member(actor=admin, body=body, position="Phó Trưởng ban")
    found = body.members.values_list("order", "position")
    assert list(found) == [(1, "Trưởng ban"), (2, "Phó Trưởng ban")]


def test_a_name_is_registered_once(province, body, admin):
    with pytest.raises(RuleViolation) as refusal:
        register_committee(actor=admin, unit=province, name="ban chỉ đạo 138 tỉnh mẫu")
    assert (refusal.value.code, refusal.value.field) == ("body_exists", "name")


def test_a_last_day_before_the_first_is_refused(body, admin):
    row = add_body_member(actor=admin, body=body, position="Ủy viên", valid_from=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        end_body_member(actor=admin, member=row, last_day=TODAY - DAY)
    assert refusal.value.code == "last_day_before_first"


def test_a_member_ends_once(sitting, admin):
    end_body_member(actor=admin, member=sitting, last_day=TODAY)
    with pytest.raises(RuleViolation) as refusal:
        end_body_member(actor=admin, member=sitting, last_day=TODAY)
    assert refusal.value.code == "term_ended"


@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.COMMITTEE_MEMBER])
def test_nobody_but_the_provinces_admin_writes(province, body, sitting, role):
    person = member(province, role)
    for attempt in (
        lambda: register_committee(actor=person, unit=province, name="Ban khác"),
        lambda: add_body_member(actor=person, body=body, position="Ủy viên"),
        lambda: end_body_member(actor=person, member=sitting, last_day=TODAY),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_the_forms_write(client, province, admin):
    client.force_login(admin)
    client.post("/p/tinh-mau/committees/new/", {"name": "Ban Chỉ đạo", "form_key": "1"})
    body = OutsideBody.objects.get(ward=province)
    home = f"/p/tinh-mau/committees/{body.pk}/members/new/"
    client.post(home, {"position": "Trưởng ban", "form_key": "2"})
    row = BodyMember.objects.get()
    end = f"/p/tinh-mau/committees/members/{row.pk}/end/"
    for _twice in range(2):
        form = {"last_day": f"{TODAY:%d/%m/%Y}", "form_key": "3"}
        assert client.post(end, form).status_code == 302
    row.refresh_from_db()
    assert row.valid_to == TODAY


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("new/", {"name": ""}),
        ("new/", {"name": "x" * 201}),
        ("{body}/members/new/", {"position": " "}),
        ("{body}/members/new/", {"position": "a", "valid_from": "31/02/2026"}),
        ("members/{member}/end/", {"last_day": "hôm qua"}),
    ],
)
def test_bad_input_comes_back_with_what_was_typed(
    client, admin, body, sitting, address, form
):
    client.force_login(admin)
    url = "/p/tinh-mau/committees/" + address.format(body=body.pk, member=sitting.pk)
    response = client.post(url, {**form, "form_key": "k"})
    assert response.status_code == 422
    assert BodyMember.objects.count() == 1
    for typed in form.values():
        assert typed in response.content.decode()


def test_another_provinces_committee_is_not_there(client, admin, sitting):
    there = UnitFactory(slug="tinh-khac")
    client.force_login(member(there, Role.PROVINCE_ADMIN))
    for address in (
        "/p/tinh-mau/committees/",
        f"/p/tinh-khac/committees/{sitting.body_id}/members/new/",
        f"/p/tinh-khac/committees/members/{sitting.pk}/end/",
    ):
        assert client.get(address).status_code == 404


# --- Read by the wards ------------------------------------------------------------


def test_a_ward_reads_who_sits_above_it_and_may_not_change_it(
    client, province, sitting
):
    page = bodies_page(client, WardFactory(parent=province))
    assert "Ban Chỉ đạo 138 tỉnh Mẫu" in page
    assert "Ông A" in page
    assert "/committees/" not in page


def test_who_has_left_is_not_shown_to_the_wards(client, province, sitting, admin):
    end_body_member(actor=admin, member=sitting, last_day=TODAY - DAY)
    page = bodies_page(client, WardFactory(parent=province))
    assert "Ban Chỉ đạo 138 tỉnh Mẫu" in page
    assert "Ông A" not in page


def test_a_ward_of_another_province_does_not_read_it(client, sitting):
    assert "Ông A" not in bodies_page(client, WardFactory())


def test_another_wards_own_bodies_are_not_above_it(client, province):
    here, there = WardFactory(parent=province), WardFactory(parent=province)
    OutsideBody.objects.create(ward=there, name="Ban riêng", kind="steering_committee")
    assert "Ban riêng" not in bodies_page(client, here)


def test_queries_are_the_same_for_one_member_and_for_many(client, admin, body, sitting):
    client.force_login(admin)

    def queries():
        client.get("/p/tinh-mau/committees/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/p/tinh-mau/committees/")
        return len(seen)

    before = queries()
    for number in range(9):
        add_body_member(actor=admin, body=body, position=f"Ủy viên {number}")
    assert queries() == before <= 10
