"""The rules of layout that are words: numbers, dates, lists, drafts."""

import datetime as dt

import pytest

from tests.factories.descriptions import a_paper, a_party_paper, a_table
from wardsecurity.papers.description import (
    NumberedList,
    Numbering,
    Paragraph,
    PlaceAndDate,
    Signature,
    Table,
    recipients,
    written_day,
)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2023, 6, 5), "ngày 05 tháng 6 năm 2023"),
        (dt.date(2023, 1, 9), "ngày 09 tháng 01 năm 2023"),
        (dt.date(2023, 2, 10), "ngày 10 tháng 02 năm 2023"),
        (dt.date(2023, 3, 31), "ngày 31 tháng 3 năm 2023"),
        (dt.date(2023, 12, 1), "ngày 01 tháng 12 năm 2023"),
        (None, "ngày …… tháng …… năm ……"),
    ],
)
def test_days_below_ten_and_months_one_and_two_have_a_leading_zero(day, words):
    assert written_day(day) == words


def test_place_comes_before_the_date_and_dots_stand_for_what_is_unknown():
    dated = PlaceAndDate("Đồng Hới", dt.date(2023, 6, 5))
    assert dated.line() == "Đồng Hới, ngày 05 tháng 6 năm 2023"
    assert PlaceAndDate("").line().startswith("……, ngày ……")


def test_state_numbers_have_a_colon_and_party_numbers_none():
    assert a_paper().number_line == "Số: 27/KH-UBND"
    assert a_party_paper().number_line == "Số 15-NQ/ĐU"


def test_a_draft_leaves_its_number_blank_as_its_system_writes_it():
    assert a_paper(numbering=Numbering("KH-UBND")).number_line == "Số: ……/KH-UBND"
    party = a_party_paper(numbering=Numbering("NQ/ĐU"))
    assert party.number_line == "Số ……-NQ/ĐU"


def test_a_paper_is_a_draft_until_it_has_the_number_it_should_carry():
    assert a_paper(numbering=Numbering("KH-UBND")).shows_draft
    assert not a_paper().shows_draft
    assert not a_paper(numbering=None).shows_draft
    assert a_paper(numbering=None, is_draft=True).shows_draft


def test_recipients_end_with_who_keeps_it():
    assert recipients("Như trên", kept_by="VT, CA") == ("- Như trên;", "- Lưu: VT, CA.")


def test_lists_number_their_items_or_mark_them():
    assert NumberedList(("Một", "Hai"), start=3).lines() == ["3. Một", "4. Hai"]
    assert NumberedList(("Một",), mark="-").lines() == ["- Một"]


def test_a_row_fits_its_table():
    with pytest.raises(ValueError, match="cells"):
        Table(a_table(1).columns, (("1",),))


@pytest.mark.parametrize(
    "body", [(), (a_table(1),), (NumberedList(("Một",)),), (Paragraph("Dài " * 200),)]
)
def test_signatures_need_a_closing_line(body):
    with pytest.raises(ValueError, match="signatures"):
        a_paper(body=body)
    assert a_paper(body=(*body, Paragraph("Hết./.")), signatures=(Signature("A"),))
