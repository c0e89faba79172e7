"""Sets that come by file: a dry run first, nothing written on any fault."""

import pytest
from django.core.exceptions import PermissionDenied

from criteria.models import CriteriaSet, SetUpload
from criteria.services.set_diffs import compare
from criteria.services.set_files import SetContent
from criteria.services.set_imports import apply_upload, examine
from criteria.services.sets import copy_set, load_set, publish_set
from tests.criteria.set_books import cell, column_of, export_of, sent, three_faults
from tests.factories.criteria import SET_FILE, a_set
from tests.factories.wards import TESTS, UnitFactory, WardFactory, member
from wardsecurity.audit.models import TrailEntry
from wardsecurity.errors import RuleViolation
from wardsecurity.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def working():
    return a_set({}, {"measured": True}, {"percentage": True}, {}, state="working")


@pytest.fixture
def ward():
    return WardFactory()


@pytest.fixture
def leader(ward):
    return member(ward, Role.WARD_LEADER)


def renamed(book):
    cell(book, "Tên tiêu chí", 2).value = "Tên theo phụ lục của phường"
    cell(book, "Điểm tối đa", 3).value = "4,5"


def test_a_dry_run_says_what_would_change_and_writes_nothing(working, ward, leader):
    run = examine(sent(leader, ward, export_of(working, renamed)))

    assert run.may_apply
    assert run.base == working
    (first, second) = run.diff.changed
    assert [change.after for change in first.changes] == ["Tên theo phụ lục của phường"]
    assert [(one.before, one.after) for one in second.changes] == [("3", "4.5")]
    assert run.diff.unchanged == 2
    assert CriteriaSet.objects.count() == 1


def test_applying_makes_a_draft_of_the_ward_that_began_as_ours(working, ward, leader):
    upload = sent(leader, ward, export_of(working, renamed))

    made = apply_upload(actor=leader, upload=upload, seen=examine(upload).seen)

    assert (made.owner, made.state, made.version) == (ward, "draft", 1)
    assert made.copied_from == working
    entry = TrailEntry.objects.get(action="set_loaded", target_id=made.pk)
    assert upload.sha256 in entry.payload


def test_applying_twice_gives_the_same_draft(working, ward, leader):
    upload = sent(leader, ward, export_of(working, renamed))
    seen = examine(upload).seen

    first = apply_upload(actor=leader, upload=upload, seen=seen)

    assert apply_upload(actor=leader, upload=upload, seen=seen) == first
    assert CriteriaSet.objects.count() == 2


def test_faults_are_grouped_by_row_and_nothing_can_be_applied(working, ward, leader):
    upload = sent(leader, ward, export_of(working, three_faults))
    run = examine(upload)

    assert not run.may_apply
    assert {row.row for row in run.rows if row.row} == {3, 4, 5}
    with pytest.raises(RuleViolation) as refusal:
        apply_upload(actor=leader, upload=upload, seen=run.seen)
    assert refusal.value.code == "upload_faulty"
    assert CriteriaSet.objects.count() == 1


def test_the_mended_marked_copy_goes_through(working, ward, leader):
    """As Excel would: open the marked copy, write in the three cells, save, send."""
    from io import BytesIO

    import openpyxl

    from tests.criteria.set_books import saved
    from wardsecurity.spreadsheets.writing import marked_copy

    run = examine(sent(leader, ward, export_of(working, three_faults)))
    book = openpyxl.load_workbook(BytesIO(marked_copy(run.book)))
    cell(book, "Số", 3).value = 2
    cell(book, "Điểm tối đa", 4).value = "3,5"
    cell(book, "Loại", 5).value = "Có hoặc không"

    mended = examine(sent(leader, ward, saved(book)))

    assert not mended.faults
    assert len(mended.diff.changed) == 1


def test_a_present_version_that_moved_stops_the_second_step(working, ward, leader):
    upload = sent(leader, ward, export_of(working, renamed))
    seen = examine(upload).seen
    copy_set(actor=leader, source=working, owner=ward)

    with pytest.raises(RuleViolation) as refusal:
        apply_upload(actor=leader, upload=upload, seen=seen)

    assert refusal.value.code == "set_moved"
    assert CriteriaSet.objects.count() == 2


def test_the_same_content_again_is_said_to_be_there(working, ward, leader):
    own = copy_set(actor=leader, source=working, owner=ward)
    run = examine(sent(leader, ward, export_of(own)))

    assert run.same_as == own
    assert not run.may_apply
    assert run.diff.is_empty


def test_a_yaml_file_becomes_a_draft_whatever_it_calls_itself(ward, leader):
    data = f"state: working\n{SET_FILE}".encode()
    upload = sent(leader, ward, data, "bo.yaml")

    made = apply_upload(actor=leader, upload=upload, seen=examine(upload).seen)

    assert made.state == "draft"


def test_faults_of_a_yaml_file_are_told_by_criterion_and_field(ward, leader):
    data = SET_FILE.replace("yes_no", "maybe").encode()
    run = examine(sent(leader, ward, data, "bo.yaml"))

    (row,) = run.rows
    assert row.sheet == "Criterion 1"
    assert row.faults[0].heading == "kind"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"a,b\n1,2\n", "phu-luc.xlsx", "file_type_refused"),
        (b"\0" * 3_000_000, "bo.yaml", "file_too_large"),
        (b"", "phu-luc.xlsx", "file_empty"),
        (b"PK\x03\x04", "phu-luc.xlsx", "file_damaged"),
    ],
    ids=["csv renamed", "large yaml", "empty", "torn"],
)
def test_a_file_that_cannot_be_opened_is_not_kept(ward, leader, data, name, code):
    with pytest.raises(RuleViolation) as refusal:
        sent(leader, ward, data, name)
    assert refusal.value.code == code
    assert not SetUpload.objects.exists()


@pytest.mark.parametrize("role", [Role.WARD_STAFF, Role.COMMITTEE_MEMBER])
def test_only_those_who_edit_sets_send_files(working, ward, role):
    with pytest.raises(PermissionDenied):
        sent(member(ward, role), ward, export_of(working))


def test_nobody_applies_another_wards_file(working, ward, leader):
    upload = sent(leader, ward, export_of(working, renamed))
    stranger = member(WardFactory(), Role.WARD_LEADER)

    with pytest.raises(PermissionDenied):
        apply_upload(actor=stranger, upload=upload, seen=examine(upload).seen)


def test_a_provinces_admin_imports_for_a_ward_below(working):
    province = UnitFactory()
    admin = member(province, Role.PROVINCE_ADMIN)
    ward = WardFactory(parent=province)
    upload = sent(admin, ward, export_of(working, renamed))

    made = apply_upload(actor=admin, upload=upload, seen=examine(upload).seen)

    assert made.owner == ward


# --- What differs -----------------------------------------------------------------


def test_added_and_removed_criteria_are_told_by_key(working, ward, leader):
    def change(book):
        sheet = book["Tiêu chí"]
        sheet.cell(row=5, column=column_of(sheet, "Khóa")).value = "moi"

    run = examine(sent(leader, ward, export_of(working, change)))

    assert [one.key for one in run.diff.added] == ["moi"]
    assert [one.number for one in run.diff.removed] == [4]


def test_long_texts_differ_word_by_word():
    old = a_set({"requirement_vi": f"{'Giữ gìn an ninh ' * 4}trong quý I."})
    new = a_set({"requirement_vi": f"{'Giữ gìn an ninh ' * 4}trong quý II."})

    (one,) = compare(SetContent.of(old), SetContent.of(new)).changed[0].changes

    sides = {piece.side: piece.text for piece in one.pieces if piece.side}
    assert sides == {"before": "I.", "after": "II."}
    before = "".join(piece.text for piece in one.pieces if piece.side != "after")
    assert before == one.before


def test_changes_of_the_set_and_its_categories_are_told():
    old, new = a_set({}), a_set({}, min_met=1)
    category = new.categories.first()
    category.name_vi = "Tên khác"
    category.save()

    diff = compare(SetContent.of(old), SetContent.of(new))

    assert ("Criteria to meet", "–", "1") in [
        (one.heading, one.before, one.after) for one in diff.head
    ]
    assert diff.categories[0].code == category.code


def test_a_published_version_stays_when_a_file_follows_it(ward, leader):
    first = load_set(
        actor=TESTS,
        owner=ward,
        content=SetContent.of(a_set({}, {}, code="PX", owner=WardFactory())),
    ).criteria_set
    publish_set(actor=leader, criteria_set=first)
    upload = sent(leader, ward, export_of(first, renamed))

    made = apply_upload(actor=leader, upload=upload, seen=examine(upload).seen)

    first.refresh_from_db()
    assert (first.state, made.version) == ("published", 2)
    assert made.copied_from is None
