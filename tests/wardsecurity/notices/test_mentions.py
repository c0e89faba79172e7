"""Which posts "@…" in a comment speaks to."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardsecurity.errors import RuleViolation
from wardsecurity.notices.people import Posts

HELD = [
    ("Trưởng Công an phường", 1),
    ("Chủ tịch UBND phường", 2),
    ("Chủ tịch", 3),
    ("Tổ trưởng Tổ dân phố 1", 4),
    ("Tổ trưởng Tổ dân phố 10", 5),
    ("Cán bộ phường", 6),
    ("Cán bộ phường", 7),
]
POSTS = Posts(HELD)


def spoken_to(text):
    return {pk for key in POSTS.find(text) for pk in POSTS.holders[key]}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("@Trưởng Công an phường xem lại số liệu.", {1}),
        ("Đề nghị @trưởng công an phường, @chủ tịch.", {1, 3}),
        ("@Truong Cong an phuong xem", {1}),
        ("@TRƯỞNG CÔNG AN PHƯỜNG", {1}),
        ("@Trưởng  Công\nan phường", {1}),
        ("@Chủ tịch UBND phường cho ý kiến", {2}),
        ("@Chủ tịch cho ý kiến", {3}),
        ("@Tổ trưởng Tổ dân phố 1: bổ sung", {4}),
        ("@Tổ trưởng Tổ dân phố 10 bổ sung", {5}),
        ("(@Cán bộ phường)", {6, 7}),
        ("Gửi về van-thu@phuong.gov.vn trước 5 giờ", set()),
        ("Họp @ 8 giờ, giá 5@", set()),
        ("Không nhắc ai.", set()),
    ],
)
def test_a_post_is_found_by_its_name_whatever_its_marks(text, people):
    assert spoken_to(text) == people
    assert spoken_to(unicodedata.normalize("NFD", text)) == people


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@Trưởng ban Dân vận, xem", "Trưởng ban Dân vận"),
        ("@Chủ tịchh", "Chủ tịchh"),
        ("@Tổ trưởng Tổ dân phố 11", "Tổ trưởng Tổ dân phố 11"),
    ],
)
def test_a_post_nobody_holds_is_named_beside_the_text(text, name):
    with pytest.raises(RuleViolation) as refusal:
        POSTS.find(text)

    assert (refusal.value.code, refusal.value.field) == ("mention_unknown", "text")
    assert f"“{name}”" in refusal.value.message


def test_only_posts_of_the_list_are_chosen():
    assert POSTS.chosen(["Chủ tịch"]) == ["chu tich"]
    with pytest.raises(RuleViolation) as refusal:
        POSTS.chosen(["Chủ tịch", "Giám đốc"])

    assert refusal.value.field == "people"


def test_a_position_without_letters_is_no_post():
    assert Posts([("", 1), ("  ", 2)]).names == {}


@given(
    before=st.text("abc ,.\n", max_size=9),
    held=st.sampled_from(HELD),
    after=st.sampled_from(["", " ", ", xem", ".\n", "!"]),
)
def test_every_held_post_is_found_wherever_it_stands(before, held, after):
    text = f"{before} @{held[0]}{after}"

    assert held[1] in spoken_to(text)


@given(st.text("@ChủtịchUBND phường\u0300\u0301 ,.0189\u202e", max_size=60))
def test_any_text_is_read_or_refused(text):
    codes = set()
    try:
        POSTS.find(text)
    except RuleViolation as refusal:
        codes.add(refusal.code)
    assert codes <= {"mention_unknown"}
