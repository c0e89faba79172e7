"""The province's addresses: who gets in, how many queries, and what is taken away."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.criteria import a_set
from tests.factories.provinces import many_evaluations, many_wards
from tests.factories.wards import UnitFactory, WardFactory, member
from wardsecurity.permissions import Role
from wardsecurity.spreadsheets.lists import csv_lines, xlsx_file
from wardsecurity.wards.models import AdministrativeUnit

pytestmark = pytest.mark.django_db

YEAR = timezone.localdate().year
PAGES = ("", "list.csv", "list.xlsx")


@pytest.fixture
def province():
    return UnitFactory(slug="tinh-mau", name="Tỉnh Mẫu")


@pytest.fixture
def some(province):
    """Three wards of six criteria."""
    return many_evaluations(many_wards(province, 3), a_set(size=6), [6, 3, 0])


@pytest.fixture
def admin(client, province):
    client.force_login(member(province, Role.PROVINCE_ADMIN))
    return client


def read(response):
    content = getattr(response, "streaming_content", None)
    return b"".join(content) if content else response.content


def status(client, address):
    response = client.get(address)
    read(response)
    return response.status_code


# --- Who gets in ------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.PROVINCE_VERIFIER, Role.PROVINCE_ADMIN])
def test_people_of_the_province_and_of_the_country_read_it(
    client, province, some, role, page
):
    for unit in (province, province.parent):
        client.force_login(member(unit, role))
        assert status(client, f"/p/tinh-mau/{YEAR}/{page}") == 200
    assert status(client, f"/p/viet-nam/{YEAR}/{page}") == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.WARD_LEADER, Role.COMMITTEE_MEMBER])
def test_people_of_a_ward_find_nothing_there(client, province, some, role, page):
    client.force_login(member(some[0].campaign.ward, role))
    assert status(client, f"/p/tinh-mau/{YEAR}/{page}") == 404


@pytest.mark.parametrize("page", PAGES)
def test_another_province_and_the_country_above_are_not_there(admin, some, page):
    UnitFactory(slug="tinh-khac")
    assert status(admin, f"/p/tinh-khac/{YEAR}/{page}") == 404
    assert status(admin, f"/p/viet-nam/{YEAR}/{page}") == 404


def test_who_sees_the_province_without_its_role_is_refused(client, province, some):
    client.force_login(member(province, Role.COMMITTEE_MEMBER))
    assert status(client, f"/p/tinh-mau/{YEAR}/") == 403


def test_a_ward_has_no_such_page(admin, province):
    WardFactory(parent=province, slug="mot-phuong")
    assert status(admin, f"/p/mot-phuong/{YEAR}/") == 404


@pytest.mark.parametrize("year", [0, 1, YEAR - 1, YEAR + 1, 99999, "9" * 40])
@pytest.mark.parametrize("page", PAGES)
def test_a_year_without_campaigns_is_not_there(admin, some, year, page):
    assert status(admin, f"/p/tinh-mau/{year}/{page}") == 404


def test_this_year_is_there_before_the_first_campaign(admin, province):
    many_wards(province, 2)
    page = admin.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    assert page.count("data-ward=") == 2


def test_without_a_year_the_newest_opens(admin, province):
    wards = many_wards(province, 1)
    many_evaluations(wards, a_set(size=2), [1], year=YEAR - 2)
    assert admin.get("/p/tinh-mau/").url == f"/p/tinh-mau/{YEAR - 2}/"


@pytest.mark.parametrize("back", [0, 1])
def test_a_year_opened_ahead_moves_nobody_into_it(admin, province, back):
    wards, criteria_set = many_wards(province, 2), a_set(size=2)
    many_evaluations(wards[:1], criteria_set, [1], year=YEAR - back)
    many_evaluations(wards, criteria_set, [0, 0], year=YEAR + 1)
    assert admin.get("/p/tinh-mau/").url == f"/p/tinh-mau/{YEAR - back}/"


def test_a_year_ahead_opens_where_there_is_no_other(admin, province):
    many_evaluations(many_wards(province, 1), a_set(size=2), [0], year=YEAR + 1)
    assert admin.get("/p/tinh-mau/").url == f"/p/tinh-mau/{YEAR + 1}/"


def test_a_criterion_that_is_asked_for_is_named_by_its_title(admin, province):
    criteria_set = a_set(size=7)
    many_evaluations(many_wards(province, 1), criteria_set, [0])
    last = criteria_set.criteria.get(number=7)  # not among the five most missed
    page = admin.get(f"/p/tinh-mau/{YEAR}/?miss={last.key}").content.decode()
    assert f"<span>Chưa đạt: {last.title_vi}</span>" in page


def test_a_criterion_that_is_not_there_is_not_asked_for(admin, some):
    page = admin.get(f"/p/tinh-mau/{YEAR}/?miss=zzz").content.decode()
    assert "ws-asked__found" not in page
    assert 'name="miss"' not in page
    assert page.count("data-ward=") == 3
    rows = list(
        csv.reader(
            read(admin.get(f"/p/tinh-mau/{YEAR}/list.csv?miss=zzz"))
            .decode("utf-8-sig")
            .splitlines()
        )
    )
    assert len(rows) == 4


def test_wards_are_put_in_the_order_of_their_names_not_of_peoples(admin, some):
    page = admin.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    assert '<option value="name">Tên phường</option>' in page


def test_ended_wards_are_told_apart_in_the_head(admin, some):
    last = timezone.localdate() - timedelta(days=1)
    AdministrativeUnit.objects.filter(pk=some[0].campaign.ward_id).update(valid_to=last)
    page = admin.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    assert page.count("is-quiet") == 1
    assert page.count("data-ward=") == 3


def test_a_form_is_not_taken(admin, some):
    assert admin.post(f"/p/tinh-mau/{YEAR}/").status_code == 405


@pytest.mark.parametrize(
    "name",
    ["q", "state", "stuck", "kind", "within", "short", "miss", "unit", "sort", "rows"],
)
@pytest.mark.parametrize("value", ["\0", "%", "9" * 5000, "x';--", "٣"])
def test_no_question_is_a_fault_of_the_server(admin, some, name, value):
    for page in PAGES:
        response = admin.get(f"/p/tinh-mau/{YEAR}/{page}", {name: value})
        read(response)
        assert response.status_code == 200


# --- Queries ----------------------------------------------------------------------


def queries(client, address):
    read(client.get(address))
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)
        read(response)
    assert response.status_code == 200
    return len(seen)


ASKED = ["", "?sort=c-N1", "?short=N1", "?miss=c01", "?q=an&stuck=overdue"]


@pytest.mark.parametrize("page", [*ASKED, "list.csv", "list.xlsx"])
@pytest.mark.parametrize("unit", ["tinh-mau", "viet-nam"])
def test_queries_are_the_same_for_1_10_and_100_wards(client, province, unit, page):
    place = AdministrativeUnit.objects.get(slug=unit)
    client.force_login(member(place, Role.PROVINCE_ADMIN))
    criteria_set = a_set(size=4)
    counts = []
    for more in (1, 9, 90):
        many_evaluations(many_wards(province, more), criteria_set, [2] * more)
        counts.append(queries(client, f"/p/{unit}/{YEAR}/{page}"))
    assert counts[0] == counts[1] == counts[2] <= 12, counts


# --- Taken away -------------------------------------------------------------------


def table_of(response):
    text = read(response).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_csv_has_the_figures_of_the_page(admin, some):
    response = admin.get(f"/p/tinh-mau/{YEAR}/list.csv")
    assert response.streaming
    assert 'filename="tinh-mau-' in response["Content-Disposition"]
    head, *rows = table_of(response)
    assert len(head) == len(rows[0])
    assert [row[1] for row in rows] == [
        "Phường Hưng Lợi",
        "Phường Lộc Điền",
        "Phường Thành Công",
    ]
    assert [row[6:9] for row in rows] == [
        ["6", "6", "100"],
        ["3", "6", "50"],
        ["0", "6", "0"],
    ]
    assert rows[0][4:6] == ["3", "3"]


def test_the_workbook_has_the_same_rows_as_numbers(admin, some):
    response = admin.get(f"/p/tinh-mau/{YEAR}/list.xlsx")
    assert f"tinh-mau-{YEAR}.xlsx" in response["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(read(response))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.title == str(YEAR)
    written = [["" if one is None else str(one) for one in row] for row in rows]
    assert written == table_of(admin.get(f"/p/tinh-mau/{YEAR}/list.csv"))
    assert isinstance(rows[1][6], int)


@pytest.mark.parametrize("page", ["list.csv", "list.xlsx"])
def test_the_list_follows_the_filter_and_holds_all_its_pages(admin, province, page):
    many_evaluations(many_wards(province, 60), a_set(size=2), [1] * 60)

    def rows(query):
        response = admin.get(f"/p/tinh-mau/{YEAR}/{page}{query}")
        if page == "list.csv":
            return len(table_of(response)) - 1
        book = openpyxl.load_workbook(io.BytesIO(read(response)))
        return book.active.max_row - 1

    assert rows("") == 60
    assert rows("?q=hung+loi") == 2
    assert rows("?state=submitted") == 0


LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", " =1", '=HYPERLINK("x")']


@pytest.mark.parametrize("name", LIVE)
def test_no_name_is_a_live_formula(name):
    (_mark, _head, line) = csv_lines(["a"], [[name]])
    cell = next(csv.reader(io.StringIO(line), delimiter=";"))[0]
    assert cell == f"'{name}"
    with xlsx_file("x", ["a"], [[name]], widths=[9]) as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet["A2"].data_type in ("s", "inlineStr")
    assert sheet["A2"].value.strip() == name.strip()


def test_numbers_stay_numbers_and_nothing_stays_empty():
    assert list(csv_lines(["a", "b", "c"], [[-3, None, "x;y"]]))[2:] == [
        '-3;;"x;y"\r\n'
    ]


def test_a_wards_name_reaches_the_csv_as_text(admin, province):
    ward = WardFactory(parent=province, name="=Phường")
    many_evaluations([ward], a_set(size=2), [1])
    rows = table_of(admin.get(f"/p/tinh-mau/{YEAR}/list.csv"))
    assert rows[1][1] == "'=Phường"


# --- The way there ----------------------------------------------------------------


def test_people_of_a_province_find_the_page_from_anywhere(admin, some):
    page = admin.get("/campaigns/").content.decode()
    assert 'href="/p/tinh-mau/"' in page


def test_people_of_a_ward_are_not_sent_there(client, some):
    client.force_login(member(some[0].campaign.ward, Role.WARD_LEADER))
    assert "/p/" not in client.get("/", follow=True).content.decode()


def test_a_ward_of_the_list_leads_to_its_dashboard(admin, some):
    ward = some[0].campaign.ward
    page = admin.get(f"/p/tinh-mau/{YEAR}/").content.decode()
    assert f'href="/w/{ward.slug}/{YEAR}/"' in page
    assert admin.get(f"/w/{ward.slug}/{YEAR}/").status_code == 200
