"""Lists of participating units and of accounts, sent as workbooks."""

import datetime as dt
import re
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.factories.wards import (
    MembershipFactory,
    ParticipatingUnitFactory,
    UnitFactory,
    WardFactory,
    member,
)
from tests.wardsecurity.spreadsheets.books import book_of
from wardsecurity.accounts.models import User
from wardsecurity.audit.models import TrailEntry
from wardsecurity.permissions import Role
from wardsecurity.wards.list_imports import Line, ListRefused, import_people
from wardsecurity.wards.models import Membership, ParticipatingUnit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
BODIES = ["Phường, xã", "Tên đơn vị", "Loại", "Ký cam kết", "Trực thuộc"]
DATED = [*BODIES, "Từ ngày", "Đến ngày"]
PEOPLE = [
    "Tên đăng nhập",
    "Họ và tên",
    "Đơn vị hành chính",
    "Vai trò",
    "Chức vụ",
    "Đơn vị tham gia",
]


@pytest.fixture
def ward():
    return WardFactory(name="Phường Thử", slug="phuong-thu")


@pytest.fixture
def admin(ward):
    return member(ward.parent, Role.PROVINCE_ADMIN)


@pytest.fixture
def manage(client, admin):
    client.force_login(admin)
    return client


def url(model):
    return reverse(f"admin:{model}_import")


BODIES_URL, PEOPLE_URL = "wards_participatingunit", "accounts_user"


def send(client, model, *rows, headings, data=None):
    """Send a workbook of these rows."""
    content = data or book_of(*rows, headings=headings, name="Danh sách")
    return client.post(url(model), {"file": SimpleUploadedFile("ds.xlsx", content)})


def confirm(client, model, page, **more):
    """Confirm what a page shows."""
    data = {"sealed": page.context["sealed"], "confirm": "1", "form_key": "x"}
    return client.post(url(model), data | more)


def faults_of(page):
    return [(one.address, one.sentence) for one in page.context["book"].faults]


# --- Participating units ----------------------------------------------------------


def test_a_list_is_looked_at_then_written(manage, ward):
    rows = [
        ["Phường Thử", "Chi hội 1", "Đoàn thể", "Không", "Hội Phụ nữ", "1/1/2026", ""],
        ["phuong-thu", "Hội Phụ nữ", "đoàn thể", "Có", "", "", ""],
        ["phuong thu", "Tổ dân phố 1", "to dan pho", "", "", "", "31/12/2030"],
    ]
    page = send(manage, BODIES_URL, *rows, headings=DATED)
    assert page.status_code == 200
    assert not ParticipatingUnit.objects.exists()

    assert confirm(manage, BODIES_URL, page).status_code == 302

    made = {one.name: one for one in ParticipatingUnit.objects.filter(ward=ward)}
    assert set(made) == {"Chi hội 1", "Hội Phụ nữ", "Tổ dân phố 1"}
    assert made["Chi hội 1"].attached_to == made["Hội Phụ nữ"]
    assert (made["Chi hội 1"].signs, made["Hội Phụ nữ"].signs) == (False, True)
    assert made["Chi hội 1"].valid_from == dt.date(2026, 1, 1)
    assert made["Tổ dân phố 1"].valid_to == dt.date(2030, 12, 31)


def test_what_is_there_already_stays(manage, ward):
    there = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    row = ["Phường Thử", "Tổ dân phố 1", "Tổ dân phố"]
    page = send(manage, BODIES_URL, row, headings=BODIES[:3])
    assert page.context["new_count"] == 0
    confirm(manage, BODIES_URL, page)
    assert ParticipatingUnit.objects.get() == there


def test_every_fault_is_told_in_its_cell_and_nothing_written(manage, ward):
    far = WardFactory(name="Phường Xa")
    rows = [
        ["Phường Thử", "Tổ 1", "Tổ dân phố", "Có", ""],
        ["Phường Xa", "Tổ 1", "Tổ dân phố", "Có", ""],
        ["Phường Thử", "Tổ 2", "Câu lạc bộ", "Có", ""],
        ["Phường Thử", "", "Tổ dân phố", "Có", ""],
        ["Phường Thử", "Tổ 3", "Tổ dân phố", "Có", "Hội Ma"],
    ]
    page = send(manage, BODIES_URL, *rows, headings=BODIES)
    assert page.status_code == 422
    assert [address for address, _said in faults_of(page)] == ["C4"]

    rows[2][2] = "Tổ dân phố"
    page = send(manage, BODIES_URL, *rows, headings=BODIES)
    assert [address for address, _said in faults_of(page)] == ["A3", "B5", "E6"]
    assert str(far.slug) not in page.content.decode()
    assert not ParticipatingUnit.objects.exists()


def test_a_number_twice_in_the_list_is_a_fault(manage, ward):
    row = ["Phường Thử", "Tổ 1", "Tổ dân phố"]
    other = ["Phường Thử", "Tổ 1", "Trường học"]
    page = send(manage, BODIES_URL, row, other, headings=BODIES[:3])
    assert page.status_code == 422
    assert [fault.row for fault in page.context["book"].faults] == [3]


def test_two_wards_of_one_name_are_told_apart(manage, ward):
    WardFactory(name="Phường Thử", slug="phuong-thu-2", parent=ward.parent)
    row = ["Phường Thử", "Tổ 1", "Tổ dân phố"]
    page = send(manage, BODIES_URL, row, headings=BODIES[:3])
    assert "phuong-thu, phuong-thu-2" in faults_of(page)[0][1]
    page = send(manage, BODIES_URL, ["phuong-thu-2", *row[1:]], headings=BODIES[:3])
    assert page.status_code == 200


def test_the_marked_copy_is_the_workbook_with_its_faults(manage, ward):
    row = ["Phường Ma", "Tổ 1", "Tổ dân phố"]
    page = send(manage, BODIES_URL, row, headings=BODIES[:3])
    data = {"sent": page.context["sent"], "mark": "1"}
    answer = manage.post(url(BODIES_URL), data)

    book = openpyxl.load_workbook(BytesIO(answer.content))
    sheet = book["Danh sách"]
    assert sheet["A2"].value == "Phường Ma"
    assert "Phường Ma" in sheet["A2"].comment.text


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 broken"], ids=str
)
def test_a_file_that_is_no_workbook_is_refused_beside_the_field(manage, content):
    page = manage.post(
        url(BODIES_URL), {"file": SimpleUploadedFile("ds.xlsx", content)}
    )
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_no_file_is_a_fault_too(manage):
    page = manage.post(url(BODIES_URL), {})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_missing_columns_are_named(manage):
    page = send(manage, BODIES_URL, ["x"], headings=["Tên đơn vị"])
    assert "Phường, xã" in faults_of(page)[0][1]


def test_what_was_looked_at_is_written_once(manage, ward):
    page = send(
        manage, BODIES_URL, ["Phường Thử", "Tổ 1", "Tổ dân phố"], headings=BODIES[:3]
    )
    for _time in range(2):
        assert confirm(manage, BODIES_URL, page).status_code == 302
    assert ParticipatingUnit.objects.count() == 1


def test_what_changed_meanwhile_stops_it_all(manage, ward):
    rows = [["Phường Thử", f"Tổ {one}", "Tổ dân phố"] for one in (1, 2)]
    page = send(manage, BODIES_URL, *rows, headings=BODIES[:3])
    ParticipatingUnitFactory(ward=ward, name="Tổ 2", kind="school")

    answer = confirm(manage, BODIES_URL, page)

    assert answer.status_code == 422
    assert [one.number for one in answer.context["late"]] == [3]
    assert ParticipatingUnit.objects.count() == 1


def test_nobody_confirms_what_another_looked_at_or_made_up(client, manage, ward):
    page = send(
        manage, BODIES_URL, ["Phường Thử", "Tổ 1", "Tổ dân phố"], headings=BODIES[:3]
    )
    client.force_login(member(ward.parent, Role.PROVINCE_ADMIN))
    for more in ({}, {"sealed": "made:up"}, {"sealed": ""}):
        assert confirm(client, BODIES_URL, page, **more).status_code == 422
    assert client.post(url(BODIES_URL), {"mark": "1", "sent": "x"}).status_code == 422
    assert not ParticipatingUnit.objects.exists()


# --- Accounts ---------------------------------------------------------------------


def a_person(**said):
    facts = {
        "Tên đăng nhập": "can.bo.1",
        "Họ và tên": "Nguyễn Văn A",
        "Đơn vị hành chính": "Phường Thử",
        "Vai trò": "Cán bộ phường",
        "Chức vụ": "Công chức",
        "Đơn vị tham gia": "",
    } | said
    return [facts[name] for name in PEOPLE]


def test_accounts_come_with_one_time_passwords_shown_once(client, manage, ward):
    group = ParticipatingUnitFactory(ward=ward, name="Tổ dân phố 1")
    rows = [
        a_person(),
        a_person(
            **{
                "Tên đăng nhập": "To.Truong.1",
                "Vai trò": "Cán bộ đơn vị",
                "Chức vụ": "Tổ trưởng",
                "Đơn vị tham gia": "tổ dân phố 1",
            }
        ),
    ]
    page = send(manage, PEOPLE_URL, *rows, headings=PEOPLE)
    assert page.status_code == 200
    assert not User.objects.filter(username="can.bo.1").exists()

    answer = confirm(manage, PEOPLE_URL, page)
    shown = re.findall(r"<code>(\S+)</code>", answer.content.decode())
    again = confirm(manage, PEOPLE_URL, page)

    assert again.status_code == 302
    assert len(shown) == 2
    person = User.objects.get(username="to.truong.1")
    assert person.must_change_password
    assert person.memberships.get().participating_unit == group
    assert client.login(username="can.bo.1", password=shown[0])
    actions = TrailEntry.objects.values_list("action", flat=True)
    assert list(actions).count("account_created") == 2


def test_a_person_with_two_posts_gets_one_account(manage, ward):
    other = WardFactory(name="Phường Hai", parent=ward.parent)
    rows = [a_person(), a_person(**{"Đơn vị hành chính": "Phường Hai"})]
    page = send(manage, PEOPLE_URL, *rows, headings=PEOPLE)
    answer = confirm(manage, PEOPLE_URL, page)
    assert len(answer.context["passwords"]) == 1
    posts = Membership.objects.filter(user__username="can.bo.1")
    assert {one.unit for one in posts} == {ward, other}


def test_a_known_person_is_given_the_post_and_no_password(manage, ward):
    MembershipFactory(unit=ward, user__username="can.bo.1", role=Role.COMMITTEE_MEMBER)
    before = User.objects.get(username="can.bo.1").password
    page = send(manage, PEOPLE_URL, a_person(), headings=PEOPLE)
    assert confirm(manage, PEOPLE_URL, page).status_code == 302
    person = User.objects.get(username="can.bo.1")
    assert person.password == before
    assert person.memberships.count() == 2


def test_a_name_of_another_province_is_just_taken(manage):
    MembershipFactory(user__username="can.bo.1", unit=WardFactory())
    page = send(manage, PEOPLE_URL, a_person(), headings=PEOPLE)
    assert page.status_code == 422
    assert faults_of(page)[0][0] == "A2"


@pytest.mark.parametrize(
    ("change", "address"),
    [
        ({"Tên đăng nhập": ""}, "A2"),
        ({"Tên đăng nhập": "cán bộ"}, "A2"),
        ({"Đơn vị hành chính": "Phường Ma"}, "C2"),
        ({"Vai trò": "superuser"}, "D2"),
        ({"Vai trò": ""}, "D2"),
        ({"Chức vụ": ""}, "E2"),
        ({"Vai trò": "Cán bộ đơn vị"}, ""),
        ({"Đơn vị tham gia": "Tổ Ma"}, "F2"),
    ],
)
def test_faults_of_people_stand_in_their_cells(manage, ward, change, address):
    page = send(manage, PEOPLE_URL, a_person(**change), headings=PEOPLE)
    assert page.status_code == 422
    assert faults_of(page)[0][0] == address
    assert not User.objects.filter(username="can.bo.1").exists()


def test_units_of_another_province_are_not_there(manage):
    WardFactory(name="Phường Xa")
    page = send(
        manage,
        PEOPLE_URL,
        a_person(**{"Đơn vị hành chính": "Phường Xa"}),
        headings=PEOPLE,
    )
    assert faults_of(page)[0][0] == "C2"


@pytest.mark.parametrize(
    "heading", ["Mật khẩu", "mat khau ban dau", "Password", "is_superuser", "Is staff"]
)
def test_passwords_and_flags_are_refused_whole(manage, ward, heading):
    page = send(manage, PEOPLE_URL, [*a_person(), "1"], headings=[*PEOPLE, heading])
    assert page.status_code == 422
    assert not User.objects.filter(username="can.bo.1").exists()


def test_a_role_above_the_actors_own_is_refused(ward):
    leader = member(ward, Role.WARD_LEADER)
    line = Line(
        2,
        {
            "username": "x",
            "unit": "phuong-thu",
            "role": Role.PROVINCE_ADMIN,
            "position": "Trưởng phòng",
        },
    )
    with pytest.raises(ListRefused) as refused:
        import_people(actor=leader, lines=[line])
    assert [one.column for one in refused.value.faults] == ["role"]


def test_a_verifier_of_the_province_imports_nothing(ward):
    verifier = member(ward.parent, Role.PROVINCE_VERIFIER)
    line = Line(2, {"username": "x", "unit": "phuong-thu", "role": "ward_staff"})
    with pytest.raises(ListRefused):
        import_people(actor=verifier, lines=[line])


# --- Who may, and the empty form --------------------------------------------------


@pytest.mark.parametrize("model", [BODIES_URL, PEOPLE_URL])
def test_only_admins_import(client, ward, model):
    form = reverse(f"admin:{model}_import_form")
    for role, unit in (
        (Role.PROVINCE_VERIFIER, ward.parent),
        (Role.WARD_LEADER, ward),
    ):
        client.force_login(member(unit, role))
        for address in (url(model), form):
            assert client.get(address).status_code == 403
            assert client.post(address, {"confirm": "1"}).status_code == 403


@pytest.mark.parametrize("model", [BODIES_URL, PEOPLE_URL])
def test_the_empty_form_is_read_back_without_faults_but_for_its_rows(manage, model):
    answer = manage.get(reverse(f"admin:{model}_import_form"))
    page = send(manage, model, headings=[], data=answer.content)
    (fault,) = page.context["book"].faults
    assert fault.row is None


def test_the_list_leads_to_the_import_for_who_may(client, manage, ward):
    listing = reverse("admin:accounts_user_changelist")
    assert url(PEOPLE_URL) in manage.get(listing).content.decode()
    client.force_login(member(ward.parent, Role.PROVINCE_VERIFIER))
    assert url(PEOPLE_URL) not in client.get(listing).content.decode()


def test_looking_costs_the_same_however_many_units_there_are(
    manage, ward, django_assert_num_queries
):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            send(
                manage,
                BODIES_URL,
                ["Phường Thử", "Tổ 1", "Tổ dân phố"],
                headings=BODIES[:3],
            )
        return len(queries)

    first = count()
    WardFactory.create_batch(5, parent=ward.parent)
    UnitFactory()
    assert count() == first
