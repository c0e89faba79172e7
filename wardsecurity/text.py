"""Vietnamese text: one spelling in the database, search and order on any of them."""

import unicodedata

_LETTER_ORDER = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2"} | {
    "ư": "u1"
}
# Order of the tones in Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def nfc(text: str) -> str:
    """Return the text as the database keeps it: NFC, outer spaces gone."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """Return the text for searching: lower case, without marks, đ as d, one space."""
    spread = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    # NUL besides: PostgreSQL takes none, not even to look for.
    bare = "".join(c for c in spread if c != "\0" and not unicodedata.combining(c))
    return " ".join(bare.split())


def sort_key(text: str, size: int = 400) -> str:
    """Return a key that any database sorts in Vietnamese order, at most `size` long.

    Two characters a letter (letter, then its rank: a ă â = a0 a1 a2), the tones after
    all letters; runs of digits count as numbers ("Tổ 2" before "Tổ 10"). Only a-z and
    0-9 occur in it, which every collation orders alike.
    """
    letters: list[str] = []
    tones: list[str] = []
    number = ""
    for char in f"{nfc(text).lower()} ":
        if char.isdecimal() and char.isascii():
            number += char
            continue
        if number:
            letters.extend(f"1{digit}" for digit in number.lstrip("0").zfill(8))
            number = ""
        tone = "0"
        base = ""
        for part in unicodedata.normalize("NFD", char):
            if part in _TONES:
                tone = _TONES[part]
            else:
                base += part
        base = unicodedata.normalize("NFC", base)
        if base in _LETTER_ORDER:
            letters.append(_LETTER_ORDER[base])
        elif base.isascii() and base.isalpha():
            letters.append(f"{base}0")
        else:
            letters.append("01")  # spaces and signs separate words
        tones.append(tone)
    while letters and letters[-1] == "01":
        letters.pop()
    return f"{''.join(letters)}00{''.join(tones)}"[:size]
