"""Two spellings of one decision have one key; two decisions have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.decision_keys import (
    BODY_KEY_SIZE,
    NUMBER_KEY_SIZE,
    body_key,
    number_key,
)
from wardsecurity.text import nfc


@pytest.mark.parametrize(
    "other",
    [
        "UBND tỉnh",
        "ubnd  Tỉnh",
        "U.B.N.D. tỉnh",
        "Uỷ ban nhân dân tỉnh",
        "ỦY BAN NHÂN DÂN TỈNH",
        "Ủy ban  nhân dân, tỉnh.",
        "Uy ban nhan dan tinh",
    ],
)
def test_a_body_is_one_however_it_is_spelled(other):
    assert body_key(other) == body_key("Ủy ban nhân dân tỉnh")


def test_the_police_of_a_province_is_one_in_full_and_in_short():
    full = body_key("Giám đốc Công an tỉnh")
    assert body_key("GĐ CA tỉnh") == full
    assert body_key("Giám đốc CAT") == full
    assert body_key("Công an TP.HCM") == body_key("Công an Thành phố Hồ Chí Minh")


def test_two_bodies_stay_two():
    bodies = ("UBND tỉnh", "Chủ tịch UBND tỉnh", "Công an tỉnh", "HĐND tỉnh")
    assert len({body_key(one) for one in bodies}) == 4


@pytest.mark.parametrize(
    "other",
    [
        "12/qđ-cat",
        "12 / QĐ - CAT",
        "12/QÐ–CAT",
        "012/QD-CAT",
        "Số 12/QĐ-CAT",
        "Quyết định số: 12/QĐ-CAT",
        "12/QĐCAT.",
    ],
)
def test_a_number_is_one_however_it_is_spelled(other):
    assert number_key(other) == number_key("12/QĐ-CAT")


def test_two_numbers_stay_two():
    numbers = ("1/23/QĐ", "12/3/QĐ", "123/QĐ", "123/QĐ-UBND", "123", "QĐ-123")
    assert len({number_key(one) for one in numbers}) == 6


@given(st.text(min_size=1, max_size=60).filter(nfc))
def test_a_key_is_there_fits_and_is_its_own_key(text):
    number, body = number_key(text), body_key(text)
    assert 0 < len(number) <= NUMBER_KEY_SIZE
    assert 0 < len(body) <= BODY_KEY_SIZE
    assert number_key(number) == number
