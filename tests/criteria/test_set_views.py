"""Pages of sets by file: the ward's, and those of the admin site."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from criteria.models import CriteriaSet, EvaluationMove, SetUpload
from criteria.services.set_imports import examine
from tests.criteria.set_books import as_upload, export_of, three_faults
from tests.factories.criteria import SET_FILE, SetUploadFactory, a_set, an_evaluation
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db

ADMIN = "/admin/criteria/criteriaset/"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def province():
    return UnitFactory()


@pytest.fixture
def ward(province):
    return WardFactory(parent=province)


@pytest.fixture
def leader(client, ward):
    user = member(ward, Role.WARD_LEADER)
    client.force_login(user)
    return user


@pytest.fixture
def admin(client, province):
    user = member(province, Role.PROVINCE_ADMIN)
    client.force_login(user)
    return user


def page(name, *args):
    return reverse(f"criteria:{name}", args=args)


def yaml_file(text=SET_FILE):
    return as_upload(text.encode(), "phu-luc.yaml")


# --- The ward ---------------------------------------------------------------------


def test_a_file_leads_to_its_dry_run(client, leader, ward):
    response = client.post(page("set-upload", ward.slug), {"file": yaml_file()})

    upload = SetUpload.objects.get()
    assert response.url == page("set-import", ward.slug, upload.pk)
    assert (upload.owner, upload.uploaded_by) == (ward, leader)


def test_a_file_that_is_refused_says_why_beside_the_field(client, leader, ward):
    sent = as_upload(b"a,b\n1,2\n", "phu-luc.xlsx")
    response = client.post(page("set-upload", ward.slug), {"file": sent})

    assert response.status_code == 422
    assert "plain text" in response.content.decode()
    assert not SetUpload.objects.exists()


def test_no_file_is_said_beside_the_field(client, leader, ward):
    response = client.post(page("set-upload", ward.slug))
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_faults_stand_beside_their_cells_with_what_stands_there(client, leader, ward):
    working = a_set({}, {}, {}, {}, state="working")
    upload = SetUploadFactory(
        owner=ward, kind="xlsx", data=export_of(working, three_faults)
    )
    html = client.get(page("set-import", ward.slug, upload.pk)).content.decode()

    assert all(f">{cell}<" in html for cell in ("A3", "F4", "E5"))
    assert "Chấm điểm" in html
    assert "Make the draft" not in html


def test_a_marked_copy_is_sent_as_a_workbook(client, leader, ward):
    working = a_set({}, {}, {}, {}, state="working")
    upload = SetUploadFactory(
        owner=ward, kind="xlsx", data=export_of(working, three_faults)
    )
    response = client.get(page("set-marked", ward.slug, upload.pk))

    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].startswith("attachment")
    assert response.content.startswith(b"PK")


def test_a_yaml_file_has_no_marked_copy(client, leader, ward):
    upload = SetUploadFactory(owner=ward)
    assert client.get(page("set-marked", ward.slug, upload.pk)).status_code == 404


def test_applying_leads_to_the_comparison(client, leader, ward):
    upload = SetUploadFactory(owner=ward)
    response = client.post(
        page("set-import", ward.slug, upload.pk), {"seen": examine(upload).seen}
    )
    made = CriteriaSet.objects.get(owner=ward)
    assert response.url == page("set-compare", ward.slug, made.pk)


def test_a_comparison_that_is_not_true_any_more_is_made_anew(client, leader, ward):
    upload = SetUploadFactory(owner=ward)
    response = client.post(page("set-import", ward.slug, upload.pk), {"seen": "old"})

    assert response.status_code == 409
    assert "made anew" in response.content.decode()
    assert not CriteriaSet.objects.filter(owner=ward).exists()


def test_the_same_form_sent_twice_makes_one_draft(client, leader, ward):
    upload = SetUploadFactory(owner=ward)
    url = page("set-import", ward.slug, upload.pk)
    html = client.get(url).content.decode()
    data = {"seen": examine(upload).seen} | {
        "form_key": re.search(r'name="form_key" value="([^"]+)"', html)[1]
    }

    assert client.post(url, data).url == client.post(url, data).url
    assert CriteriaSet.objects.filter(owner=ward).count() == 1


def test_publishing_shows_what_it_means_and_what_is_unchecked(client, leader, ward):
    draft = a_set({}, {}, owner=ward, state="draft")
    html = client.get(page("set-publish", ward.slug, draft.pk)).content.decode()
    assert "frozen" in html
    assert "2 criteria are still marked" in html


def test_a_draft_somebody_else_changed_is_not_published(client, leader, ward):
    draft = a_set({}, {}, owner=ward, state="draft")
    url = page("set-publish", ward.slug, draft.pk)

    assert client.post(url, {"seen": "what stood before"}).status_code == 409
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_set_from_above_is_not_the_wards_to_publish(client, leader, ward, province):
    above = a_set({}, {}, owner=province)
    assert client.get(page("set-publish", ward.slug, above.pk)).status_code == 403


@pytest.mark.parametrize(
    "name", ["set-download", "set-compare", "set-publish", "set-import", "set-marked"]
)
def test_another_provinces_rows_are_not_found_at_ones_own_address(
    client, leader, ward, name
):
    stranger = WardFactory()
    row = (
        SetUploadFactory(owner=stranger)
        if name in ("set-import", "set-marked")
        else a_set({}, {}, owner=stranger)
    )
    assert client.get(page(name, ward.slug, row.pk)).status_code == 404


def test_another_provinces_set_is_not_compared_with(client, leader, ward):
    own, other = a_set({}, owner=ward), a_set({}, owner=WardFactory())
    url = page("set-compare", ward.slug, own.pk)
    for sent in (other.pk, 10**30, "abc", "-1"):
        assert client.get(f"{url}?with={sent}").status_code == 404, sent


def test_a_neighbours_move_is_not_found_at_ones_own_address(client, leader, ward):
    evaluation = an_evaluation({})
    move = EvaluationMove.objects.create(
        evaluation=evaluation,
        from_set=evaluation.criteria_set,
        to_set=evaluation.criteria_set,
        content='{"assessments": []}',
    )
    assert client.get(page("move-detail", ward.slug, move.pk)).status_code == 404


def test_a_member_of_staff_reads_the_sets_and_sends_nothing(client, ward):
    a_set({}, owner=ward)
    client.force_login(member(ward))
    html = client.get(page("ward-sets", ward.slug)).content.decode()
    assert "Download Excel" in html
    assert "Check the file" not in html


def queries(client, url):
    client.get(url)  # what is kept for the next request
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_sets(
    client, leader, ward
):
    a_set({}, owner=ward)
    before = queries(client, page("ward-sets", ward.slug))
    for _ in range(6):
        a_set({}, {}, {}, owner=ward)
    assert queries(client, page("ward-sets", ward.slug)) == before


def test_a_comparison_asks_the_same_number_of_queries_for_any_size(
    client, leader, ward
):
    counts = set()
    for size in (2, 20):
        one = a_set(size=size, owner=ward)
        other = a_set(size=size, owner=ward)
        url = f"{page('set-compare', ward.slug, one.pk)}?with={other.pk}"
        counts.add(queries(client, url))
    assert len(counts) == 1


# --- The admin site ---------------------------------------------------------------


def test_an_admin_imports_for_a_ward_below(client, admin, ward):
    sent = {"owner": ward.pk, "file": yaml_file()}
    response = client.post(f"{ADMIN}import/", sent)
    upload = SetUpload.objects.get()
    assert response.url == f"{ADMIN}import/?upload={upload.pk}"

    assert "No fault was found" in client.get(response.url).content.decode()
    client.post(response.url, {"seen": examine(upload).seen})
    assert CriteriaSet.objects.get(owner=ward).state == "draft"


def test_an_admin_does_not_import_for_another_provinces_ward(client, admin):
    sent = {"owner": WardFactory().pk, "file": yaml_file()}
    client.post(f"{ADMIN}import/", sent)
    assert not SetUpload.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_provinces_upload_is_not_there(client, admin, method):
    upload = SetUploadFactory()
    url = f"{ADMIN}import/?upload={upload.pk}"
    data = {"seen": examine(upload).seen} if method == "post" else {}
    assert getattr(client, method)(url, data).status_code == 404
    assert not CriteriaSet.objects.exists()


@pytest.mark.parametrize("sent", ["9" * 30, "-1", "abc", "%00"])
def test_an_upload_that_cannot_be_is_not_there(client, admin, sent):
    assert client.get(f"{ADMIN}import/?upload={sent}").status_code == 404


def test_another_provinces_set_is_not_compared_with_in_the_admin(client, admin, ward):
    own, other = a_set({}, owner=ward), a_set({}, owner=WardFactory())
    url = f"{ADMIN}{own.pk}/compare/"
    assert client.get(f"{url}?with={other.pk}").status_code == 404


def test_another_provinces_year_is_not_moved(client, admin, province):
    foreign = an_evaluation(criteria_set=a_set({"key": "c01"}, code="PX"))
    new = a_set({"key": "c01"}, code="PX", version=2)
    url = f"{ADMIN}{new.pk}/move/"
    assert foreign.campaign.ward.name not in client.get(url).content.decode()
    client.post(url, {"e": [foreign.pk], f"seen-{foreign.pk}": ""})
    assert not EvaluationMove.objects.exists()


def test_years_are_moved_one_by_one_and_a_refusal_stops_no_other(
    client, admin, province
):
    old = a_set({"key": "c01"}, {}, code="PX", owner=province)
    new = a_set({"key": "c01"}, code="PX", owner=province, version=2)
    first, second = (
        an_evaluation(ward=WardFactory(parent=province), criteria_set=old)
        for _ in range(2)
    )
    url = f"{ADMIN}{new.pk}/move/"
    html = client.get(f"{url}?e={first.pk}&e={second.pk}").content.decode()
    seen = dict(re.findall(r'name="seen-(\d+)" value="([^"]+)"', html))

    data = {"e": [first.pk, second.pk], f"seen-{first.pk}": "old"}
    data[f"seen-{second.pk}"] = seen[str(second.pk)]
    client.post(url, data)

    assert EvaluationMove.objects.get().evaluation == second


def test_a_verifier_exports_and_compares_and_does_no_more(client, province, ward):
    one = a_set({}, {}, owner=ward)
    client.force_login(member(province, Role.PROVINCE_VERIFIER))
    for name, status in (("export", 200), ("compare", 200), ("move", 403)):
        assert client.get(f"{ADMIN}{one.pk}/{name}/").status_code == status, name
    assert client.get(f"{ADMIN}import/").status_code == 403


def test_the_list_of_years_to_move_asks_no_query_a_year(client, admin, province):
    old = a_set({}, code="PX", owner=province)
    new = a_set({}, code="PX", owner=province, version=2)
    url = f"{ADMIN}{new.pk}/move/"
    an_evaluation(ward=WardFactory(parent=province), criteria_set=old)
    before = queries(client, url)
    for _ in range(4):
        an_evaluation(ward=WardFactory(parent=province), criteria_set=old)
    assert queries(client, url) == before
