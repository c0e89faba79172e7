"""The admin site: a first ward can start in it."""

import pytest
from django.urls import reverse

from criteria.models import CriteriaSet
from tests.factories.criteria import a_set
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.permissions import Role
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = pytest.mark.django_db

SETS = "/admin/criteria/criteriaset/"


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def admin(client, province):
    user = member(province, Role.PROVINCE_ADMIN)
    client.force_login(user)
    return user


def test_a_ward_is_added_below_the_province(client, admin, province):
    form = {"slug": "phuong-moi", "name": "Phường Mới", "kind": "ward"}
    client.post("/admin/wards/administrativeunit/add/", form | {"parent": province.pk})
    ward = AdministrativeUnit.objects.get(slug="phuong-moi")
    assert ward in AdministrativeUnit.objects.for_user(admin)


def test_a_set_is_copied_to_a_ward_and_its_pages_open(client, admin, province):
    working = a_set({}, {}, state="working")
    ward = WardFactory(parent=province)
    assert client.get(f"{SETS}{working.pk}/copy/").status_code == 200
    client.post(f"{SETS}{working.pk}/copy/", {"owner": ward.pk})
    copy = CriteriaSet.objects.get(owner=ward)
    assert copy.state == "draft"
    for page in ("change", "copy", "publish", "retire", "history"):
        assert client.get(f"{SETS}{copy.pk}/{page}/").status_code == 200, page
    criterion = copy.criteria.first()
    address = f"/admin/criteria/criterion/{criterion.pk}/"
    for page in ("change", "history"):
        assert client.get(f"{address}{page}/").status_code == 200, page


def test_other_provinces_units_are_not_offered_for_a_copy(client, admin):
    working = a_set({}, state="working")
    stranger = WardFactory()
    response = client.post(f"{SETS}{working.pk}/copy/", {"owner": stranger.pk})
    assert response.status_code == 200
    assert not CriteriaSet.objects.filter(owner=stranger).exists()


def test_a_verifier_reads_and_changes_nothing(client, province):
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    assert client.get(SETS).status_code == 200
    assert client.get("/admin/wards/administrativeunit/add/").status_code == 403


def test_a_ward_leader_is_not_let_in(client, province):
    client.force_login(member(WardFactory(parent=province), Role.WARD_LEADER))
    assert client.get(SETS).status_code in (302, 403)


def test_publishing_warns_of_what_is_still_the_working_sets(client, admin, province):
    working = a_set(
        {"provenance": "drafted"}, {"provenance": "drafted"}, state="working"
    )
    client.post(f"{SETS}{working.pk}/copy/", {"owner": WardFactory(parent=province).pk})
    copy = CriteriaSet.objects.get(copied_from=working)
    page = f"{SETS}{copy.pk}/publish/"

    titles = [title for title, _ in client.get(page).context["warnings"]]
    assert len(titles) >= 2
    assert titles[0].startswith("2 ")

    CriteriaSet.objects.filter(pk=copy.pk).update(
        name_vi="Bộ của phường", provenance={"statement_vi": "Theo kế hoạch"}
    )
    copy.criteria.update(provenance="annex_summary")
    assert client.get(page).context["warnings"] == []


def test_the_header_leads_to_the_page_of_the_whole_province(client, admin, province):
    url = reverse("criteria:province-latest", args=[province.slug])
    assert f'href="{url}"' in client.get("/admin/").content.decode()


def test_a_membership_is_called_by_its_post_person_and_unit(province):
    ward = WardFactory(parent=province, name="Phường Mẫu")
    user = member(ward, position="Chủ tịch", user__username="le.thi.a")
    assert str(user.memberships.get()) == "Chủ tịch (le.thi.a, Phường Mẫu)"
