"""The seal: the same words, the same digest; any other letter, another."""

import hashlib
import unicodedata

from hypothesis import assume, given
from hypothesis import strategies as st

from commitments.sealing import canonical_bytes, short_digest, text_digest

WORDS = st.text(max_size=40)
WORDING = st.fixed_dictionaries(
    {
        "title": WORDS,
        "scope": WORDS,
        "parties": WORDS,
        "contents": st.lists(WORDS, min_size=1, max_size=4),
    }
)


def respelt(wording, form):
    return {
        name: [unicodedata.normalize(form, one) for one in value]
        if isinstance(value, list)
        else unicodedata.normalize(form, value)
        for name, value in wording.items()
    }


def test_the_bytes_are_those_the_documentation_names():
    hashed = canonical_bytes(
        title="Bản cam kết", scope="Năm 2026", parties="", contents=["Một", "Hai"]
    )

    assert (
        hashed
        == (
            "ward commitment 1\n"
            "title 15\nBản cam kết\n"
            "scope 9\nNăm 2026\n"
            "parties 0\n\n"
            "content 5\nMột\n"
            "content 3\nHai\n"
        ).encode()
    )


def test_the_digest_is_sha_256_of_those_bytes():
    wording = {"title": "Bản", "scope": "Năm", "parties": "Các", "contents": ["Một"]}

    digest = text_digest(**wording)

    assert digest == hashlib.sha256(canonical_bytes(**wording)).hexdigest()
    assert short_digest(digest) == f"{digest[:4]} {digest[4:8]} {digest[8:12]}"


@given(WORDING)
def test_however_the_marks_are_spelt_the_digest_is_the_same(wording):
    assert text_digest(**respelt(wording, "NFD")) == text_digest(
        **respelt(wording, "NFC")
    )


@given(WORDING, WORDING)
def test_other_words_have_another_digest(one, other):
    assume(respelt(one, "NFC") != respelt(other, "NFC"))

    assert text_digest(**one) != text_digest(**other)


@given(WORDING, st.data())
def test_one_changed_character_changes_the_digest(wording, data):
    body = wording["contents"][0]
    place = data.draw(st.integers(0, len(body)))
    letter = data.draw(st.characters(exclude_categories=["Cs", "M"]))
    changed = wording | {
        "contents": [body[:place] + letter + body[place:], *wording["contents"][1:]]
    }
    assume(respelt(changed, "NFC") != respelt(wording, "NFC"))

    assert text_digest(**changed) != text_digest(**wording)


def test_a_word_moved_from_one_part_to_the_next_changes_the_digest():
    one = text_digest(title="a b", scope="c", parties="", contents=["d"])
    other = text_digest(title="a", scope="b c", parties="", contents=["d"])

    assert one != other
