"""Vietnamese text: search without marks, dictionary order."""

import random

import pytest

from wardsecurity.text import fold, nfc, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đức Ninh Đông", "duc ninh dong"),
        ("  Nghị quyết\t15-NQ/ĐU ", "nghi quyet 15-nq/du"),
        ("Ủy  ban", "uy ban"),
        ("Đu\u031b\u0301c", "duc"),
    ],
)
def test_folding_drops_marks_case_and_needless_spaces(text, folded):
    assert fold(text) == folded


def test_nfc_is_what_is_kept():
    assert nfc(" e\u0302\u0301 ") == "ế"


@pytest.mark.parametrize(
    "ordered",
    [
        ["a", "ă", "â", "b", "d", "đ", "e", "ê", "o", "ô", "ơ", "u", "ư"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Tổ dân phố 2", "Tổ dân phố 10", "Tổ dân phố 11"],
        ["Phường An", "Phường An Bình", "Phường Ân"],
        ["Đại", "Đông"],
    ],
)
def test_order_is_that_of_vietnamese_dictionaries(ordered):
    mixed = random.Random(1).sample(ordered, len(ordered))
    assert sorted(mixed, key=sort_key) == ordered


def test_keys_hold_only_what_every_database_orders_alike():
    assert sort_key("Ủy ban MTTQ – “Tổ 1”").isalnum()
