"""Sets as workbooks: out and in again the same, and every fault in its place."""

import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from criteria.models import CriteriaSet
from criteria.services.set_files import SetContent, checked_set
from criteria.services.set_workbooks import read_set, write_set
from criteria.services.yaml_files import read_yaml_file
from tests.criteria.set_books import cell, column_of, export_of, three_faults
from tests.factories.criteria import a_set
from wardsecurity.errors import RuleViolation

CATALOG = Path("criteria/catalog/criteria-34.yaml")


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def four(db):
    """A set of four: yes or no, count, percentage, reference only."""
    return a_set({}, {"measured": True}, {"percentage": True}, {"reference_only": True})


def read(one, change=None):
    return read_set(export_of(one, change))


def faults_of(one, change):
    book, content = read(one, change)
    assert content is None
    return book.faults


# --- Out and in again -------------------------------------------------------------


def test_the_catalog_comes_back_identical():
    content = checked_set(read_yaml_file(CATALOG))
    book, again = read_set(write_set(content))
    assert not book.said
    assert again.hash == content.hash


def test_a_stored_set_comes_back_identical(four):
    book, again = read(four)
    assert not book.said
    assert again.hash == SetContent.of(four).hash


WORDS = st.lists(
    st.sampled_from(
        ["Phường", "tổ dân phố", "an ninh", "đạt", "=SUM(A1)", "+84", "-", "'", "1.176",
         "8,5", "Quý I", "true", "  hai  dấu cách", "“ngoặc”", "a\nb"]
    ),
    min_size=1,
    max_size=4,
).map(lambda parts: f"c {' '.join(parts)}")  # fmt: skip
POINTS = st.integers(1, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
KINDS = ["party_committee", "school", "residential_group"]


@st.composite
def criteria(draw, number):
    kind = draw(st.sampled_from(["yes_no", "count_min", "count_max", "percentage"]))
    evidence = draw(st.lists(WORDS, min_size=1, max_size=3))
    raw = {
        "number": number,
        "key": f"k{number}",
        "category": draw(st.sampled_from(["I", "II"])) if number > 2 else "I" * number,
        "title_vi": draw(WORDS),
        "requirement_vi": draw(WORDS),
        "kind": kind,
        "max_points": draw(POINTS),
        "mandatory": draw(st.booleans()),
        "evidence_vi": evidence,
        "evidence_en": evidence if draw(st.booleans()) else [],
        "evidence_mode": draw(st.sampled_from(["any", "reference_only"])),
        "lead_unit_kind": draw(st.sampled_from(KINDS)),
        "due_quarter": draw(st.integers(1, 4)),
        "provenance": draw(st.sampled_from(["drafted", "other_rule", "seed"])),
        "source": draw(st.just("") | WORDS),
        "unit_vi": draw(st.just("") | st.sampled_from(["%", "cuộc", "007"])),
    }
    if kind != "yes_no":
        raw["target"] = draw(st.integers(1, 9_999).map(lambda n: Decimal(n) / 100))
        raw["figures_by"] = draw(st.lists(st.sampled_from(KINDS), unique=True))
    if kind == "percentage":
        raw["direction"] = draw(st.sampled_from(["at_least", "at_most"]))
        raw["when_base_zero"] = draw(
            st.sampled_from(["not_applicable", "met_if_value_zero", "error"])
        )
        raw["bounded"] = draw(st.booleans())
    if kind == "count_min" and draw(st.booleans()):
        raw |= {"rule": "proportional", "floor": raw["target"] / 2 // 1}
    return raw


@st.composite
def sets(draw):
    size = draw(st.integers(2, 5))
    optional = st.none() | st.integers(1, 100).map(Decimal)
    return {
        "code": draw(st.sampled_from(["A-2026", "2026", "=A1"])),
        "name_vi": draw(WORDS),
        "year": draw(st.integers(2000, 2100)),
        "provenance": {"statement_vi": draw(WORDS), "levels": {"seed": draw(WORDS)}},
        "recognition": {"min_met": 2, "min_percent": draw(optional)},
        "assessment_period": draw(
            st.sampled_from([{}, {"start": "2025-11-15", "end": "2026-11-14"}])
        ),
        "legal_basis": [
            {"code": "9745/QĐ", "date": "2022-12-28", "name_vi": draw(WORDS),
             "annex_available": draw(st.booleans())}
        ],
        "categories": [
            {"code": "I", "order": 1, "name_vi": draw(WORDS)},
            {"code": "II", "order": 2, "name_vi": draw(WORDS)},
        ],
        "criteria": [draw(criteria(number)) for number in range(1, size + 1)],
    }  # fmt: skip


@hypothesis_settings(max_examples=25)  # each starts a process
@given(sets())
def test_any_set_comes_back_identical(raw):
    content = checked_set(raw)
    book, again = read_set(write_set(content))
    assert again is not None, book.faults
    assert again.raw() == content.raw()
    assert again.hash == content.hash


# --- Faults -----------------------------------------------------------------------


def test_three_faults_are_said_in_their_places(four):
    faults = faults_of(four, three_faults)
    by_address = {one.address: one.sentence for one in faults}
    assert set(by_address) == {"A3", "F4", "E5"}
    assert "twice" in by_address["A3"]
    assert "formula" in by_address["F4"]
    assert "Tỷ lệ phần trăm" in by_address["E5"]


def test_faults_speak_in_the_words_of_the_workbook(four):
    def change(book):
        cell(book, "Chiều so sánh", 4).value = None
        cell(book, "Nhóm", 3).value = "Z"

    sentences = " ".join(one.sentence for one in faults_of(four, change))
    assert "“Từ mức trở lên”" in sentences
    assert "at_least" not in sentences


def test_a_missing_sheet_is_named(four):
    def change(book):
        book["Tiêu chí"].title = "Sheet2"

    (fault,) = faults_of(four, change)
    assert "“Tiêu chí”" in fault.sentence
    assert "“Sheet2”" in fault.sentence


def test_a_missing_column_is_named(four):
    def change(book):
        sheet = book["Tiêu chí"]
        sheet.delete_cols(column_of(sheet, "Điểm tối đa"))

    (fault,) = faults_of(four, change)
    assert "“Điểm tối đa”" in fault.sentence


def test_a_fault_of_the_set_itself_stands_in_its_row(four):
    def change(book):
        for row in book["Bộ tiêu chí"].iter_rows():
            if row[0].value == "Số tiêu chí phải đạt":
                row[1].value = 99

    (fault,) = faults_of(four, change)
    assert (fault.sheet, fault.column) == ("Bộ tiêu chí", "value")
    assert "1" in fault.sentence


def test_columns_may_stand_in_any_order_and_under_english_headings(four):
    def change(book):
        sheet = book["Tiêu chí"]
        sheet.cell(row=1, column=column_of(sheet, "Điểm tối đa")).value = "Points"
        sheet.move_range(f"A1:A{sheet.max_row}", cols=60)

    book, content = read(four, change)
    assert not book.faults
    assert content.hash == SetContent.of(four).hash


def test_points_typed_with_a_comma_and_spread_letters_are_read(four):
    def change(book):
        cell(book, "Điểm tối đa", 2).value = "8,5"
        title = cell(book, "Tên tiêu chí", 2)
        title.value = unicodedata.normalize("NFD", "Nghị quyết của Đảng ủy")

    _book, content = read(four, change)
    assert content.criteria[0].max_points == 850
    assert content.criteria[0].title_vi == "Nghị quyết của Đảng ủy"


def test_text_of_an_old_font_stops_the_import(four):
    def change(book):
        cell(book, "Yêu cầu", 2).value = "phßng chèng téi ph¹m"

    (fault,) = faults_of(four, change)
    assert "TCVN3" in fault.sentence


def test_what_is_no_workbook_is_refused():
    with pytest.raises(RuleViolation) as refusal:
        read_set("Số,Tên tiêu chí\n1,A\n".encode())
    assert refusal.value.code == "file_type_refused"


# --- Keys -------------------------------------------------------------------------


def without_keys(book):
    sheet = book["Tiêu chí"]
    sheet.delete_cols(column_of(sheet, "Khóa"))


def test_missing_keys_are_kept_where_the_titles_agree(four):
    def change(book):
        without_keys(book)
        cell(book, "Tên tiêu chí", 5).value = "Một tiêu chí khác"

    base = SetContent.of(four)
    book, content = read_set(export_of(four, change), base_of=lambda code: base)
    old = [one.key for one in base.criteria]
    assert [one.key for one in content.criteria][:3] == old[:3]
    assert content.criteria[3].key not in old
    assert len([one for one in book.notes if one.row == 5]) == 1
    assert len(book.notes) == 4


def test_keys_follow_a_criterion_that_changed_its_number(four):
    def change(book):
        without_keys(book)
        first, second = cell(book, "Số", 2), cell(book, "Số", 3)
        first.value, second.value = second.value, first.value

    base = SetContent.of(four)
    _book, content = read_set(export_of(four, change), base_of=lambda code: base)
    old = [one.key for one in base.criteria]
    assert [one.key for one in content.criteria] == [old[1], old[0], *old[2:]]


# --- The command ------------------------------------------------------------------


def test_a_workbook_is_loaded_by_the_command(four, tmp_path, capsys):
    path = tmp_path / "set.xlsx"
    path.write_bytes(export_of(four))
    call_command("load_criteria", str(path), verbosity=0)
    call_command("load_criteria", str(path), verbosity=0)
    assert CriteriaSet.objects.filter(code=four.code).count() == 2


def test_a_faulty_workbook_loads_nothing(four, tmp_path):
    path = tmp_path / "set.xlsx"
    path.write_bytes(export_of(four, three_faults))
    with pytest.raises(CommandError, match="F4"):
        call_command("load_criteria", str(path))
    assert CriteriaSet.objects.count() == 1
