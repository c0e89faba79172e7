"""Numbers and symbols: read however they are typed, written as the rules say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.numbering import (
    BODY_CODES,
    PARTY,
    STATE,
    TYPE_CODES,
    Reference,
    body_code,
    display,
    oddities,
    propose_symbol,
    read,
    tidy,
    written,
)

BODIES = sorted({*BODY_CODES.values(), "TU", "HU", "TW", "HĐND", "UBND-CA", "BCĐ138"})
DOC_TYPES = sorted(TYPE_CODES[PARTY])


@given(
    system=st.sampled_from([PARTY, STATE]),
    doc_type=st.sampled_from(DOC_TYPES),
    body=st.sampled_from(BODIES),
    number=st.integers(1, 999_999),
)
def test_what_is_written_is_read_back(system, doc_type, body, number):
    symbol = propose_symbol(system, doc_type, body)
    shown = display(system, number, symbol)

    assert read(shown, system) == Reference(number, symbol, shown)


@given(
    system=st.sampled_from([PARTY, STATE]),
    doc_type=st.sampled_from(DOC_TYPES),
    body=st.sampled_from(["ĐU", "UBND", "BCĐ", "HĐND"]),
    number=st.integers(1, 9_999),
    spoil=st.sampled_from(
        [
            str.lower,
            lambda text: text.replace("Đ", "D"),
            lambda text: text.replace("Đ", "D").lower(),
            lambda text: f"Số: {text}",
            lambda text: f"so {text}",
            lambda text: text.replace("-", " - ").replace("/", " / "),
            lambda text: text.replace("-", "–"),
            lambda text: f"  {text}. ",
        ]
    ),
)
def test_typed_carelessly_it_reads_the_same(system, doc_type, body, number, spoil):
    shown = display(system, number, propose_symbol(system, doc_type, body))

    assert read(spoil(shown), system) == read(shown, system)


@given(st.text(max_size=60), st.sampled_from([PARTY, STATE]))
def test_anything_typed_is_read_without_fault_and_its_oddities_told(text, system):
    said = read(text, system)

    oddities(system=system, doc_type="ke_hoach", reference=said)
    assert (said.number is None) == (said.display == "")


@pytest.mark.parametrize(
    ("system", "number", "symbol", "shown"),
    [
        (PARTY, 15, "NQ/ĐU", "15-NQ/ĐU"),
        (PARTY, 5, "NQ/ĐU", "05-NQ/ĐU"),
        (STATE, 27, "KH-UBND", "27/KH-UBND"),
        (STATE, 5, "KH-UBND", "05/KH-UBND"),
        (STATE, 12, "UBND-CA", "12/UBND-CA"),
        (STATE, 120, "QĐ-UBND", "120/QĐ-UBND"),
        (STATE, None, "KH-UBND", ""),
    ],
)
def test_how_papers_carry_them(system, number, symbol, shown):
    assert display(system, number, symbol) == shown


def test_the_head_of_a_paper_has_a_colon_in_the_state_only():
    assert written(PARTY, "15-NQ/ĐU") == "Số 15-NQ/ĐU"
    assert written(STATE, "05/KH-UBND") == "Số: 05/KH-UBND"
    assert written(STATE, "") == ""


@pytest.mark.parametrize(
    ("text", "system", "expected"),
    [
        ("Số: 15 - NQ/DU", PARTY, (15, "NQ/ĐU", "15-NQ/ĐU")),
        ("15", PARTY, (15, "", "15")),
        ("3/", STATE, (3, "", "03")),
        ("", STATE, (None, "", "")),
        ("KH-UBND", STATE, (None, "KH-UBND", "")),
        ("/kh-ubnd", STATE, (None, "KH-UBND", "")),
        ("kh-bcd138", STATE, (None, "KH-BCĐ138", "")),
        ("12/ubnd-ca", STATE, (12, "UBND-CA", "12/UBND-CA")),
        ("15/2023/QĐ-UBND", STATE, (15, "2023/QĐ-UBND", "15/2023/QĐ-UBND")),
        ("8-ctr/du", PARTY, (8, "CTr/ĐU", "08-CTr/ĐU")),
        # Neither way: kept as it stands on the paper, with the first number in it.
        ("15a/KH-UBND", STATE, (15, "A/KH-UBND", "15A/KH-UBND")),
        ("NQ 15/ĐU", PARTY, (15, "NQ /ĐU", "NQ 15/ĐU")),
        ("15/NQ-ĐU", PARTY, (15, "NQ-ĐU", "15/NQ-ĐU")),
    ],
)
def test_what_is_read_from_one_box(text, system, expected):
    assert read(text, system) == Reference(*expected)


def test_a_word_that_begins_with_so_is_no_heading():
    assert tidy("sơ kết 2026") == "sơ kết 2026"
    assert tidy("Số 15") == "15"


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("party_committee", "Đảng ủy phường", "ĐU"),
        ("peoples_committee", "UBND phường", "UBND"),
        ("ward_police", "Công an phường", "CAP"),
        ("steering_committee", "Ban Chỉ đạo 138 tỉnh", "BCĐ"),
        ("party", "Tỉnh ủy Quảng Bình", "TU"),
        ("authority", "Ủy ban nhân dân thành phố", "UBND"),
        ("authority", "Hội đồng nhân dân tỉnh", "HĐND"),
        ("school", "Trường tiểu học", ""),
    ],
)
def test_the_code_of_a_body(kind, name, code):
    assert body_code(kind, name) == code


def test_a_symbol_is_proposed_from_type_and_issuer():
    assert propose_symbol(PARTY, "nghi_quyet", "ĐU") == "NQ/ĐU"
    assert propose_symbol(STATE, "ke_hoach", "UBND") == "KH-UBND"
    assert propose_symbol(STATE, "cong_van", "UBND") == "UBND"
    assert propose_symbol(STATE, "bao_cao", "") == "BC"


@pytest.mark.parametrize(
    ("text", "system", "doc_type", "kind", "expected"),
    [
        ("15-NQ/ĐU", PARTY, "nghi_quyet", "party_committee", []),
        ("05/KH-UBND", STATE, "ke_hoach", "peoples_committee", []),
        ("12/UBND-CA", STATE, "cong_van", "peoples_committee", []),
        ("40/QĐ-UBND", STATE, "quy_che", "", []),  # goes out with a decision
        ("15/2023/QĐ-UBND", STATE, "quyet_dinh", "", []),
        ("", STATE, "ke_hoach", "", []),
        ("15/NQ-ĐU", PARTY, "nghi_quyet", "", ["other_system"]),
        ("15-KH/UBND", STATE, "ke_hoach", "", ["other_system"]),
        ("15a/KH-UBND", STATE, "ke_hoach", "", ["form"]),
        ("15/KH/UBND", STATE, "ke_hoach", "", ["form"]),
        ("15", STATE, "ke_hoach", "", ["no_symbol"]),
        ("15/BC-UBND", STATE, "ke_hoach", "", ["type_code"]),
        ("15/KH-UBND", STATE, "cong_van", "", ["type_code"]),
        ("15-NQ/ĐU", PARTY, "nghi_quyet", "peoples_committee", ["issuer_system"]),
        ("15/NQ-ĐU", STATE, "nghi_quyet", "party_committee", ["issuer_system"]),
    ],
)
def test_odd_formats_are_told(text, system, doc_type, kind, expected):
    found = oddities(
        system=system,
        doc_type=doc_type,
        reference=read(text, system),
        issuer_kind=kind,
    )

    assert found == expected
